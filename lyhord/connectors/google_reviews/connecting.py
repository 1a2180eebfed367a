"""Which location it is, whether we may answer there, and how its news reaches us."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble
from lyhord.connectors._google.client import Api, Told
from lyhord.connectors._google.tokens import TOKENS, NoToken
from lyhord.connectors.google_reviews import reader, reviews
from lyhord.lib.text import N_

ACCOUNTS = "https://mybusinessaccountmanagement.googleapis.com"
LOCATIONS = "https://mybusinessbusinessinformation.googleapis.com"
NOTIFICATIONS = "https://mybusinessnotifications.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/business.manage"
PUBSUB_SCOPES = {"https://www.googleapis.com/auth/pubsub", "https://www.googleapis.com/auth/cloud-platform"}
MOST_NAMED = 10
WANTED = {"NEW_REVIEW", "UPDATED_REVIEW"}


def connect(api: Api, account: AccountSide, now: datetime) -> Connected:
    """Raises ConnectFailed."""
    try:
        token = TOKENS.renewed(api.http, account)
    except NoToken as problem:
        raise ConnectFailed(str(problem), is_permanent=problem.is_final) from None
    if token.scopes and SCOPE not in token.scopes:
        raise ConnectFailed(
            N_("The access that was given lacks the scope business.manage. Give access again with it.")
        )
    written = str(account.settings.get("subscription") or "").strip()
    if written and not reader.subscription(account):
        raise ConnectFailed(N_("Write the subscription as projects/p/subscriptions/s."))
    if written and token.scopes and not token.scopes & PUBSUB_SCOPES:
        raise ConnectFailed(
            N_("The access that was given lacks the scope pubsub. Give access again with it.")
        )
    try:
        place, title = found(api, account, now)
        told = api.read(f"/v4/{place}/reviews", now, pageSize=1)
        notes = news(api, account, place, now)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
    if not told.raw.strip().startswith(b"{"):
        raise ConnectFailed(N_("Google answers, but not with reviews."), is_permanent=False)
    return Connected(
        native=place,
        handle=place.rpartition("/")[2],
        name=title,
        expires_at=now + timedelta(seconds=token.ends) if token.ends else None,
        notes=notes,
    )


def found(api: Api, account: AccountSide, now: datetime) -> tuple[str, str]:
    """The location and its name: the one written, else the only one that the access reaches. Raises Trouble."""
    there = locations(api, now)
    place = reader.location(account)
    if place:
        return place, next((title for name, title in there if name == place), "")
    if str(account.settings.get("location") or "").strip():
        raise ConnectFailed(N_("Write the location as accounts/111/locations/222."))
    if len(there) == 1:
        return there[0]
    if not there:
        raise ConnectFailed(
            N_("This access reaches no location. Give access as an owner or manager of the place.")
        )
    told = ", ".join(f"{title or name} ({name})" for name, title in there[:MOST_NAMED])
    raise ConnectFailed(f"This access reaches {len(there)} locations. Write down which one: {told}")


def locations(api: Api, now: datetime) -> list[tuple[str, str]]:
    """(accounts/1/locations/2, name) of the first hundred of each account. Raises Trouble."""
    found = []
    for account in api.read(f"{ACCOUNTS}/v1/accounts", now, pageSize=20).listed("accounts"):
        owner = reviews.text(account.get("name"))
        if not owner.startswith("accounts/"):
            continue
        told: Told = api.read(f"{LOCATIONS}/v1/{owner}/locations", now, readMask="name,title", pageSize=100)
        for part in told.listed("locations"):
            place = f"{owner}/{reviews.text(part.get('name'))}"
            if reader.LOCATION.fullmatch(place):
                found.append((place, reviews.text(part.get("title"))))
    return found


def news(api: Api, account: AccountSide, place: str, now: datetime) -> tuple[str, ...]:
    """Whether Google puts news of reviews into Pub/Sub, where a subscription was named. Raises Trouble."""
    if not reader.subscription(account):
        return ()
    owner = place.partition("/locations/")[0]
    setting: Mapping[str, Any] = api.read(f"{NOTIFICATIONS}/v1/{owner}/notificationSetting", now).body
    kinds = setting.get("notificationTypes")
    told = {each for each in kinds if isinstance(each, str)} if isinstance(kinds, list) else set()
    is_told = bool(setting.get("pubsubTopic")) and told >= WANTED
    if is_told:
        return ()
    return (
        N_(
            "Google does not tell this account's topic of new and updated reviews. Set its notificationSetting."
        ),
    )
