"""Django's sessions in the database, read by a statement that is kept. Each request still asks the database."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from lyhord.web.statements import Kept

of_key = Kept[Session](lambda key: Session.objects.filter(session_key=key))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        """The row, while it has not ended; else none, and a new key if something is stored."""
        found = of_key(self.session_key or "")
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None
