"""What words tell: one table a language, each a name of a signal and the terms that raise it.

Terms are parted by commas. `word` is that word, `stem*` its beginning, `*stem` its end, `*stem*` any part;
`two words` stand side by side, `one .. two` have up to three words between them, `#` is a number. `=2` gives a
weight (else 1). Weights are set by hand: a word that says it all has 2 to 4, a hint less than 1.
"""

from lyhord.triage.words import common, da, en, fi, nb, sv

Table = dict[str, str]

TABLES: dict[str, tuple[Table, ...]] = {
    "sv": (common.WORDS, sv.WORDS),
    "fi": (common.WORDS, fi.WORDS),
    # Written Danish and Bokmål share most words, and short posts are often told apart wrongly.
    "nb": (common.WORDS, nb.WORDS, nb.NYNORSK, da.WORDS),
    "nn": (common.WORDS, nb.WORDS, nb.NYNORSK, da.WORDS),
    "da": (common.WORDS, da.WORDS, nb.WORDS),
    "en": (common.WORDS, en.WORDS),
    "und": (common.WORDS, sv.WORDS, fi.WORDS, nb.WORDS, nb.NYNORSK, da.WORDS, en.WORDS),
}
