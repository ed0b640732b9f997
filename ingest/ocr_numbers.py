"""Numbers that count the rows of a table: one between 10 and 12 is 11, whatever a poor scan shows of it.

Only a number that its neighbours leave no choice about is put in, and it stays doubtful.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import Levenshtein

from ingest.ocr_engine import Token

COUNTED = re.compile(r"(\d{1,4})([.)]?)")
INSERTED = re.compile(r"\d-\d")  # 26-1 between 26 and 28: a row that came in later
SURE = 0.8  # confidence of a neighbour
DOUBTFUL = 0.6  # confidence of what was found by counting
NEAR = 1  # letters in which a sure reading may differ from what counting gives
LONGER = 2  # letters by which a doubtful one may be longer or shorter


def counted(column: Sequence[Token]) -> list[Token]:
    """Return the words of a column, from the top down, each the only one of its cell, with the numbers put right."""
    found = [COUNTED.fullmatch(word.text) for word in column]
    values = [int(m[1]) if m and word.confidence >= SURE else None for m, word in zip(found, column, strict=True)]
    ends = Counter(m[2] for m in found if m)
    end = max(ends, key=ends.__getitem__, default="")
    result = list(column)
    for k, word in enumerate(column):
        number = _implied(values, k)
        if number is None or values[k] == number or INSERTED.search(word.text):
            continue
        text = f"{number}{end}"
        if values[k] is not None and Levenshtein.distance(word.text, text) > NEAR:
            result[k] = replace(word, confidence=min(word.confidence, DOUBTFUL))
        elif abs(len(word.text) - len(text)) <= LONGER:
            result[k] = replace(word, text=text, confidence=min(word.confidence, DOUBTFUL))
    return result


def _implied(values: Sequence[int | None], k: int) -> int | None:
    """Return the number that the two beside a place, or after the first place, leave no choice about."""
    before, after, next_ = (values[n] if 0 <= n < len(values) else None for n in (k - 1, k + 1, k + 2))
    if before is not None and after == before + 2:
        return before + 1
    first = all(value is None for value in values[:k])
    return after - 1 if first and after is not None and next_ == after + 1 and after > 1 else None
