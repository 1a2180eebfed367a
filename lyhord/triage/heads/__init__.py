"""The heads: each one question about a post, one small module, to be replaced by a measured model one at a time."""
