"""The API of people, teams, brands, mandates and what was done. Split by noun; all routes stand on one router."""

from lyhord.staff.api import me, organisation, people, records
from lyhord.staff.api.shared import router

__all__ = ["me", "organisation", "people", "records", "router"]
