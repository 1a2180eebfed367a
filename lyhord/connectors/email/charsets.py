"""Words out of bytes whose label may be wrong, missing or made up. Pure; never raises."""

import binascii
import codecs
import quopri
import re
from urllib.parse import unquote_to_bytes

from lyhord.lib.sentences import filled
from lyhord.lib.text import N_

# Names of old mail programs; Python knows the rest. Korean and Chinese labels mean their supersets (WHATWG Encoding).
ALIASES = {
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "x-sjis": "cp932",
    "shift_jis": "cp932", "iso-8859-8-i": "iso-8859-8", "x-mac-roman": "mac_roman", "iso-8859-9": "cp1254",
    "iso-2022-jp": "iso2022_jp_ext", "utf8mb4": "utf-8", "unicode-1-1-utf-7": "utf-7",
}  # fmt: skip
# Codecs of Python that are no charsets of mail; punycode takes quadratic time.
NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
UNKNOWN = N_("The charset “%(name)s” is not known; the text was read as well as it goes.")
ANOTHER = N_("The text is not in the charset that the mail names (%(name)s).")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,39}")
WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
MOST_WORDS = 5_000  # encoded words of one header


def decode(content: bytes, name: str) -> tuple[str, str]:
    """The text, and a note where it is only our best guess."""
    codec = known(name)
    if codec is None:
        text = guessed(content)
        note = filled(UNKNOWN, name=name[:40])
        return text, note if name.strip() and not content.isascii() else ""
    if content.isascii() and not codec.startswith(("utf_16", "utf_32", "utf_7", "iso2022", "hz")):
        return content.decode("ascii"), ""
    if codec == "cp1252":  # what says ASCII or Latin-1 is often UTF-8, which hardly anything else looks like
        return guessed(content), ""
    try:
        return content.decode(codec), ""
    except (UnicodeError, ValueError, OverflowError):
        return guessed(content, codec), filled(ANOTHER, name=codec)


def known(name: str) -> str | None:
    name = name.strip().strip("\"'").lower().partition("*")[0]
    if not name:
        return "cp1252"
    if not NAME.fullmatch(name):
        return None
    try:
        found = codecs.lookup(ALIASES.get(name, name))
        codec = str(found.name).replace("-", "_")
        # Codecs that turn bytes into bytes (base64, zlib) are found by name too, and are no text.
        is_text = isinstance(codecs.decode(b"", found.name), str)
    except Exception:
        return None
    return codec if is_text and codec not in NO_CHARSETS else None


def guessed(content: bytes, codec: str = "") -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec and codec not in {"utf_8", "ascii"}:
        return content.decode(codec, "replace")
    mostly = content.decode("utf-8", "replace")
    # A few broken signs in UTF-8 stay that; a text full of them is of Windows.
    if codec == "utf_8" and mostly.count("\ufffd") * 20 < len(mostly):
        return mostly
    return content.decode("cp1252", "replace")


def raw(value: bytes) -> str:
    """A header as it stands: 8-bit letters in it are UTF-8 (RFC 6532) or, by old programs, Windows's."""
    return value.decode("ascii") if value.isascii() else guessed(value)


def words(value: str) -> str:
    """A header with its encoded words (RFC 2047) read. Letters may be cut between two words, so bytes are joined first."""
    if "=?" not in value:
        return value
    found: list[str] = []
    waiting, charset, end = b"", "", 0
    for number, word in enumerate(WORD.finditer(value)):
        if number >= MOST_WORDS:
            break
        between = value[end : word.start()]
        if waiting and (between.strip() or word[1].lower() != charset):
            found.append(decode(waiting, charset)[0])
            waiting = b""
        if between.strip() or (not number and between):
            found.append(between)
        waiting, charset, end = waiting + content(word[2], word[3]), word[1].lower(), word.end()
    return "".join([*found, decode(waiting, charset)[0] if waiting else "", value[end:]])


def content(way: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if way in "qQ":
        return quopri.decodestring(data.replace(b"_", b" "), header=False)
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    data = data[:-1] if len(data) % 4 == 1 else data
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))
    except binascii.Error:
        return b""


def rfc2231(found: list[tuple[str, bool]]) -> str:
    """Pieces of one parameter; the first may begin with charset'language'."""
    charset = ""
    if found and found[0][1] and found[0][0].count("'") >= 2:
        charset, _language, rest = found[0][0].split("'", 2)
        found = [(rest, True), *found[1:]]
    data = b"".join(
        unquote_to_bytes(text) if coded else text.encode("utf-8", "replace") for text, coded in found
    )
    return decode(data, charset)[0]
