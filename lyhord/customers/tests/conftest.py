"""People who write on several networks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from lyhord.channels.models import Account, App
from lyhord.customers import noticing, steps
from lyhord.customers.models import Identity
from lyhord.intake.models import Post, Thread
from lyhord.staff.models import Brand

Says = Callable[..., Post]


def place(brand: Brand, now: datetime, connector: str) -> Account:
    """Our account of this brand on that network."""
    found = Account.objects.filter(brand=brand, connector=connector).first()
    if found is not None:
        return found
    app = App.objects.create(
        connector=connector, name=connector, endpoint=f"{connector}-{brand.pk}", made_at=now
    )
    return Account.objects.create(
        app=app, brand=brand, connector=connector, name=connector, native="us", made_at=now
    )


@pytest.fixture
def says(brand: Brand, now: datetime) -> Says:
    """says("aino", "Hej!", on="mastodon", name=..., handle=...): a post, tied to its author and noticed."""
    numbers = count(1)
    home = brand

    def say(author: str, text: str, *, on: str = "demo", brand: Brand | None = None, **fields: Any) -> Post:
        number = next(numbers)
        account = place(brand or home, now, on)
        thread = Thread.objects.create(
            account=account,
            native=fields.pop("thread", f"t{number}"),
            is_public=fields.get("is_public", True),
            begun_at=now,
        )
        at = fields.pop("at", now + timedelta(seconds=number))
        usual = {"handle": "", "name": author.title(), "stored_at": at, "text_at": at, "is_public": True}
        post = Post.objects.create(
            thread=thread,
            account=account,
            native=f"p{number}",
            author=author,
            at=at,
            text=text,
            **(usual | fields),
        )
        steps.tie_authors(at)
        noticing.notice(at)
        return post

    return say


@pytest.fixture
def who() -> Callable[[Post], Identity]:
    def of(post: Post) -> Identity:
        post.refresh_from_db()
        identity = post.authorship.identity
        assert identity is not None
        return identity

    return of
