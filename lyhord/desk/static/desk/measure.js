// How long a network counts a text; the same rules as lib/lengths.py, which decides in the end.
const URL_WORDS = /https?:\/\/[^\s<>"']+/giu;
const REMOTE = /(?<![\p{L}\p{N}_/])@([\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_])?)@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
const segments = "Segmenter" in Intl ? new Intl.Segmenter("und", { granularity: "grapheme" }) : null;

const graphemes = (words) => (segments ? [...segments.segment(words)].length : [...words].length);

export function measure(words, unit, urlWeight) {
  if (unit === "utf16") return words.length;
  if (unit === "bytes") return new TextEncoder().encode(words).length;
  if (unit === "graphemes") return graphemes(words);
  if (unit === "weighted") {
    let links = 0;
    const without = words.replace(URL_WORDS, () => {
      links += 1;
      return " ";
    });
    return graphemes(without.replace(REMOTE, "@$1")) + links * ((urlWeight || 23) - 1);
  }
  return [...words].length;
}
