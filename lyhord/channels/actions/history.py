"""The account under which the history of another system stands: it brings nothing more, and nothing leaves it."""

import secrets
from datetime import datetime

from django.db import transaction

from lyhord.channels.models import Account, App, State
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User

CONNECTOR = "api"  # its events are the plain ones


@transaction.atomic
def history_account(brand: Brand, system: str, name: str, *, by: User | None, now: datetime) -> Account:
    """The one of this brand and system, made at the first call. Retired from the start; visible to the whole brand.

    Raises mandates.NotYours. `by` None: the operator at the command line.
    """
    if by is not None:
        mandates.require(by, "move_data", brand)
    native = f"history:{system}:{brand.pk}"
    known = Account.objects.filter(brand=brand, connector=CONNECTOR, native=native, is_history=True).first()
    if known is not None:
        return known
    app = App.objects.create(connector=CONNECTOR, name=name, endpoint=secrets.token_hex(16), made_at=now)
    made = Account.objects.create(
        app=app, brand=brand, connector=CONNECTOR, name=name, native=native, state=State.RETIRED, is_history=True, made_at=now
    )  # fmt: skip
    audit.record("account.history_made", made, by=by, now=now, system=system)
    return made
