"""Catalogues hold every text of the source, and the check finds what keeps a language from being complete."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import polib
import pytest

from lyhord.web import catalogues

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
from lyhord.lib.text import N_
LATER = N_("Later")
def told(n):
    # Translators: a state
    return _("Hello %(name)s."), ngettext("One post", "%(n)s posts", n), pgettext("status", "Open")
"""
PAGE = """{{ _("Send") }} {% trans %}
  Two
  lines{% endtrans %} {% trans n=n %}One new{% pluralize %}{{ n }} new{% endtrans %} {{ pgettext("verb", "Open") }}"""
DJANGO_PAGE = """{% load i18n %}{% translate "Log in" %}{% blocktranslate with who=name %}Hi "{{ who }}" (you){% endblocktranslate %}"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "rooms"
    for path, text in {
        "desk/rules.py": PYTHON,
        "desk/templates/desk/page.html": PAGE,
        "staff/django_templates/login.html": DJANGO_PAGE,
        "desk/tests/test_x.py": "_('Not for customers')",
    }.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text)
    return root


def entry(text: str, translation: str, **more: object) -> polib.POEntry:
    return polib.POEntry(msgid=text, msgstr=translation, **more)


def test_texts_of_python_jinja_and_django_pages_are_found_and_those_of_tests_are_not(source: Path) -> None:
    found = {message.key: message for message in catalogues.source_messages(source)}
    assert set(found) == {
        (None, "Later"), (None, "Hello %(name)s."), (None, "One post"), ("status", "Open"), (None, "Send"),
        (None, "Two lines"), (None, "One new"), ("verb", "Open"), (None, "Log in"), (None, 'Hi "%(who)s" (you)'),
    }  # fmt: skip
    assert found[None, "One new"].plural == "%(n)s new"
    assert found[None, "Hello %(name)s."].notes == ("a state",)


def test_extracting_again_changes_nothing_and_keeps_what_was_translated(source: Path, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    assert len(catalogues.extract(source, locale, ["sv"])) == 1
    assert catalogues.extract(source, locale, ["sv"]) == []
    path = catalogues.po_path("sv", locale)
    path.write_text(path.read_text().replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Skicka"'))
    (source / "desk/rules.py").write_text("")
    catalogues.extract(source, locale, ["sv"])
    kept = {each.msgid: each.msgstr for each in catalogues.read(path)}
    assert kept["Send"] == "Skicka"
    assert "Later" not in kept


def test_a_catalogue_is_compiled_when_it_is_younger_and_only_then(source: Path, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    catalogues.extract(source, locale, ["fi"])
    path = catalogues.po_path("fi", locale)
    path.write_text(path.read_text().replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Lähetä"'))
    (made,) = catalogues.compile_all(locale)
    assert GNUTranslations(BytesIO(made.read_bytes())).gettext("Send") == "Lähetä"
    assert catalogues.compile_all(locale) == []


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (entry("Send", ""), "it is not translated"),
        (entry("Send", "Skicka", flags=["fuzzy"]), "it is marked fuzzy"),
        (entry("Hello %(name)s", "Hej %(namn)s"), "placeholders differ"),
        (entry("%(n)s left", "kvar"), "placeholders differ"),
        (entry("Open “it”", 'Öppna "den"'), "straight quote"),
        (entry("Send ", "Skicka"), "spaces"),
        (entry("Sent.", "Skickat"), "ends with no sign"),
        (entry("Why?", "Varför!"), "ends with !"),
        (entry("One", "", msgid_plural="%(n)s", msgstr_plural={0: "En", 1: ""}), "a plural form is missing"),
        (entry("One", "", msgid_plural="%(n)s", msgstr_plural={0: "En", 1: "Flera"}), "placeholders differ"),
        (
            entry("One", "", msgid_plural="%(n)s", msgstr_plural={0: "%(m)s", 1: "%(n)s"}),
            "placeholders differ",
        ),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(bad: polib.POEntry, problem: str) -> None:
    (told,) = catalogues.problems(bad)
    assert problem in told


@pytest.mark.parametrize(
    "good",
    [
        entry("Hello %(name)s.", "Hej %(name)s."),
        entry("100%% of “%(a)s”", "”%(a)s” till 100%%"),
        entry(
            "One post", "", msgid_plural="%(n)s posts", msgstr_plural={0: "%(n)s inlägg", 1: "%(n)s inlägg"}
        ),
    ],
)
def test_a_true_translation_passes(good: polib.POEntry) -> None:
    assert list(catalogues.problems(good)) == []


def test_the_check_sees_that_the_source_went_on(source: Path, tmp_path: Path) -> None:
    locale = tmp_path / "locale"
    assert "there is no catalogue" in str(catalogues.check(source, locale, ["nb"])[0])
    catalogues.extract(source, locale, ["nb"])
    assert not [
        found for found in catalogues.check(source, locale, ["nb"]) if "source has changed" in str(found)
    ]
    (source / "desk/templates/desk/page.html").write_text('{{ _("Newer") }}')
    assert "source has changed" in str(catalogues.check(source, locale, ["nb"])[0])


def test_a_page_that_cannot_be_read_is_named(source: Path) -> None:
    (source / "desk/templates/desk/page.html").write_text("{% trans %}never ended")
    with pytest.raises(catalogues.BadCatalogue, match=r"page\.html"):
        catalogues.source_messages(source)
