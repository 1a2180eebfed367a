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


def family(connector: Connector) -> list[str]:
    """The names of those that share an app with it, itself among them. The app's hook belongs to whichever came first."""
    if not connector.family:
        return [connector.name]
    return [name for name, each in connectors().items() if each.family == connector.family]
