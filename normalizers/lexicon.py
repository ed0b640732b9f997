"""Which words a language writes: a list of words from acts, and the sequences of four letters that its words hold."""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from normalizers.characters import plain, tables, to_cyrillic

_GRAM = 4
# A word that no list has reads as one of the language if at most this share of its sequences is foreign.
_FOREIGN = 0.2
_ABBREVIATION = 5


class Lexicon:
    """The words of one language in one script."""

    def __init__(
        self, frequent: frozenset[str], common: frozenset[str], others: frozenset[str], grams: frozenset[str]
    ) -> None:
        self.frequent = frequent
        self.common = common
        self.others = others
        self._grams = grams

    def has(self, word: str) -> bool:
        """Say whether the list has the word (small letters)."""
        return word in self.common or word in self.others

    def reads(self, word: str) -> bool:
        """Say whether the word (small letters) is in the list or is made of the letter sequences of the language."""
        if word in self.common or word in self.others:
            return True
        usual = word.translate(_unmarked())
        if usual != word:
            return self.reads(usual)
        if len(word) < 3:
            return False
        padded = f" {word} "
        sequences = [padded[i : i + _GRAM] for i in range(len(padded) - _GRAM + 1)]
        return sum(s not in self._grams for s in sequences) <= _FOREIGN * len(sequences)


class _Latin(Lexicon):
    """Uzbek in Latin letters: what its own short list does not have is looked up in Cyrillic letters."""

    def __init__(self, own: Lexicon, cyrillic: Lexicon) -> None:
        super().__init__(own.frequent, own.common, own.others, frozenset())
        self._cyrillic = cyrillic

    def has(self, word: str) -> bool:
        return super().has(word) or self._cyrillic.has(to_cyrillic(word))

    def reads(self, word: str) -> bool:
        return super().has(word) or self._cyrillic.reads(to_cyrillic(word))


@cache
def lexicon(code: str) -> Lexicon:
    """Return the words of a grammar code; a code without a list has none."""
    file = resources.files(__package__).joinpath(f"lexicon_{code}.txt.xz")
    if not file.is_file():
        return Lexicon(frozenset(), frozenset(), frozenset(), frozenset())
    frequent, common, others, grams = lzma.decompress(file.read_bytes()).decode().split("\n")
    sequences = frozenset(grams[i : i + _GRAM] for i in range(0, len(grams), _GRAM))
    often = frozenset(frequent.split())
    words = Lexicon(often, often.union(common.split()), frozenset(others.split()), sequences)
    return _Latin(words, lexicon(code.replace("-Latn", "-Cyrl"))) if code.endswith("-Latn") else words


@cache
def _unmarked() -> dict[int, str]:
    """Return the letters that are printed without their marks almost everywhere."""
    return {ord(marked): bare for marked, bare in tables()["unmarked"].items()}


@lru_cache(maxsize=200_000)
def _reads(code: str, word: str) -> bool:
    return lexicon(code).reads(plain(word))


def health(counts: Mapping[str, int], code: str) -> float:
    """Return the share (0..1) of the counted words that read as words of the language; 1.0 where there are none.

    Single letters and short words in capitals (initials, abbreviations, roman numerals) do not count.
    """
    total = good = 0
    for word, count in counts.items():
        if len(word) > 1 and not (len(word) <= _ABBREVIATION and word.isupper()):
            total += count
            if _reads(code, word):
                good += count
    return good / total if total else 1.0
