"""Who is logged in: looked up at each request, by a statement that is kept."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from lyhord.staff.models import User
from lyhord.web.statements import Kept

of_pk = Kept[User](lambda pk: User.objects.filter(pk=pk))


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    def get_user(self, user_id: Any) -> User | None:
        """The row as it now stands, so that a closed or changed account counts at once."""
        found = of_pk(int(user_id))
        return found[0] if found and self.user_can_authenticate(found[0]) else None
