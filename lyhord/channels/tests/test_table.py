"""The table of abilities says what the connectors say."""

import pytest

from lyhord.channels import registry, table
from lyhord.channels.contract import Abilities, Connector, Length, Window


class Small(Connector):
    name, label = "small", "Small"

    def abilities(self, account: object) -> Abilities:
        return Abilities(
            receive=("hook",),
            verbs=frozenset({"reply", "hide", "edit"}),
            signals=frozenset({"created", "edited"}),
            reply={"private": Length(70, "utf16")},
            private_reply_days=7,
            window=Window(24, {"HUMAN": 168}, has_templates=True),
            backfill="items:800",
        )


def test_the_page_is_as_new_as_the_connectors() -> None:
    page = table.PAGE.read_text("utf-8")
    told = table.replaced(page, table.table(registry.connectors().values()))
    assert told == page, "Run: python -m lyhord.channels.table"
    assert all(f"| {each.label} |" in page for each in registry.connectors().values())


def test_a_network_is_told_in_words() -> None:
    came, done = (line for line in table.table([Small()]).splitlines() if line.startswith("| Small"))
    assert came == "| Small | webhook | edits | the last 800 |  | documentation |"
    # Hiding alone is none: what is hidden must come back.
    within = "24 h; 168 h as HUMAN; then templates; one private reply within 7 days"
    assert done == f"| Small |  | 70 UTF-16 units | {within} | yes |  |  |  |  |  |  |"


def test_a_page_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        table.replaced("nothing", "")
