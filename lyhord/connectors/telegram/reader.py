"""What we read of Telegram: updates by long polling where there is no webhook, and files."""

import time
from collections.abc import Iterator
from datetime import datetime

import httpx

from lyhord.channels.contract import AccountSide, Arrival, Trouble
from lyhord.connectors.telegram import client, parser, words
from lyhord.connectors.telegram.client import Bot, Told

HOLD_SECONDS = 20  # that Telegram may keep the request open until something happens
PATIENCE = httpx.Timeout(HOLD_SECONDS + 15, connect=10)
PAUSE = 1.0  # seconds, for servers that answer at once that there is nothing
A_BATCH = 100
# The numbers begin anew somewhere else after a week of silence (docs: Update), so an old one is let go of.
FORGET_AFTER = 1_000  # empty answers, six hours
MOST_BYTES = 5_000_000


def updates(bot: Bot, account: AccountSide, cursor: str) -> Iterator[Arrival]:
    """Until the connection ends. Asking for what follows tells Telegram that the last was kept, so it comes after that.

    The first question names no number: what comes twice then is known by its key.
    """
    offset, silent = None, 0
    while True:
        content = {"limit": A_BATCH, "timeout": HOLD_SECONDS, "allowed_updates": parser.ALLOWED}
        told = bot.read(
            "getUpdates", content | ({"offset": offset} if offset else {}), None, timeout=PATIENCE
        )
        newest = newest_of(told)
        if newest is None:
            silent += 1
            offset = None if silent > FORGET_AFTER else offset
            yield Arrival(raw=b"", cursor=cursor)
            time.sleep(PAUSE)
            continue
        silent, offset, cursor = 0, newest + 1, str(newest)
        headers = {"content-type": "application/json", parser.BOT: account.native}
        yield Arrival(raw=told.raw, cursor=cursor, url=f"getUpdates/{newest}", headers=headers)


def newest_of(told: Told) -> int | None:
    """Raises Trouble when the answer is not a list of updates: going on would ask the same for ever."""
    result = told.result
    if not isinstance(result, list):
        raise Trouble("Telegram answered getUpdates with something else than a list.")
    if not result:
        return None
    numbers = [each.get("update_id") for each in result if isinstance(each, dict)]
    found = [each for each in numbers if type(each) is int]
    if not found:
        raise Trouble("Telegram sent updates without numbers.")
    return max(found)


def file(http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
    """Raises Trouble."""
    bot = client.bot_of(http, account)
    ident = place.removeprefix(words.ASK)
    try:
        told = bot.ask("getFile", {"file_id": ident})
    except (client.NotSent, client.Lost) as problem:
        raise Trouble(str(problem)) from None
    if not told.is_good:
        # 400: "file is too big" (above 20 MB), or a number that is not valid any more.
        if told.code == 400:
            return None
        raise client.refused(told, bot.token, now)
    result = told.result if isinstance(told.result, dict) else {}
    path, size = result.get("file_path"), result.get("file_size")
    if not isinstance(path, str) or (isinstance(size, int) and size > MOST_BYTES):
        return None
    return bot.content_of(path)
