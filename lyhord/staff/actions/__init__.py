"""What can be done to people, teams and brands. Each is one transaction: permission first, then write, note, record."""

from lyhord.staff.actions.brands import (
    change_brand,
    forget_mandate,
    make_brand,
    make_team,
    rename_team,
    set_mandate,
)
from lyhord.staff.actions.bringing import bring_person
from lyhord.staff.actions.keys import make_api_key, revoke_api_key, rotate_api_key
from lyhord.staff.actions.links import AlreadyHere, accept, invite, invite_again, reset_link, wish_for_reset
from lyhord.staff.actions.people import (
    deactivate,
    end_sessions_of,
    make_first_administrator,
    reactivate,
    reset_second_factor,
    set_administrator,
    set_memberships,
)
from lyhord.staff.actions.profile import (
    change_profile,
    end_session,
    end_sessions,
    go_off_duty,
    go_on_duty,
    note_log_in,
)

__all__ = [
    "AlreadyHere",
    "accept",
    "bring_person",
    "change_brand",
    "change_profile",
    "deactivate",
    "end_session",
    "end_sessions",
    "end_sessions_of",
    "forget_mandate",
    "go_off_duty",
    "go_on_duty",
    "invite",
    "invite_again",
    "make_api_key",
    "make_brand",
    "make_first_administrator",
    "make_team",
    "note_log_in",
    "reactivate",
    "rename_team",
    "reset_link",
    "reset_second_factor",
    "revoke_api_key",
    "rotate_api_key",
    "set_administrator",
    "set_mandate",
    "set_memberships",
    "wish_for_reset",
]
