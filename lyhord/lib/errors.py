"""The root of all errors that are meant for the person who asked."""


class LyhordError(Exception):
    """Something could not be done; the text says what, how much, and what to do about it."""
