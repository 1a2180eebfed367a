"""What an import says of what cannot come, and why guidance is to be adapted: for people, with what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lyhord.lib.text import N_

# code: (what is wrong, what to do)
PROBLEMS: dict[str, tuple[str, str]] = {
    "not_json": (N_("This line is not JSON."), N_("Export it anew, or mend the line.")),
    "not_object": (N_("This is a value and no row."), N_("Export the whole table.")),
    "not_csv": (
        N_("The CSV cannot be read from here on: %(why)s."),
        N_("Mend this line; what stands before it comes."),
    ),
    "too_many_cells": (
        N_("The line has %(n)d cells; the header names %(most)d."),
        N_("Put text that holds the separator into quotes."),
    ),
    "unknown_table": (
        N_("Rows of “%(name)s” are not moved."),
        N_("Nothing, unless you miss them: then rename the table as the documentation has it."),
    ),
    "no_columns": (
        N_("No column is called %(names)s."),
        N_("Name the columns of your file: %(names)s=YOUR COLUMN."),
    ),
    "missing": (N_("It is missing."), N_("Fill it in, or leave the row out.")),
    "double": (N_("The same id, %(id)s, came before in this file."), N_("Nothing: the first counts.")),
    "unknown_reference": (
        N_("It names %(what)s “%(id)s”, which cannot come or is not in the file."),
        N_("Put it into the same file."),
    ),
    "unknown_person": (
        N_("“%(id)s” is nobody here and not in the file."),
        N_("It comes without. Put the people into the same file to keep the name."),
    ),
    "unknown_team": (N_("There is no team “%(id)s”."), N_("It comes without a team.")),
    "unknown_status": (N_("The status “%(value)s” is not known."), N_("It comes as closed.")),
    "bad_time": (N_("“%(value)s” is no time."), N_("Write it as 2026-03-01T12:00:00+01:00.")),
    "no_time": (N_("It has no time."), N_("Without it nobody knows where it stood: fill it in.")),
    "bad_address": (N_("“%(value)s” is no mail address."), N_("It comes without, or not if it needs one.")),
    "too_long": (N_("It has %(n)d characters; at most %(most)d are kept."), N_("The rest is cut off.")),
    "no_words": (
        N_("Nothing was said in it, only noted or done."),
        N_("Export its messages too, if there were any."),
    ),
    "cycle": (N_("It goes on from itself."), N_("It comes, and stands alone.")),
    "unknown_kind": (
        N_("“%(value)s” is no kind of guidance."),
        N_("Choose reply, macro, target or faq."),
    ),
    "no_mandate": (
        N_("You may not make it here."),
        N_("Ask somebody who manages people and teams to run the import, or make it first."),
    ),
    "erased": (N_("She was erased here."), N_("Nothing: she does not come back.")),
    "not_kept": (N_("It could not be kept: %(why)s"), N_("Tell who looks after lyhord; the rest came.")),
}

# Why guidance of another time is to be adapted for social media (GO-06).
REASONS: dict[str, str] = {
    "long": N_("%(n)d characters; %(network)s takes %(most)d."),
    "letter": N_("It reads like a letter: “%(words)s”."),
    "formal": N_("It greets formally: “%(words)s”. Most people write and expect a first name."),
    "attachment": N_("It speaks of a file: “%(words)s”. Many networks carry none."),
    "link": N_("It has links. Say in words what stands there; some networks hide or shorten them."),
    "no_variables": N_("No word of it is about this customer. {customer.first_name} puts her name in."),
    "foreign_variables": N_(
        "“%(words)s” is a variable of another system. Choose one of ours, or write it out."
    ),
    "html": N_("It has HTML, which no network shows."),
    "steps_left": N_("These steps have no like here: %(words)s."),
    "slow": N_("%(hours)d hours to the first answer. On social media most expect one within an hour or two."),
    "look": N_("Nothing stands out. Read it as somebody who sees it in public."),
}


def problem(code: str, values: Mapping[str, Any]) -> tuple[str, str]:
    what, do = PROBLEMS.get(code, (code, ""))
    return filled(_(what), values), filled(_(do), values) if do else ""


def reason(code: str, values: Mapping[str, Any]) -> str:
    return filled(_(REASONS.get(code, code)), values)


def filled(words: str, values: Mapping[str, Any]) -> str:
    try:
        return words % values if "%(" in words else words
    except (KeyError, TypeError, ValueError):
        return words
