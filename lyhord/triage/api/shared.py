"""The router that all routes of this room stand on."""

from ninja import Router

router = Router(tags=["triage"])
