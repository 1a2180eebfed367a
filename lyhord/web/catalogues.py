"""The catalogues of our languages: extracting texts, compiling, and checking that nothing is missing.

Plain functions on files, without Django being set up, so that set-up and every process can call them.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file, extract_python

from lyhord.lib.errors import LyhordError

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "locale"
LANGUAGES = ("sv", "fi", "nb", "da")  # beside the source, en
PLURALS = "nplurals=2; plural=(n != 1);"
KEYWORDS = dict(DEFAULT_KEYWORDS) | {
    "N_": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"tests", "migrations", "fixtures", "static", "locale"}
# Words about the glossary's choice, for translators: read from comments that begin so.
COMMENT_TAGS = ("Translators:",)
HOLDERS = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
ENDS = (".", "!", "?", ":", "…", ",")

Key = tuple[str | None, str]


class BadCatalogue(LyhordError):
    """A catalogue that cannot be read or compiled."""


@dataclass(frozen=True)
class Message:
    """One text of the source. `plural` is None for a text without a number."""

    text: str
    plural: str | None = None
    context: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.context, self.text


@dataclass(frozen=True)
class Finding:
    """Something wrong in a catalogue, told so that a translator can put it right."""

    language: str
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.language}: {self.text!r}: {self.problem}"


def po_path(language: str, locale: Path = LOCALE) -> Path:
    return locale / language / "LC_MESSAGES" / "django.po"


# Extracting ---------------------------------------------------------------------------------------------------


def source_messages(root: Path = ROOT) -> list[Message]:
    """Every marked text in Python and in templates, each once, in a fixed order."""
    found: dict[Key, Message] = {}
    for path in _sources(root):
        for message in _messages_in(path):
            known = found.get(message.key)
            notes = tuple(dict.fromkeys([*(known.notes if known else ()), *message.notes]))
            plural = message.plural or (known.plural if known else None)
            found[message.key] = Message(message.text, plural, message.context, notes)
    return sorted(found.values(), key=lambda message: (message.text, message.context or ""))


def _sources(root: Path) -> Iterator[Path]:
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.txt")]):
        if path.suffix != ".py" and not {"templates", "django_templates"} & set(path.parts):
            continue
        if not SKIPPED & set(path.relative_to(root).parts):
            yield path


def _messages_in(path: Path) -> Iterator[Message]:
    method: Any = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options: dict[str, Any] = {
        "trimmed": "true",
        "silent": "false",
        "newstyle_gettext": "true",
        "encoding": "utf-8",
    }
    if path.suffix != ".py" and _is_django_template(path):
        method = _extract_django
    try:
        for _line, text, notes, context in extract_from_file(
            method,
            path,
            keywords=KEYWORDS,
            comment_tags=COMMENT_TAGS,
            options=options,
            strip_comment_tags=True,
        ):
            single, plural = (text[0], text[1]) if isinstance(text, tuple) else (text, None)
            if single:
                yield Message(single, plural, context, tuple(notes))
    except Exception as problem:  # whatever a parser says, the file is what the reader must know
        raise BadCatalogue(f"No texts could be read from {'/'.join(path.parts[-3:])}: {problem}") from problem


def _is_django_template(path: Path) -> bool:
    return "django_templates" in path.parts


def _extract_django(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Any]:
    """`{% translate %}` and `{% blocktranslate %}`: Django turns its templates into Python that xgettext reads; so can Babel."""
    from django.utils.translation.template import templatize  # the only thing here that is Django's

    turned = templatize(file.read().decode())
    yield from extract_python(BytesIO(_as_calls(turned).encode()), keywords, comment_tags, options)


def _as_calls(turned: str) -> str:
    """What Django leaves of a template beside the calls are runs of X that are no Python."""
    calls = re.findall(
        r"\b(?:n?p?gettext|_)\((?:[^()\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\([^()]*\))*\)", turned
    )
    return "\n".join(calls)


def extract(root: Path = ROOT, locale: Path = LOCALE, languages: Iterable[str] = LANGUAGES) -> list[Path]:
    """Bring every catalogue up to the source; return those that changed. Translations are kept, texts gone are dropped."""
    messages = source_messages(root)
    return [
        path for language in languages if _update((path := po_path(language, locale)), language, messages)
    ]


def _update(path: Path, language: str, messages: list[Message]) -> bool:
    text = _merged(path, language, messages)
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def _merged(path: Path, language: str, messages: list[Message]) -> str:
    """The catalogue as it should be: sorted, without dates, paths and line numbers, so that changes show only words."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in read(path)} if path.is_file() else {}
    made = polib.POFile(wrapwidth=0)
    made.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    for message in messages:
        made.append(_entry(message, known.get((message.context, message.text))))
    return str(made).rstrip("\n") + "\n"


