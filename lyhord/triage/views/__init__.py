"""The pages on how posts are judged. All who work here may look; who has the mandate may change."""
