"""What the team sets by hand: thresholds, the line of impropriety, the weights of the priority."""
