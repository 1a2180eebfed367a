from django.utils.translation import gettext_lazy as _

from lyhord.web.menu import Entry, Part

ENTRIES: list[Entry | Part] = [
    Entry("inbox", _("Inbox"), "desk:inbox", icon="inbox", key="g i", order=10),
    Entry("customers", _("Customers"), "desk:customers", icon="users", key="g k", order=20),
    Entry("use", _("What people write for"), "desk:use", place="judging", order=50),
]
