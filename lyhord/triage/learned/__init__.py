"""Heads learned from examples: a linear model over n-grams, the rules' signals and, where it is there, the text's embedding."""
