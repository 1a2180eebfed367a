"""Customers, suggestions to merge them, and their wishes."""

from tests.access.rooms.shapes import Bodies, Meanings, Queries

MEANINGS: Meanings = {
    "api/v1/customers/suggestions/": {"pk": "suggestion"},
    "api/v1/customers/wishes/": {"number": "wish"},
    "api/v1/customers/<int:pk>/merges": {"pk": "kept", "number": "merge"},
    "api/v1/customers/": {"pk": "customer"},
    "customers/suggestions/": {"pk": "suggestion"},
    "customers/<pk>/wishes/": {"pk": "customer", "number": "wish"},
    "customers/": {"pk": "customer", "number": "merge"},
}
BODIES: Bodies = {
    "PATCH api/v1/customers/<int:pk>": {"note": "x"},
    "POST api/v1/customers/<int:pk>/merges": {"gone": "$berit"},
    "POST api/v1/customers/<int:pk>/wishes": {"kind": "topic", "value": "x"},
    "POST api/v1/conversations/<int:pk>/check": {"text": "x"},
    "POST customers/<int:pk>/change/": {"name": "x"},
    "POST customers/<int:pk>/merge/": {"other": "$berit"},
    "POST customers/<int:pk>/wishes/": {"what": "topic:", "value": "x"},
}
QUERIES: Queries = {
    "GET api/v1/customers/search": {"q": "a"},
}
