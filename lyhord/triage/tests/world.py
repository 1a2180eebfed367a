"""What the tests of this room share: an account, and posts as intake keeps them."""

from datetime import datetime
from typing import Any

from lyhord.channels.models import Account
from lyhord.intake.models import Post, Thread


def write(account: Account, now: datetime, text: str = "Var är mitt paket?", **fields: Any) -> Post:
    thread, _made = Thread.objects.get_or_create(
        account=account, native="t", defaults={"is_public": True, "begun_at": now}
    )
    usual = {
        "native": f"p{Post.objects.count()}",
        "author": "aino",
        "at": now,
        "stored_at": now,
        "text_at": now,
    }
    return Post.objects.create(thread=thread, account=account, text=text, is_public=True, **(usual | fields))
