"""The API of moving in and out."""

from lyhord.moving.api import exporting, guiding, importing
from lyhord.moving.api.shared import router

__all__ = ["exporting", "guiding", "importing", "router"]
