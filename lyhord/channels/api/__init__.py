"""The API of networks, our accounts there, and the addresses by which networks call us."""

from lyhord.channels.api.routes import router

__all__ = ["router"]
