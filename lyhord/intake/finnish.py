"""How else a Finnish word may begin, when it is bent: what the stemmer leaves apart. Needs no database.

Snowball knows the endings, not the gradation: of the forms of `tilaus` it makes three words, of `hinta` four (measured,
reference performance.md, section 4). So a search asks for the other beginnings too, and the text is read again afterwards.
"""

from functools import lru_cache

import regex

SHORTEST = 4  # shorter beginnings are those of half the dictionary
WEAK = {
    "kk": "k", "pp": "p", "tt": "t", "nk": "ng", "mp": "mm", "nt": "nn", "lt": "ll", "rt": "rr", "ht": "hd", "t": "d", "p": "v",
}  # fmt: skip
STRONG = {weak: strong for strong, weak in WEAK.items()}
GRADED = regex.compile(
    r"^(?P<head>\p{L}*[aeiouyäö])(?P<grade>kk|pp|tt|nk|mp|nt|lt|rt|ht|ng|mm|nn|ll|rr|hd|[tpkdv])(?P<end>[aeiouyäö]{1,2}\p{L}{0,5})$"
)
NEW = regex.compile(r"^(?P<head>\p{L}+)(?P<vowel>[uy])(?:ks\p{L}*)$")


@lru_cache(maxsize=4096)
def beginnings(word: str) -> tuple[str, ...]:
    """Further beginnings of a folded word's forms: `tilaus` begins as tilauks-, `hinnan` as hint-."""
    found: dict[str, None] = {}
    if word.endswith(("us", "ys")):
        found |= dict.fromkeys([f"{word[:-1]}ks", f"{word[:-1]}d", f"{word[:-1]}t"])
    elif word.endswith("nen"):
        found[f"{word[:-3]}s"] = None
    elif word.endswith("si"):
        found |= dict.fromkeys([f"{word[:-2]}de", f"{word[:-2]}te", f"{word[:-2]}tt"])
    if word.endswith("a"):  # hinta, hintoja
        found[f"{word[:-1]}o"] = None
    if match := NEW.match(word):
        found[f"{match['head']}{match['vowel']}s"] = None
    if match := GRADED.match(word):
        other = [WEAK.get(match["grade"]), STRONG.get(match["grade"])]
        vowels = "ao" if match["end"][0] == "a" else match["end"][0]
        found |= dict.fromkeys(
            f"{match['head']}{grade}{vowel}" for grade in other if grade for vowel in vowels
        )
    return tuple(one for one in found if len(one) >= SHORTEST and not one.startswith(word))
