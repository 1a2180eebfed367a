"""What is private is taken out of words before they leave for another's server, and put back into what comes home."""

import regex

from lyhord.triage.heads import privacy

MARK = regex.compile(r"\[\[\s*(\d{1,4})\s*\]\]")


class Mask:
    """One mask for all words of one call, so that the same thing is the same mark in each."""

    def __init__(self, language: str = "", names: tuple[str, ...] = ()) -> None:
        self.language = language
        self.kept: list[str] = []
        parts = sorted({name.strip() for name in names if len(name.strip()) > 2}, key=len, reverse=True)
        self.names = (
            regex.compile("|".join(rf"(?<!\w){regex.escape(one)}(?!\w)" for one in parts), regex.I)
            if parts
            else None
        )

    def over(self, text: str) -> str:
        """The words without telephone numbers, addresses, cards, national ids, and the names that were given."""
        text = text.replace("[[", "[ [")  # nobody writes our marks for us
        end, parts = 0, []
        for span in sorted(privacy.find(text, self.language), key=lambda one: one.start):
            parts += [text[end : span.start], self.mark(text[span.start : span.end])]
            end = span.end
        masked = "".join([*parts, text[end:]])
        return self.names.sub(lambda found: self.mark(found[0]), masked) if self.names else masked

    def mark(self, words: str) -> str:
        if words not in self.kept:
            self.kept.append(words)
        return f"[[{self.kept.index(words) + 1}]]"

    def off(self, text: str) -> str:
        """What was taken out stands in its places again; a mark that we did not make goes."""

        def back(found: "regex.Match[str]") -> str:
            number = int(found[1])
            return self.kept[number - 1] if 0 < number <= len(self.kept) else ""

        return MARK.sub(back, text)
