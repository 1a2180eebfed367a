"""The operator's own topics: kept by people, learned from their examples, said of each post beside the shipped topic."""
