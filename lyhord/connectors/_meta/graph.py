"""What the Graph API answers: posts, comments, recommendations and messages, as polls and looks bring them. Pure.

Docs read 2026-11-22: Graph API reference, Page Feed, Comment, Page Ratings, Conversation, Message.
"""

import re
from collections.abc import Iterator
from typing import Any

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.connectors._meta import insta, messages
from lyhord.connectors._meta.feed import FACEBOOK, recommendation
from lyhord.connectors._meta.values import Part, digest, listed, moment, native, needed, text, web, within

MESSENGER = "messenger"
POST = re.compile(r"\d+_\d+")
PERMALINK = re.compile(r"facebook\.com/(?P<owner>\d+)/posts/(?P<post>\d+)")
COMMENT = re.compile(r"[?&]comment_id=(\d+)")
ANSWER = re.compile(r"[?&]reply_comment_id=(\d+)")
SORTS = {
    "photo": "picture",
    "video": "video",
    "video_inline": "video",
    "animated_image_video": "video",
    "sticker": "picture",
}


class Asker:
    """Whose answer it is: our page or account, the connector that asked, and what it knew before."""

    def __init__(self, account: str, connector: str, edited_at: str = "", thread: str = "") -> None:
        self.account = account
        self.connector = connector
        self.edited_at = edited_at  # set where a look found other words than were told before
        self.thread = thread


def node(part: Part, asker: Asker, thread: str = "") -> Iterator[Item]:
    """One object with what hangs on it, the oldest first."""
    if "error" in part and len(part) == 1:
        yield Unsupported("An error of the Graph API tells of nothing that was written.")
    elif "messages" in part or (text(part, "id").startswith("t_") and "participants" in part):
        yield from conversation(part, asker)
    elif is_message(part):
        yield message(part, asker, thread)
    elif insta.is_ours(part):
        yield from insta.node(part, asker, thread)
    elif "recommendation_type" in part or "open_graph_story" in part or "review_text" in part:
        yield rating(part, asker)
    elif is_comment(part):
        yield from comment(part, asker, thread)
    elif POST.fullmatch(native(part)) and ("created_time" in part or "message" in part):
        yield from post(part, asker)
    else:
        yield Unsupported(
            f"Graph tells of something else than posts: {', '.join(sorted(part))[:100] or 'nothing'}."
        )


def is_message(part: Part) -> bool:
    return ("to" in part and "from" in part) or native(part).startswith(("m_", "mid."))


def is_comment(part: Part) -> bool:
    told = text(part, "permalink_url")
    return (
        bool(COMMENT.search(told))
        or ("parent" in part and "created_time" in part)
        or "can_reply_privately" in part
    )


def own(author: Author | None, asker: Asker) -> bool:
    return author is not None and bool(asker.account) and author.native == asker.account


def writer(part: Part) -> Author | None:
    told = within(part, "from")
    ident = native(told)
    return Author(native=ident, name=text(told, "name"), handle=text(told, "username")) if ident else None


def post(part: Part, asker: Asker) -> Iterator[Item]:
    """A post with its newest comments. Only who names us in his own place is mentioned, not a guest in ours."""
    item, author = needed(part), writer(part)
    words = text(part, "message")
    is_elsewhere = bool(asker.account) and not item.startswith(f"{asker.account}_") and not own(author, asker)
    yield from worded(
        part, asker,
        item=item, thread=item, parent=None, author=author, text=words, media=attached(part),
        is_own=own(author, asker), link=web(text(part, "permalink_url")),
        is_spoken_to=part.get("is_published") is not False,
        mentions=(Author(native=asker.account),) if is_elsewhere else (),
    )  # fmt: skip
    for each in sorted(listed(part, "comments"), key=lambda each: str(each.get("created_time") or "")):
        yield from comment(each, asker, item)


def comment(part: Part, asker: Asker, thread: str) -> Iterator[Item]:
    link = text(part, "permalink_url")
    place, first, answer = PERMALINK.search(link), COMMENT.search(link), ANSWER.search(link)
    told = native(part)
    # The same comment is {page}_{post}_{comment} within its post and {post}_{comment} by hook (both recorded).
    item = told.partition("_")[2] if told.count("_") == 2 else told
    if not item and place and first:
        item = f"{place['post']}_{(answer or first)[1]}"
    if not item:
        yield Unsupported("A comment without its id.")
        return
    thread = thread or (f"{place['owner']}_{place['post']}" if place else "") or asker.thread
    above = native(within(part, "parent"))
    if not above and answer and first and place:
        above = f"{place['post']}_{first[1]}"
    if not above and asker.account and not thread:
        above = f"{asker.account}_{item.partition('_')[0]}"
    above = above.partition("_")[2] if above.count("_") == 2 else above
    author = writer(part)
    yield from worded(
        part, asker,
        item=item, thread=thread or None, parent=above or thread or None, author=author,
        text=text(part, "message"), media=attached(part), is_own=own(author, asker), link=web(link),
        aliases=(told,) if told and told != item else (),
    )  # fmt: skip
    if part.get("is_hidden") is True:
        yield Event("hidden", f"hidden:{item}:seen", asker.account, item, thread or None, connector=FACEBOOK,
                    at=moment(part.get("created_time")))  # fmt: skip
    if thread:
        for each in listed(part, "comments"):
            yield from comment(each, asker, thread)


