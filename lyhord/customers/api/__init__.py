"""The API of customers. Split by noun; all routes stand on one router."""

from lyhord.customers.api import suggestions, wishes
from lyhord.customers.api.customers import router

__all__ = ["router", "suggestions", "wishes"]
