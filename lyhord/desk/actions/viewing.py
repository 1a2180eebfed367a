"""Saved views: a name for a query string."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import SavedView
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Team, User

MOST = 50


@transaction.atomic
def save_view(name: str, query: str, *, by: User, now: datetime, team: Team | None = None) -> SavedView:
    """For oneself, or for a team. The same name again gets the new query."""
    if team is not None:
        mandates.require(by, "share_view", OfTeam(team))
    name = " ".join(clean(name).split())
    if not name or len(name) > 60 or len(query) > 500:
        raise NotPossible(_("A view has a name of 1 to 60 characters and a query of at most 500."))
    owner = {"team": team, "user": None} if team is not None else {"user": by, "team": None}
    mine = SavedView.objects.filter(**owner)
    known = mine.filter(name=name).first()
    if known is None and mine.count() >= MOST:
        raise NotPossible(_("There are %(most)d views already. Delete one first.") % {"most": MOST})
    if known is not None:
        known.query = query
        known.save(update_fields=["query"])
        return known
    last = mine.aggregate(last=Max("position"))["last"] or 0
    view = SavedView.objects.create(**owner, name=name, query=query, position=last + 1)
    audit.record("view.saved", view, by=by, now=now, name=name, query=query)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User, now: datetime) -> None:
    if view.team is not None:
        mandates.require(by, "share_view", OfTeam(view.team))
    elif view.user_id != by.pk:
        raise mandates.NotYours(_("This view belongs to somebody else."))
    audit.record("view.deleted", view, by=by, now=now, name=view.name)
    SavedView.objects.filter(pk=view.pk).delete()


class OfTeam:
    """A team as the subject of a mandate."""

    def __init__(self, team: Team) -> None:
        self.brand_id = team.brand_id
        self.team_ids = [team.pk]
