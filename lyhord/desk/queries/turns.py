"""The turns of a conversation, with what they point at: one SQL statement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lyhord.desk import margins, rules
from lyhord.desk.models import Conversation, Strand
from lyhord.desk.queries.inbox import moment, slots
from lyhord.intake.models import Post

MOST = 200  # in one go; a page asks for older ones

COLUMNS = """
t.id, t.at, t.what, t."values", t.by_id, u.name, t.strand_id,
p.id, p.is_own, p.is_public, p.text, p.lang, p.name, p.handle, p.link, p.version, COALESCE(p.deleted_at, e.deleted_at), COALESCE(p.hidden_at, e.hidden_at), p.mentions, p.extra, p.title,
d.id, d.state, d.verb, d.text, d.lang, d.is_public, d.problem, d.hold_reason, d.due_at, d.sent_at, d.version, d.tag, d.template,
rc.link, rc.read_at, n.text, s.priority, s.reasons, s.language, s.private, s.is_shallow, s.purpose, s.journey,
(SELECT {files} FROM intake_attachment f WHERE f.post_id = p.id),
(SELECT {sent} FROM (SELECT * FROM outbox_enclosure o WHERE o.dispatch_id = d.id AND NOT o.is_gone
  ORDER BY o.position, o.id) AS f),
(SELECT {signs} FROM (SELECT x.sign, COUNT(*) AS n FROM intake_reaction x
  WHERE x.post_id = COALESCE(p.id, e.id) AND x.sign <> '' GROUP BY x.sign) AS y)
"""
JOINS = """
JOIN desk_turn t ON t.id = h.id
LEFT JOIN staff_user u ON u.id = t.by_id
LEFT JOIN intake_post p ON p.id = t.post_id
LEFT JOIN outbox_dispatch d ON d.id = t.dispatch_id
LEFT JOIN outbox_receipt rc ON rc.dispatch_id = d.id
LEFT JOIN intake_post e ON e.id = COALESCE(
  (SELECT o.id FROM intake_post o WHERE o.account_id = rc.account_id AND o.native = rc.native AND rc.native <> ''),
  (SELECT a.post_id FROM intake_postalias a WHERE a.account_id = rc.account_id AND a.native = rc.native AND rc.native <> ''),
  (SELECT MIN(o.id) FROM outbox_receiptalias ra JOIN intake_post o ON o.account_id = ra.account_id AND o.native = ra.native
   WHERE ra.receipt_id = rc.dispatch_id))
LEFT JOIN desk_note n ON n.id = t.note_id
LEFT JOIN triage_assessment s ON s.post_id = p.id
"""
FILE = ("id", "token", "kind", "name", "alt", "state", "width", "height")
SENT = ("id", "token", "content_type", "name", "alt", "width", "height")
SQLITE = {
    "sent": "json_group_array(json_object(" + ", ".join(f"'{name}', f.{name}" for name in SENT) + "))",
    "files": "json_group_array(json_object(" + ", ".join(f"'{name}', f.{name}" for name in FILE) + "))",
    "signs": "json_group_array(json_object('sign', y.sign, 'n', y.n))",
}
POSTGRESQL = {
    "sent": "CAST(json_agg(json_build_object("
    + ", ".join(f"'{name}', f.{name}" for name in SENT)
    + ")) AS text)",
    "files": "CAST(json_agg(json_build_object("
    + ", ".join(f"'{name}', f.{name}" for name in FILE)
    + ")) AS text)",
    "signs": "CAST(json_agg(json_build_object('sign', y.sign, 'n', y.n)) AS text)",
}


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One step of a conversation, ready to be drawn."""

    id: int
    at: datetime
    kind: str  # post | reply | note | event
    what: str  # of an event
    values: dict[str, Any]
    by_id: int | None
    by: str
    strand_id: int | None
    is_ours: bool
    is_public: bool
    text: str
    lang: str
    author: str
    handle: str
    post_id: int | None
    link: str
    version: int  # of the post or the dispatch
    is_edited: bool
    is_deleted: bool
    is_hidden: bool
    mentions: list[dict[str, Any]]
    roles: list[
        dict[str, Any]
    ]  # of who is named: name, handle, role (addressed answered named quoted), is_us
    dispatch_id: int | None
    state: str  # of the dispatch
    verb: str
    problem: str
    due_at: datetime | None  # when it leaves: the countdown of undo
    tag: str  # under which the network takes it after its ordinary time
    template: str  # name of the approved template whose words these are
    sent_at: datetime | None
    read_at: datetime | None
    priority: int | None
    reasons: list[dict[str, Any]]
    private: list[dict[str, Any]]
    is_shallow: bool  # judged by its words alone so far
    purpose: str  # press recruitment sales-lead influence stakeholder legal-threat; "": none of them
    journey: str  # before during after, of the purchase or use; "": not told
    attachments: list[dict[str, Any]]
    reactions: list[dict[str, Any]]
    title: str  # of a mail or an article
    margin: margins.Margin  # what stands beside the words: quoted, signature, notes


