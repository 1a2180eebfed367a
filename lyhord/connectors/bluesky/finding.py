"""Where an account lives, for one whom the server that was named does not know: handle, id, document, server."""

from lyhord.channels.contract import AccountSide
from lyhord.connectors.bluesky import client, names, records
from lyhord.connectors.bluesky.client import BadServer, Lost, NotSent, Service, Told

DIRECTORY = "https://plc.directory"  # holds the documents of all ids of the kind did:plc (web.plc.directory)
HOSTED = ".host.bsky.network"  # servers behind bsky.social, which opens the door for all of them


def elsewhere(service: Service, account: AccountSide) -> str:
    """The server of the account, if it is another than the one named; "" if we cannot tell.

    Any server tells the id behind a handle. An id of the kind did:web names a host that nobody vouched for, so it is
    not asked.
    """
    try:
        told = service.call(
            service.entry, "GET", "com.atproto.identity.resolveHandle", params={"handle": service.identifier}
        )
        did = told.body.get("did") if told.is_good else None
        if not names.is_did(did) or not str(did).startswith("did:plc:"):
            return ""
        document = service.document(f"{DIRECTORY}/{did}")
    except (NotSent, Lost):
        return ""
    home = repository(document, account)
    is_other = home != service.entry and not (
        home.endswith(HOSTED) and service.entry.endswith("//bsky.social")
    )
    return home.partition("://")[2] if is_other else ""


def repository(document: object, account: AccountSide) -> str:
    """The server that holds the account, by its document (atproto.com/specs/did; read 2026-11); "" if it is not fit."""
    body = document.body if isinstance(document, Told) else document
    services = body.get("service") if isinstance(body, dict) else None
    for each in records.listed(services):
        if str(each.get("id", "")).endswith("#atproto_pds"):
            try:
                return client.base_url(records.text(each.get("serviceEndpoint")), account.allow_hosts)
            except BadServer:
                return ""
    return ""
