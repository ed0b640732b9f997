"""What a fix knows: the text as it stands, the lines as the reader gave them, the language and its words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from models import Line
from normalizers.characters import plain
from normalizers.language import Language, choose_language, languages
from normalizers.lexicon import Lexicon, health, lexicon

WORD = re.compile("[^\\W\\d_]+(?:[\u02bb\u02bc'\u2019\u2018`][^\\W\\d_]+)*")
# No line of a printed page holds more characters; longer lines are whole paragraphs.
PRINTED_WIDTH = 175


class Context:
    """The text as it stands in one step of repair. `rows[n]` is what the reader said of line `n` of `string`.

    `lacking` says that the reader lacked an OCR model, so that letters may be lost.
    """

    def __init__(
        self, string: str, rows: Sequence[Line], codes: Sequence[str], told: str | None = None, lacking: bool = False
    ) -> None:
        self.string = string
        self.rows = rows
        self.codes = codes
        self.told = told
        self.lacking = lacking

    @cached_property
    def language(self) -> Language:
        """The language that the text is in, one of `codes`; `told` is what the operator or the reader said."""
        return languages()[choose_language(self.string, self.codes, self.told)]

    @property
    def words(self) -> Lexicon:
        """The words of the language."""
        return lexicon(self.language.code)

    @cached_property
    def tokens(self) -> list[str]:
        """Every word of the text in order."""
        return WORD.findall(self.string)

    @cached_property
    def counted(self) -> Counter[str]:
        """How often each word stands in the text as it is printed."""
        return Counter(self.tokens)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word (small letters) stands in the text."""
        counts: Counter[str] = Counter()
        for word, count in self.counted.items():
            counts[plain(word)] += count
        return counts

    @cached_property
    def health(self) -> float:
        """The share of words (0..1) that read as words of the language."""
        return health(self.counted, self.language.code)

    @cached_property
    def lines(self) -> tuple[tuple[int, str, Line], ...]:
        """Every line with its offset in the text and what the reader said of it."""
        found: list[tuple[int, str, Line]] = []
        at = 0
        for row, text in zip(self.rows, self.string.split("\n"), strict=True):
            found.append((at, text, row))
            at += len(text) + 1
        return tuple(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [at for at, _, _ in self.lines]

    def line_of(self, offset: int) -> int:
        """Return the number (from 0) of the line in which the character at `offset` stands."""
        return bisect_right(self._starts, offset) - 1

    def printed(self) -> Iterator[tuple[int, str, Line]]:
        """Yield the lines that are lines of print: no whole paragraphs, no table rows, not empty."""
        for at, text, row in self.lines:
            if len(text) <= PRINTED_WIDTH and not row.whole and row.table is None and "\t" not in text and text.strip():
                yield at, text, row

    def has(self, word: str) -> bool:
        """Say whether the language has the word, whatever the size of its letters."""
        return self.words.has(plain(word))

    def is_linked(self, word: str) -> bool:
        """Say whether a legal portal makes links of such words (articles, acts and the like)."""
        bare = word.strip('"()\u00ab\u00bb,;.').casefold()
        return bare.rsplit("-", 1)[-1].startswith(self.language.linked)
