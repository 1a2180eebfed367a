"""Building what the browser loads from what is installed: two sprites (icons and marks of networks), two style sheets."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import lucide
import simple_icons_pack

from lyhord.lib.errors import LyhordError
from lyhord.web.icons import BRANDS, LUCIDE

STATIC = Path(__file__).parent / "static" / "web"
ROOMS = Path(__file__).parents[1]
# What is sent and what it is made of, in the order of the cascade layers. The inbox loads the first alone.
STYLE_SHEETS = {
    "lyhord.css": ("reset", "tokens", "base", "layout", "inbox", "components", "forms", "states", "print"),
    "settings.css": ("settings",),
}
NAMESPACE = "{http://www.w3.org/2000/svg}"


class NoSuchIcon(LyhordError):
    """An icon that the installed packages do not have."""


def build(static: Path = STATIC) -> list[Path]:
    """Make the sprites and style sheets; return those that changed. Quick, and the same each time."""
    made = {
        static / "icons.svg": sprite(_lucide()),
        static / "brands.svg": sprite(_brands()),
    } | {static / name: style_sheet(static / "css", parts) for name, parts in STYLE_SHEETS.items()}
    return [path for path, text in made.items() if _write(path, text)]


def is_built(static: Path = STATIC) -> bool:
    """Whether the files are there and younger than what they are made of."""
    made = [static / name for name in ("icons.svg", "brands.svg", *STYLE_SHEETS)]
    if not all(path.is_file() for path in made):
        return False
    sources = [*_sources(ROOMS), *(static / "css").glob("*.css")]
    return min(path.stat().st_mtime for path in made) >= max(path.stat().st_mtime for path in sources)


def style_sheet(folder: Path, parts: Sequence[str]) -> str:
    """All layers in one file: an @import a layer would cost a round trip each."""
    text = "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in parts)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*([{};])\s*", r"\1", text)
    return re.sub(r"([:,])\s+", r"\1", text).replace(";}", "}").strip() + "\n"


def without_comments(script: str) -> str:
    """A script as browsers need it: without lines of comment and indentation, which are a seventh of what is sent."""
    lines = [line.strip() for line in script.splitlines()]
    if any(line.count("`") % 2 for line in lines):  # a text over several lines, whose spaces count
        return script
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def used_icons(rooms: Path = ROOMS) -> list[str]:
    """Names that stand in quotes anywhere in our pages and Python. The others would be sent for nothing."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in _sources(rooms))
    quoted = set(re.findall(r"""["']([a-z][a-z0-9-]*)["']""", text))
    return [name for name in LUCIDE if name in quoted]


def _sources(rooms: Path) -> list[Path]:
    return sorted(
        path
        for path in [*rooms.rglob("*.py"), *rooms.rglob("*.html")]
        if not {"tests", "fixtures", "migrations"} & set(path.relative_to(rooms).parts)
    )


def sprite(symbols: Iterator[str]) -> str:
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _lucide() -> Iterator[str]:
    with ZipFile(Path(lucide.__file__).with_name("lucide.zip")) as archive:
        names = set(archive.namelist())
        for name in used_icons():
            if f"{name}.svg" not in names:
                raise NoSuchIcon(
                    f"The icon {name!r} is not among the {len(names)} of lucide. Take another name in web/icons.py."
                )
            drawing = ElementTree.fromstring(archive.read(f"{name}.svg"))  # noqa: S314 - from our own installed package
            yield _symbol(name, drawing)


def _brands() -> Iterator[str]:
    for name, slug in BRANDS.items():
        mark = simple_icons_pack.get_icon(slug)
        if mark is None:  # the marks are a courtesy of the package: pages show a letter instead
            continue
        drawing = ElementTree.fromstring(mark.svg)  # noqa: S314 - from our own installed package
        yield _symbol(f"brand-{name}", drawing, is_filled=True)


def _symbol(name: str, drawing: ElementTree.Element, *, is_filled: bool = False) -> str:
    parts = []
    for part in drawing:
        tag = part.tag.removeprefix(NAMESPACE)
        if tag == "title":
            continue
        given = "".join(f' {key}="{value}"' for key, value in part.attrib.items())
        parts.append(f"<{tag}{given}{_FILLED if is_filled else ''}/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(parts)}</symbol>'


_FILLED = ' fill="currentColor" stroke="none"'


def _write(path: Path, text: str) -> bool:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        path.touch()
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
    return True
