"""What each kind of event does to the rows. The order of arrival never matters: the network's times decide."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from lyhord.channels.contract import Author
from lyhord.intake import rules
from lyhord.intake.actions.ledger import Ledger, Told
from lyhord.intake.models import Post, PostAlias, PostVersion, Reaction, Report, Thread
from lyhord.lib import bulk, sabotage


def tell(ledger: Ledger, told: Told) -> None:
    KINDS[told.event.kind](ledger, told)


# The post itself --------------------------------------------------------------------------------------------------


def created(ledger: Ledger, told: Told) -> None:
    post = found(ledger, told)
    is_news = post.is_placeholder
    if is_news:
        post.at = told.at
        post.is_spoken_to = told.event.is_spoken_to
        word(ledger, told, post, told.at)
    elif told.event.is_spoken_to and not post.is_spoken_to:
        post.is_spoken_to = is_news = True
    facts(ledger, told, post)
    post.is_placeholder = False
    settle(ledger, told, post)
    if is_news:
        adopt(ledger, told, post)
        ledger.change(post, "filled")


def edited(ledger: Ledger, told: Told) -> None:
    post = found(ledger, told)
    word(ledger, told, post, told.at + rules.EDIT_AFTER)
    facts(ledger, told, post)
    settle(ledger, told, post)
    if post.is_placeholder:
        ledger.wish(told)
    if not post.deleted_at:
        ledger.change(post, "edited")


def found(ledger: Ledger, told: Told) -> Post:
    """The post that an event is about; a placeholder if the event came before it."""
    post = ledger.posts.get(told.key)
    if post is None:
        post = bulk.made(
            Post,
            account_id=told.account.pk,
            native=told.item,
            at=told.at,
            stored_at=ledger.now,
            text_at=rules.NEVER,
            is_public=False,
            is_placeholder=True,
            envelope_id=told.envelope.pk,
        )
        telling = told.event.kind in {"created", "edited"}
        place = (home(ledger, told) if telling else None) or ledger.thread(
            told, told.thread or told.item, is_public=telling and told.is_public
        )
        bulk.point(post, "thread", place)
        ledger.posts[told.key] = post
    elif post.is_placeholder:
        post.at = min(post.at, told.at)
    ledger.touch(post)
    return post


def word(ledger: Ledger, told: Told, post: Post, at: datetime) -> None:
    """A text as it stood at one time: the newest is shown, the others are kept as earlier versions."""
    words = rules.clean(told.event.text)[: rules.LONGEST_TEXT]
    if (at, words) == (post.text_at, post.text):
        return
    if (at, words) < (post.text_at, post.text) and not sabotage.is_on("order_of_arrival"):
        earlier(ledger, post, words, at)
        return
    if post.text_at != rules.NEVER:
        earlier(ledger, post, post.text, post.text_at)
    post.text, post.text_at = words, at
    post.title = rules.line(told.event.title, 300)
    post.lang = rules.line(told.event.lang, 12)
    post.link = rules.web_address(told.event.link)
    post.is_public = told.is_public
    post.mentions = [mention(told, author) for author in told.event.mentions]
    ledger.reworded[post.account_id, post.native] = post
    if told.event.author:
        describe(post, told.event.author)


def earlier(ledger: Ledger, post: Post, words: str, at: datetime) -> None:
    if post.deleted_at:
        return
    if post.pk is not None and post.versions.filter(at=at, text=words).exists():
        return
    post.version += 1
    ledger.versions.append(PostVersion(post=post, text=words, at=at))


def describe(post: Post, author: Author) -> None:
    post.handle = rules.line(author.handle, 200)
    post.name = rules.line(author.name, 200)
    post.author_facts = {
        "aliases": [rules.reference(alias, rules.LONGEST_AUTHOR) for alias in author.aliases],
        "avatar": rules.web_address(author.avatar),
        "followers": author.followers,
        "lang": rules.line(author.lang, 12),
        "profile": rules.web_address(author.profile, 500),
        "is_bot": author.is_bot,
    }


def mention(told: Told, author: Author) -> dict[str, object]:
    """Everybody whom a post names, in order, and whether that is us (IN-20)."""
    native = rules.reference(author.native, rules.LONGEST_AUTHOR)
    handle = rules.line(author.handle, 200)
    is_us = native == told.account.native if native else handle == told.account.handle
    return {"native": native, "handle": handle, "name": rules.line(author.name, 200), "is_us": is_us}


def facts(ledger: Ledger, told: Told, post: Post) -> None:
    """What every telling of a post says alike."""
    event = told.event
    post.is_own = post.is_own or event.is_own
    # A post that was told and then erased has no author any more, and gets none again.
    if event.author and not post.author and (post.is_placeholder or not post.deleted_at):
        post.author = rules.reference(event.author.native, rules.LONGEST_AUTHOR)
    post.parent = post.parent or told.parent
    if event.extra and not post.deleted_at:
        post.extra = post.extra | rules.notes(event.extra)
    for alias in event.aliases:
        native = rules.reference(alias)
        key = told.account.pk, native
        if native and key not in ledger.posts:
            ledger.posts[key] = post
            ledger.aliases[key] = PostAlias(account=told.account, native=native, post=post)
    if event.media:
        ledger.files.append((post, event))


# Its place --------------------------------------------------------------------------------------------------------


def settle(ledger: Ledger, told: Told, post: Post) -> None:
    """Put a post into the thread that the event or its parent names, and tell the thread what it is about."""
    thread = home(ledger, told) or post.thread
    if thread is not post.thread:
        if post.thread.native == post.native:
            ledger.join(post.thread, thread)
        else:
            ledger.move(post, thread)
    if thread.native == post.native:
        thread.is_public = told.is_public
    elif told.thread:
        thread.is_public = thread.is_public or told.is_public
    thread.begun_at = min(thread.begun_at, told.at)
    if not told.parent and not post.deleted_at:
        thread.title = thread.title or rules.line(told.event.title, 300)
        thread.link = thread.link or rules.web_address(told.event.link)
    ledger.touch_thread(thread)


def home(ledger: Ledger, told: Told) -> Thread | None:
    """Where the event says that its post belongs; None: it says nothing, or nothing that we know yet."""
    if told.thread:
        return ledger.thread(told, told.thread, is_public=told.is_public)
    if not told.parent or told.parent == told.item:
        return None
    parent = ledger.posts.get((told.account.pk, told.parent))
    if parent is None or parent.is_placeholder:
        ledger.wish(told, told.parent)
        return None
    # A private word never goes into a public thread, nor the other way round: it opens one of its own.
    return parent.thread if parent.thread.is_public == told.is_public else None


def adopt(ledger: Ledger, told: Told, post: Post) -> None:
    """A post has come: those that waited for it as their parent are of its thread."""
    own = ledger.wanted.get((post.account_id, post.native))
    if own is not None and not own.parent:
        ledger.grant(own)
    for native in (told.item, *(rules.reference(alias) for alias in told.event.aliases)):
        for wish in ledger.children.pop((post.account_id, native), []):
            ledger.grant(wish)
            child = ledger.posts.get((wish.account_id, wish.item))
            if child is not None and is_alone(child) and child.thread.is_public == post.thread.is_public:
                ledger.join(child.thread, post.thread)


def is_alone(child: Post) -> bool:
    """Whether it still lies in the thread that was opened under its own reference."""
    return child.thread.native == child.native


# News about it ----------------------------------------------------------------------------------------------------


def deleted(ledger: Ledger, told: Told) -> None:
    post = found(ledger, told)
    if post.deleted_at is None:
        ledger.change(post, "deleted")
    post.deleted_at = min(post.deleted_at or told.at, told.at)


def hidden(ledger: Ledger, told: Told) -> None:
    post = found(ledger, told)
    if post.hiding_at is None or told.at >= post.hiding_at:
        post.hidden_at = post.hiding_at = told.at
    ledger.change(post, "hidden")


def shown(ledger: Ledger, told: Told) -> None:
    post = found(ledger, told)
    if post.hiding_at is None or told.at > post.hiding_at:
        post.hidden_at, post.hiding_at = None, told.at
    ledger.change(post, "shown")


def reaction(ledger: Ledger, told: Told) -> None:
    """The newest sign of each person; "" says that it was taken back."""
    post = found(ledger, told)
    author = rules.reference(told.event.author.native if told.event.author else "", rules.LONGEST_AUTHOR)
    sign = rules.line(told.event.text, 40)
    key = told.key, author
    known = ledger.reactions.get(key)
    if known is None or (known.at, known.sign) < (told.at, sign):
        ledger.reactions[key] = Reaction(post=post, author=author, sign=sign, at=told.at)
    ledger.change(post, "reaction")


# News about us ----------------------------------------------------------------------------------------------------


def report(ledger: Ledger, told: Told) -> None:
    event = told.event
    author = event.author
    ledger.reports.append(
        Report(
            account=told.account,
            kind="author" if event.kind == "author_changed" else event.kind,
            item=told.item,
            person=rules.reference(author.native if author else "", rules.LONGEST_AUTHOR),
            ok=event.ok,
            text=portrait(author, event.extra)
            if author and event.kind == "author_changed"
            else rules.clean(event.text),
            at=told.at,
        )
    )


def portrait(author: Author, extra: Mapping[str, Any]) -> str:
    """How an author is called now, for `customers`."""
    return orjson.dumps(
        {
            "handle": rules.line(author.handle, 200),
            "name": rules.line(author.name, 200),
            "profile": rules.web_address(author.profile, 500),
            "followers": author.followers,
            "aliases": [rules.reference(alias, rules.LONGEST_AUTHOR) for alias in author.aliases],
            # None: the network said nothing of it.
            "blocks_us": extra["blocks_us"] if isinstance(extra.get("blocks_us"), bool) else None,
        }
    ).decode()


KINDS: dict[str, Callable[[Ledger, Told], None]] = {
    "created": created,
    "edited": edited,
    "deleted": deleted,
    "hidden": hidden,
    "shown": shown,
    "reaction": reaction,
    "read": report,
    "delivered": report,
    "author_changed": report,
    "account": report,
    "erasure": report,
}
