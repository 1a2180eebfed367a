"""The lines of the list, drawn by Python and remembered: most of what a page shows was shown a moment ago, perhaps to a colleague.

A drawn line follows from the record and from what stands beside it in `item`: nothing else may come into it, and then it
can never be older than the record. So there is nothing to be told to forget.
"""

from collections.abc import Sequence
from datetime import date, tzinfo
from functools import lru_cache

from django.utils import timezone
from markupsafe import Markup

from lyhord.desk import words
from lyhord.desk.queries.inbox import moment
from lyhord.desk.queries.lines import Line
from lyhord.web import drawn
from lyhord.web.jinja import gettext as _
from lyhord.web.show import icon, language, numbered

REMEMBERED = 4096  # lines of about 1.5 kB


def items(lines: Sequence[Line], query: str) -> Markup:
    """The list items of `lines`. `query` is the view and its filters, which the addresses of the lines carry."""
    zone = timezone.get_current_timezone()
    now = timezone.now()
    code, today, minute = language(), now.astimezone(zone).date(), int(now.timestamp()) // 60
    drawn_lines = [item(line, query, code, zone, today, minute if line.due_at else 0) for line in lines]
    return Markup("".join(drawn_lines))  # noqa: S704 - drawn by `item`


@lru_cache(maxsize=REMEMBERED)
def item(line: Line, query: str, code: str, zone: tzinfo, today: date, minute: int = 0) -> str:
    """One line. Its times are written for `today` in `zone`, in the language `code`, which are those of the request.

    `minute` is the one in which what is left of a clock was read; without a clock a line is good for the whole day.
    """
    pk = line.id
    row = drawn.row(
        f"{numbered('desk:conversation')(pk)}?{query}",
        line.who,
        line.snippet,
        at=moment(line.last_at),
        channel=line.connector,
        lang=line.lang or None,
        waits=line.waits,
        is_new=bool(line.is_new),
        title=line.subject if line.subject != line.snippet else None,
        caller=lambda: marks(line),
    )
    label = _("Select %(who)s", who=line.who)
    return (
        f'<li class="row-item" id="row-{pk}" data-id="{pk}" data-version="{line.version}"'
        f' data-at="{moment(line.last_at).timestamp()}">\n'
        f'<input type="checkbox" class="row-check" value="{pk}" aria-label="{label}">\n{row}</li>\n'
    )


def marks(line: Line) -> Markup:
    """What stands at the end of a line: urgent, kind, who writes, private, who has it."""
    parts = []
    if line.due_at is not None and line.status == "open":
        label, state = words.DUE[line.due_stage]
        parts.append(drawn.clock(label, moment(line.due_at), state))
    if line.is_urgent:
        parts.append(drawn.badge(_("Urgent"), "bad"))
    if line.kind in words.KIND_BADGES and line.kind != "question":
        parts.append(drawn.badge(words.KINDS[line.kind], words.KIND_BADGES[line.kind]))
    if line.purpose in words.PURPOSE_BADGES:
        parts.append(drawn.badge(words.PURPOSES[line.purpose], "acc"))
    if line.is_viewpoint and line.purpose != "influence":
        parts.append(drawn.badge(words.VIEWPOINT))
    if line.is_asked:
        parts.append(drawn.badge(_("Waits for a department"), "note"))
    if not line.is_public:
        parts.append(icon("lock", _("Private")))
    if line.assignee:
        told = _("Assigned to %(name)s", name=line.assignee)
        parts.append(drawn.avatar(line.assignee, size="small", title=line.assignee))
        parts.append(Markup('<span class="vh">{}</span>').format(told))
    return Markup("").join(parts)