def turns(
    conversation: Conversation | int,
    *,
    after: int | None = None,
    before: int | None = None,
    only: Iterable[int] | None = None,
    most: int = MOST,
) -> list[TurnRow]:
    """The newest `most`, told oldest first; those with an id above `after` or below `before`, or of `only`."""
    where, values = ["t.conversation_id = %s"], [pk_of(conversation)]
    if after is not None:
        where.append("t.id > %s")
        values.append(after)
    if before is not None:
        where.append("t.id < %s")
        values.append(before)
    if only is not None:
        ids = list(only)
        where.append(f"t.id IN ({slots(ids) or 'NULL'})")
        values.extend(ids)
    ways = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    sql = (
        f"SELECT {COLUMNS.format(**ways)} FROM (SELECT t.id FROM desk_turn t WHERE {' AND '.join(where)}"  # noqa: S608
        f" ORDER BY t.at DESC, t.id DESC LIMIT {int(most)}) AS h {JOINS} ORDER BY t.at, t.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [made(record) for record in cursor.fetchall()]


def pk_of(conversation: Conversation | int) -> int:
    return conversation if isinstance(conversation, int) else conversation.pk


def made(record: tuple[Any, ...]) -> TurnRow:
    (
        pk, at, what, told, by_id, by, strand,
        post, is_own, post_public, post_text, post_lang, name, handle, post_link, post_version, deleted, hidden, mentions, extra, title,
        dispatch, state, verb, words, words_lang, words_public, problem, held, due, left, dispatch_version, tag, template,
        receipt_link, read, note, priority, reasons, language, private, shallow, purpose, journey,
        files, sent, signs,
    ) = record  # fmt: skip
    is_reply = dispatch is not None and not what
    kept = loaded(extra, {})
    return TurnRow(
        id=pk,
        at=moment(at),
        kind="event" if what else "post" if post is not None else "reply" if is_reply else "note",
        what=what,
        values=loaded(told, {}),
        by_id=by_id,
        by=by or "",
        strand_id=strand,
        is_ours=is_reply or bool(is_own),
        is_public=bool(words_public if dispatch is not None else post_public),
        text=words if dispatch is not None else post_text if post is not None else note or "",
        lang=words_lang or (language if language not in {None, "und"} else "") or post_lang or "",
        author=name or "",
        handle=handle or "",
        post_id=post,
        link=post_link or receipt_link or "",
        version=post_version or dispatch_version or 0,
        is_edited=(post_version or 1) > 1 and deleted is None,
        is_deleted=deleted is not None,
        is_hidden=hidden is not None,
        mentions=loaded(mentions, []),
        roles=rules.roles(loaded(mentions, []), kept, post_text or "") if post is not None else [],
        dispatch_id=dispatch,
        state=state or "",
        verb=verb or "",
        problem=problem or held or "",
        due_at=moment(due),
        tag=tag or "",
        template=loaded(template, {}).get("name", ""),
        sent_at=moment(left),
        read_at=moment(read),
        priority=priority,
        reasons=loaded(reasons, []),
        private=loaded(private, []),
        is_shallow=bool(shallow),
        purpose=purpose or "",
        journey=journey or "",
        attachments=[*map(of_hers, loaded(files, [])), *map(of_ours, loaded(sent, []))],
        reactions=loaded(signs, []),
        title=title or "" if deleted is None else "",
        margin=margins.margin(kept) if deleted is None else margins.Margin(),
    )


def of_hers(file: dict[str, Any]) -> dict[str, Any]:
    return file | {"address": f"/media/{file['token']}/" if file["state"] == "kept" else ""}


def of_ours(file: dict[str, Any]) -> dict[str, Any]:
    """A file that we send, told as those of posts are."""
    kind = "picture" if file["content_type"].startswith("image/") else "file"
    return file | {"kind": kind, "state": "kept", "address": f"/outbox/files/{file['token']}/"}


def loaded(value: Any, empty: Any) -> Any:
    """JSON as the database gave it; SQLite and PostgreSQL both give text here, or nothing."""
    if value is None or value == "":
        return empty
    return json.loads(value) if isinstance(value, str) else value


def context(conversation: Conversation | int, *, most: int = 20) -> list[Post]:
    """What others said in the public threads of this conversation: its surroundings, oldest first."""
    pk = pk_of(conversation)
    strands = Strand.objects.filter(conversation=pk, thread__is_public=True)
    posts = Post.objects.filter(thread__in=strands.values("thread"), is_placeholder=False)
    near = posts.exclude(turn__conversation=pk).exclude(filing__outcome="echo").order_by("-at", "-pk")
    return list(near[:most])[::-1]
