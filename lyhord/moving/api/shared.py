"""What the routes of this room share."""

from ninja import Router

router = Router(tags=["moving"])
