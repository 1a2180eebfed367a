"""Learning from the team: each night a model is taught from what people corrected, and kept only if it is better."""
