"""What a fix knows: the text as it stands, the lines as the reader gave them, and the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import Line
from normalizers.language import Language


@dataclass(frozen=True, slots=True)
class Context:
    """The text as it stands in one round of fixes. `rows[n]` is what the reader said of line `n` of `string`."""

    string: str
    rows: Sequence[Line]
    language: Language

    def is_linked(self, word: str) -> bool:
        """Say whether a legal portal makes links of such words (articles, acts and the like)."""
        bare = word.strip('"()\u00ab\u00bb,;.').casefold()
        stem = bare.rsplit("-", 1)[-1]
        return stem.startswith(self.language.linked)
