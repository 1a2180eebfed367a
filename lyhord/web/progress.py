"""The marks of steps under the name that the desk and triage know them by."""

from lyhord.web.marks import get, put

__all__ = ["get", "put"]
