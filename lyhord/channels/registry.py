"""The connectors that this installation has. A network is one folder and one line in the settings."""

import functools
import importlib

from django.conf import settings

from lyhord.channels.contract import Connector
from lyhord.lib.errors import LyhordError


class NoSuchConnector(LyhordError):
    pass


@functools.cache
def connectors() -> dict[str, Connector]:
    """All connectors by name, in the order of the settings."""
    return {name: load(name) for name in settings.CONNECTORS}


def load(name: str) -> Connector:
    connector = importlib.import_module(f"lyhord.connectors.{name}").CONNECTOR
    if not isinstance(connector, Connector) or connector.name != name:
        raise NoSuchConnector(f"The folder connectors/{name} holds no connector of that name.")
    return connector


def get(name: str) -> Connector:
    try:
        return connectors()[name]
    except KeyError:
        known = ", ".join(connectors())
        raise NoSuchConnector(f"There is no connector {name!r}; there are {known}.") from None
