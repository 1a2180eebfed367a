"""What we read of Trustpilot: new reviews, one as it stands now, and what was."""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors.trustpilot import reviews
from lyhord.connectors.trustpilot.client import Api, Told
from lyhord.connectors.trustpilot.reviews import Strange
from lyhord.lib.text import N_

IDENT = re.compile(r"[A-Za-z0-9]{1,64}")
A_PAGE = 100
MOST_PAGES = 20


def poll(api: Api, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    """Reviews newer than the cursor, with the answers and reports of the newest hundred. Oldest page first."""
    newest, mark = read_cursor(cursor)
    found: list[Told] = []
    for page in pages(api, account, now, MOST_PAGES if newest else 1):
        found.append(page)
        if not (times := created(page)) or min(times) <= newest:
            break
    latest = max([newest, *(stamp for page in found for stamp in created(page))])
    for number, page in enumerate(reversed(found)):
        is_last = number == len(found) - 1
        after = json.dumps(
            {"newest": latest, "mark": reviews.digest({"text": page.raw.decode("utf-8", "replace")})}
        )
        if is_last and after == json.dumps({"newest": newest, "mark": mark}):
            yield Arrival(raw=b"", cursor=cursor)
        else:
            yield arrival(page, account, after if is_last else cursor)


def read_cursor(cursor: str) -> tuple[str, str]:
    """The newest review seen, and what its page was like."""
    try:
        told = json.loads(cursor or "{}")
        return str(told.get("newest", "")), str(told.get("mark", ""))
    except (ValueError, AttributeError):
        return "", ""


def pages(api: Api, account: AccountSide, now: datetime, most: int, first: int = 1) -> Iterator[Told]:
    """Newest first. Raises Trouble."""
    path = f"/v1/private/business-units/{unit(account)}/reviews"
    for number in range(first, first + most):
        told = api.read(path, now, perPage=A_PAGE, page=number, orderBy="createdat.desc")
        listed = told.body.get("reviews")
        if not isinstance(listed, list):
            raise Trouble(N_("Trustpilot answered with something else than a list of reviews."))
        yield told
        if len(listed) < A_PAGE:
            return


def unit(account: AccountSide) -> str:
    if not IDENT.fullmatch(account.native):
        raise Trouble(N_("The business unit is not known. Connect the account again."))
    return account.native


def created(page: Told) -> list[str]:
    """When the reviews of a page were written, as texts that sort by time."""
    found = []
    listed = page.body.get("reviews")
    for part in listed if isinstance(listed, list) else []:
        try:
            at = reviews.moment(part.get("createdAt")) if isinstance(part, dict) else None
        except Strange:
            at = None
        if at is not None:
            found.append(at.isoformat(timespec="microseconds"))
    return found


def arrival(told: Told, account: AccountSide, cursor: str) -> Arrival:
    headers = {"content-type": "application/json"}
    return Arrival(raw=told.raw, cursor=cursor, url="/v1/private/reviews", headers=headers)


def backfill(api: Api, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """From now backwards to `since`. The cursor is the number of the page."""
    first = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) < 7 else 1
    for number, page in enumerate(pages(api, account, since, 1_000, max(first, 1)), first + 1):
        yield arrival(page, account, str(number))
        times = created(page)
        if not times or min(times) < since.isoformat(timespec="microseconds"):
            return


def review_of(item: str) -> str:
    """The review that an item is or hangs on; "" if it is none."""
    ident = item.partition("/")[0]
    return ident if IDENT.fullmatch(ident) else ""


def fetch(api: Api, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    ident = review_of(item)
    if not ident:
        return Hidden(N_("This is no review of Trustpilot."))
    told = api.told(f"/v1/private/reviews/{ident}")
    if told.status in {404, 410}:
        return Gone()
    if not told.is_good:
        raise api.trouble(told, now)
    if told.body.get("id") != ident:
        raise Trouble(N_("Trustpilot answered with something else than the review."))
    if item == f"{ident}/reply" and not isinstance(told.body.get("companyReply"), dict):
        return Gone()
    return Found((arrival(told, account, ""),))
