"""What the routes of this room share."""

from ninja import Router, Schema

from lyhord.staff.api_auth import Bearer
from lyhord.staff.models import Membership

router = Router(tags=["staff"])
ADMIN = Bearer("admin")  # for what concerns people, brands and mandates: a key that was made for it


class Member(Schema):
    team: int
    team_name: str
    brand: int
    role: str


def member(row: Membership) -> Member:
    return Member(team=row.team_id, team_name=row.team.name, brand=row.team.brand_id, role=row.role)