def worded(part: Part, asker: Asker, **fields: Any) -> Iterator[Event]:
    """As it was written; and as an edit too where the look found other words than before."""
    item, mark = fields["item"], digest(fields["text"])
    usual: dict[str, Any] = {
        "connector": FACEBOOK,
        "account": asker.account,
        "extra": {"words": mark},
        **fields,
    }
    at = moment(part.get("created_time"))
    yield Event(kind="created", key=f"created:{item}", at=at, **usual)
    if asker.edited_at:
        yield Event(
            kind="edited", key=f"edited:{item}:{mark}:{asker.edited_at}", at=moment(asker.edited_at), **usual
        )


def attached(part: Part) -> tuple[Media, ...]:
    single = within(part, "attachment")
    found = []
    for each in [*([single] if single else []), *listed(part, "attachments")]:
        inner = listed(each, "subattachments") or [each]
        for one in inner:
            kind = text(one, "media_type") or text(one, "type")
            url = web(text(within(within(one, "media"), "image"), "src"))
            shape: Any = SORTS.get(kind)
            if url and shape:
                found.append(Media(url, "picture", alt=text(one, "description")[:500]))
    return tuple(found[:20])


def rating(part: Part, asker: Asker) -> Item:
    story, reviewer = within(part, "open_graph_story"), within(part, "reviewer")
    item = native(story)
    words = recommendation(text(part, "recommendation_type"), text(part, "review_text"))
    if not item:
        return Unsupported("A recommendation that has no post, so nobody could answer it.")
    ident = native(reviewer)
    return Event(
        kind="created",
        key=f"created:{item}",
        connector=FACEBOOK,
        account=asker.account,
        item=item,
        thread=item,
        author=Author(native=ident, name=text(reviewer, "name")) if ident else None,
        at=moment(part.get("created_time")),
        text=words,
        extra={"words": digest(words), "recommends": text(part, "recommendation_type").lower()},
    )


# Messages -----------------------------------------------------------------------------------------------------------


def conversation(part: Part, asker: Asker) -> Iterator[Item]:
    others = [native(each) for each in listed(part, "participants") if native(each) != asker.account]
    person = next((each for each in others if each), "")
    told = listed(part, "messages")
    if not told:
        yield Unsupported("A conversation without its messages.")
    for each in sorted(told, key=lambda each: str(each.get("created_time") or "")):
        yield message(each, asker, person)


def message(part: Part, asker: Asker, person: str) -> Item:
    """The other one's id is the thread, as by the hook: there a message names the two alone."""
    mid, author = needed(part), writer(part)
    if author is None:
        return Unsupported(
            "A message that Graph does not give any more: only the newest are told whole.", mid
        )
    is_own = own(author, asker)
    others = [native(each) for each in listed(part, "to") if native(each) != asker.account]
    thread = (next(iter(others), "") or person) if is_own else author.native
    words, files = text(part, "message"), kept(part)
    story = within(within(part, "story"), "mention") or within(within(part, "story"), "reply_to")
    return Event(
        kind="created",
        key=f"created:{mid}",
        connector="instagram" if asker.connector == "instagram" else MESSENGER,
        account=asker.account,
        item=mid,
        thread=thread or None,
        author=author,
        at=moment(part.get("created_time")),
        text=words or shared(part),
        visibility="private",
        is_own=is_own,
        media=files + ((Media(web(text(story, "link")), "picture"),) if web(text(story, "link")) else ()),
        extra={"words": digest(words)} | ({"story": native(story)} if native(story) else {}),
    )


def kept(part: Part) -> tuple[Media, ...]:
    found = []
    for each in listed(part, "attachments"):
        name = text(each, "name")
        for field, kind in (("image_data", "picture"), ("video_data", "video")):
            url = web(text(within(each, field), "url"))
            if url:
                shape: Any = kind
                found.append(Media(url, shape, name=name))
        if web(text(each, "file_url")):
            sound: Any = "sound" if text(each, "mime_type").startswith("audio/") else "file"
            found.append(Media(text(each, "file_url"), sound, name=name))
    if web(text(part, "sticker")):
        found.append(Media(text(part, "sticker"), "picture"))
    return tuple(found[: messages.LONG_AGO])


def shared(part: Part) -> str:
    lines = (web(text(each, "link")) for each in listed(part, "shares"))
    return "\n".join(line for line in lines if line)
