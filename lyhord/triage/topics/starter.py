"""The topics to begin with: those that ship, and what else people ask a business about (TR-09)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TOPICS: tuple[tuple[Any, Any], ...] = (
    (pgettext_lazy("topic", "Delivery"), _("Where something is that was ordered, and when it comes.")),
    (pgettext_lazy("topic", "Billing"), _("Invoices, payments, prices charged and money back.")),
    (pgettext_lazy("topic", "Outage"), _("Something does not work, is down or is delayed for many.")),
    (pgettext_lazy("topic", "Booking"), _("Booking, changing and cancelling.")),
    (pgettext_lazy("topic", "Product"), _("What is offered: properties, quality, range and use.")),
    (pgettext_lazy("topic", "Customer account"), _("Logging in, details of the customer, membership and points.")),
    (pgettext_lazy("topic", "Staff"), _("How somebody who works for us met a customer.")),
    (pgettext_lazy("topic", "Accessibility"), _("Whether everybody can use it, with any disability.")),
    (pgettext_lazy("topic", "Environment"), _("Climate, nature, animals, waste and what we do about them.")),
    (pgettext_lazy("topic", "Working conditions"), _("How those are treated who work for us or our suppliers.")),
    (pgettext_lazy("topic", "Strategy"), _("The mission of the business, its decisions and its future.")),
    (pgettext_lazy("topic", "Privacy"), _("What we know about people, and what they want done with it.")),
    (pgettext_lazy("topic", "Other"), _("What has its place nowhere else.")),
    (pgettext_lazy("topic", "Business development"), _("Partnerships, new places, new offers and ideas for them.")),
    (pgettext_lazy("topic", "Economy"), _("Results, owners, taxes, dividends and what it costs the public.")),
    (pgettext_lazy("topic", "Recruitment"), _("Jobs, internships and how to apply.")),
    (pgettext_lazy("topic", "Purchasing"), _("What we buy, tenders, and those who want to sell to us.")),
)  # fmt: skip
