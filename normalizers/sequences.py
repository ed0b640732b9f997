"""Which word follows which in acts: a table of pairs of word classes, to tell the true order of a line's words."""

from __future__ import annotations

import lzma
import re
from array import array
from collections.abc import Container, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

TOKEN = re.compile(r"\d[\d./]*(?:-[^\W_]+)*|[^\W\d_]+(?:-[^\W\d_]+)*|[^\w\s]")
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?<=-)[IVXLC]+$")
# Log probabilities are stored in steps of 1/12 nat; this is one that no table has.
STEP = 12.0
UNKNOWN = -14.0
_SUFFIX = 3


def classify(token: str, known: Container[str] | None = None) -> str:
    """Return the class of a token: itself in small letters with figures as 0, or its ending if it is not `known`."""
    word = _DIGITS.sub("0", _ROMAN.sub("R", token))
    mark = "^" if word[0].isupper() else ""
    word = mark + word.lower()
    if known is None or word in known or not word[-1:].isalpha():
        return word
    return f"{mark}~{word[-_SUFFIX:]}"


class Sequences:
    """The table of one language."""

    def __init__(self, classes: Sequence[str], keys: Sequence[int], values: Sequence[int]) -> None:
        self._number = {name: n for n, name in enumerate(classes)}
        self._single = [UNKNOWN] * len(classes)
        self._pair: dict[int, float] = {}
        size = len(classes)
        for key, value in zip(keys, values, strict=True):
            if key < size:
                self._single[key] = -value / STEP
            else:
                self._pair[key] = -value / STEP
        self._size = size

    def score(self, text: str) -> float:
        """Return the log probability (nats) of the order of a text's words."""
        numbers = [self._number.get(classify(token, self._number), -1) for token in TOKEN.findall(text)]
        total = 0.0
        for left, right in pairwise(numbers):
            if left < 0 or right < 0:
                total += UNKNOWN
            else:
                total += self._pair.get((left + 1) * self._size + right, self._single[right] - 1.6)
        return total


@cache
def sequences(code: str) -> Sequences | None:
    """Return the table of a grammar code; None for a language whose portals lose no words."""
    file = resources.files(__package__).joinpath(f"sequences_{code}.bin.xz")
    if not file.is_file():
        return None
    names, _, rest = lzma.decompress(file.read_bytes()).partition(b"\0")
    keys, values = array("I"), array("B")
    count = len(rest) // 5
    keys.frombytes(rest[: 4 * count])
    values.frombytes(rest[4 * count :])
    return Sequences(names.decode().split("\n"), keys, values)