def _entry(message: Message, known: Any) -> polib.POEntry:
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context, comment="\n".join(message.notes))
    if message.plural is None:
        entry.msgstr = known.msgstr or known.msgstr_plural.get(0, "") if known else ""
    else:
        entry.msgid_plural = message.plural
        given = known.msgstr_plural if known else {}
        entry.msgstr_plural = {form: given.get(form, "") for form in (0, 1)}
    if known and "fuzzy" in known.flags:
        entry.flags = ["fuzzy"]
    return entry


def read(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path), wrapwidth=0)
    except (OSError, ValueError) as problem:
        raise BadCatalogue(f"{path.name} of {path.parts[-3]} cannot be read: {problem}") from problem


# Compiling ----------------------------------------------------------------------------------------------------


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Make each .mo that is missing or older than its .po; return those made."""
    return [_compiled(path) for path in sorted(locale.glob("*/LC_MESSAGES/*.po")) if is_stale(path)]


def is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.is_file() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns


def _compiled(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    # Several processes start at once: each writes its own half and the last one wins, whole.
    half = mo.with_suffix(f".{os.getpid()}.part")
    half.write_bytes(read(po).to_binary())
    half.replace(mo)
    return mo


# Checking -----------------------------------------------------------------------------------------------------


def check(root: Path = ROOT, locale: Path = LOCALE, languages: Iterable[str] = LANGUAGES) -> list[Finding]:
    """All that keeps a language from being complete and true to the source."""
    messages = source_messages(root)
    return [finding for language in languages for finding in _check_one(language, messages, locale)]


def _check_one(language: str, messages: list[Message], locale: Path) -> Iterator[Finding]:
    path = po_path(language, locale)
    if not path.is_file():
        yield Finding(language, "", "there is no catalogue; run `manage.py messages extract`")
        return
    if path.read_text(encoding="utf-8") != _merged(path, language, messages):
        yield Finding(language, "", "the source has changed; run `manage.py messages extract`")
    for entry in read(path):
        for problem in problems(entry):
            yield Finding(language, entry.msgid, problem)


def problems(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation."""
    if "fuzzy" in entry.flags:
        yield "it is marked fuzzy; look at it and take the mark away"
    pairs = [(entry.msgid, entry.msgstr)]
    if entry.msgid_plural:
        forms = entry.msgstr_plural
        pairs = [(entry.msgid, forms.get(0, "")), (entry.msgid_plural, forms.get(1, ""))]
    if not all(translation for _source, translation in pairs):
        yield "a plural form is missing" if entry.msgid_plural else "it is not translated"
        return
    for at, (source, translation) in enumerate(pairs):
        # The singular may say its number in words or in figures.
        is_free = (
            bool(entry.msgid_plural)
            and at == 0
            and set(holders(translation)) <= set(holders(entry.msgid_plural))
        )
        yield from _differences(source, translation, is_free=is_free)


def _differences(source: str, translation: str, *, is_free: bool) -> Iterator[str]:
    wanted, given = holders(source), holders(translation)
    if wanted != given and not is_free:
        yield f"placeholders differ: {', '.join(wanted) or 'none'} against {', '.join(given) or 'none'}"
    if _markup(translation) - _markup(source):
        yield "it has a straight quote or a sign of HTML that the source has not; take typographic quotes"
    if _edges(source) != _edges(translation):
        yield "spaces at the beginning or end differ"
    if _end(source) != _end(translation):
        yield f"it ends with {_end(translation) or 'no sign'}, the source with {_end(source) or 'no sign'}"


def holders(text: str) -> list[str]:
    return sorted(match.group() for match in HOLDERS.finditer(text.replace("%%", "")))


def _markup(text: str) -> set[str]:
    """Pages take translations for safe HTML, so these signs may not slip in."""
    return set(text) & set('"<>&')


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _end(text: str) -> str:
    last = text.rstrip().rstrip("”\"')»")[-1:]
    return last if last in ENDS else ""
