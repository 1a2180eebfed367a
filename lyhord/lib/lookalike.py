"""Names that look like another name, though they are not the same."""

import unicodedata

# The letters that read as Latin ones in common typefaces (Unicode TS 39, confusables; a small, sure part of it).
CYRILLIC = dict(zip("авекмнорстухѕіјԁһԛԝӏґғ", "abekmhopctyxsijdhqwlrf", strict=True))
GREEK = dict(zip("αβεζηικμνορτυχω", "abeznikuvoptuxw", strict=True))
CAPITALS = dict(zip("АВЕКМНОРСТУХЅІЈԀҺԚԜӀΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abekmhopctyxsijdhqwlabezhikmnoptyx", strict=True))
OTHER = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ɑ": "a", "ɡ": "g", "ʼ": "'", "’": "'", "‘": "'"}
SIGNS = {
    "0": "o",
    "1": "l",
    "|": "l",
    "i": "l",
    "5": "s",
    "$": "s",
    "@": "a",
    "-": "",
    "_": "",
    ".": "",
    " ": "",
}
LETTERS = str.maketrans(CYRILLIC | GREEK | CAPITALS | OTHER)
LOOSE = str.maketrans(SIGNS)
JOINED = (("rn", "m"), ("vv", "w"))


def skeleton(name: str) -> str:
    """What is left of a name when all that the eye takes for the same is made the same."""
    bare = unicodedata.normalize("NFKC", name).translate(LETTERS)
    bare = unicodedata.normalize("NFKD", bare).casefold().translate(LETTERS)
    bare = "".join(c for c in bare if unicodedata.category(c) not in {"Mn", "Me", "Cf", "Cc", "Zs"})
    bare = bare.translate(LOOSE)
    for pair, one in JOINED:
        bare = bare.replace(pair, one)
    return bare


def looks_alike(one: str, other: str) -> bool:
    """Two differently written names that a hurried reader takes for one. The very same name is no look-alike."""
    return one != other and skeleton(one) == skeleton(other)
