"""Approved templates: what the check of an account keeps of them, what people choose from, and what is sent. Pure.

Meta: Message templates, and Send template messages (read 2026-11-22). A template with named parameters wants each by its
name; one with numbers wants them in their order.
"""

import re
from collections.abc import Mapping
from typing import Any

from lyhord.channels.contract import AccountSide, Outgoing, Refused, Template
from lyhord.lib.text import N_, clean, shorten

MARK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
LONGEST = 1024
# Buttons that need nothing from us; a code to copy or an address with a hole would have to be filled too.
STILL_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL"})
UNKNOWN = N_("There is no approved template of this name. Check the account to renew the list.")


def keep(each: Any, found: dict[str, dict[str, Any]]) -> None:
    """One that is approved and needs nothing but words in its body."""
    if not isinstance(each, Mapping) or each.get("status") != "APPROVED":
        return
    name, lang = word(each, "name"), word(each, "language")
    told = each.get("components")
    parts = [part for part in told if isinstance(part, Mapping)] if isinstance(told, list) else []
    bodies = [word(part, "text") for part in parts if kind(part) == "BODY"]
    if not (name and lang and bodies and all(is_still(part) for part in parts)):
        return
    text = shorten(bodies[0], LONGEST)
    holes = holes_of(text)
    kept = {"text": text, "values": len(holes), "holes": list(holes)}
    around = {
        "head": said(parts, "HEADER"),
        "foot": said(parts, "FOOTER"),
        "category": word(each, "category"),
    }
    found.setdefault(name, {})[lang] = kept | {key: value for key, value in around.items() if value}


def is_still(part: Mapping[str, Any]) -> bool:
    """Whether nothing has to be put into this part; the body is another matter."""
    if kind(part) == "HEADER":
        return word(part, "format").upper() in {"", "TEXT"} and not MARK.search(word(part, "text"))
    if kind(part) != "BUTTONS":
        return True
    told = part.get("buttons")
    buttons = [one for one in told if isinstance(one, Mapping)] if isinstance(told, list) else []
    return all(kind(one) in STILL_BUTTONS and not MARK.search(word(one, "url")) for one in buttons)


def holes_of(text: str) -> tuple[str, ...]:
    """Numbers in their order, names as they come."""
    names = tuple(dict.fromkeys(MARK.findall(text)))
    return tuple(sorted(names, key=int)) if all(name.isdecimal() for name in names) else names


def said(parts: list[Mapping[str, Any]], wanted: str) -> str:
    return next((shorten(word(part, "text"), 60) for part in parts if kind(part) == wanted), "")


def kind(part: Mapping[str, Any]) -> str:
    return word(part, "type").upper()


def word(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return clean(value) if isinstance(value, str) else ""


# What people choose from --------------------------------------------------------------------------------------------


def known(account: AccountSide) -> Mapping[str, Mapping[str, Any]]:
    """Name -> language -> {text, values, holes, head, foot, category}, as learnt when the account was checked."""
    told = account.state.get("templates")
    return told if isinstance(told, Mapping) else {}


def of_account(account: AccountSide) -> tuple[Template, ...]:
    return tuple(
        Template(
            name=name,
            language=code,
            category=str(told.get("category") or "").lower(),
            body="\n".join(part for part in (told.get("head"), told["text"], told.get("foot")) if part),
            holes=holes_of(told["text"]),
        )
        for name, languages in sorted(known(account).items())
        if isinstance(languages, Mapping)
        for code, told in sorted(languages.items())
        if isinstance(told, Mapping) and isinstance(told.get("text"), str)
    )


# What is sent -------------------------------------------------------------------------------------------------------


def content(outgoing: Outgoing, account: AccountSide) -> dict[str, Any] | Refused:
    """In the language that was named (`name/sv`), else in the customer's where it is approved in it."""
    name, _, wanted = outgoing.template.partition("/")
    languages = known(account).get(name)
    if not isinstance(languages, Mapping) or not languages:
        return Refused(UNKNOWN)
    if wanted and wanted not in languages:
        return Refused(UNKNOWN)
    code = wanted or language(
        languages, (outgoing.lang, str(account.settings.get("template_language") or ""))
    )
    told = languages[code] if isinstance(languages[code], Mapping) else {}
    lacking = told.get("values")
    if type(lacking) is int and lacking != len(outgoing.template_values):
        return Refused(f"The template needs {lacking} values; it was given {len(outgoing.template_values)}.")
    found: dict[str, Any] = {"name": name, "language": {"policy": "deterministic", "code": code}}
    if outgoing.template_values:
        holes = holes_of(str(told.get("text") or ""))
        found["components"] = [{"type": "body", "parameters": parameters(holes, outgoing.template_values)}]
    return found


def parameters(holes: tuple[str, ...], values: tuple[str, ...]) -> list[dict[str, str]]:
    named = len(holes) == len(values) and not all(hole.isdecimal() for hole in holes)
    names = [{"parameter_name": hole} for hole in holes] if named else [{} for _ in values]
    return [{"type": "text", **name, "text": value} for name, value in zip(names, values, strict=True)]


def language(languages: Mapping[str, Any], wishes: tuple[str, ...]) -> str:
    for wish in filter(None, wishes):
        if wish in languages:
            return wish
        base = wish.replace("-", "_").partition("_")[0]
        for code in languages:
            if code.partition("_")[0] == base:
                return code
    return next(iter(languages))
