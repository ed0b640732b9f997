"""The decoder's characters: numbers for what can be printed, and the coarser symbols of the language model."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BOUNDARY = 0
SPACE = 1
BITS = 7


@dataclass(frozen=True)
class Alphabet:
    """`characters[i]` is printed by number i (0 = paragraph boundary, the last = any other character).

    `symbol[i]` is the language model's symbol for number i, and `share[i]` the log of the number's share of it.
    `kind[i]`: 0 other, 1 lower letter, 2 capital letter, 3 digit, 4 space, 5 Latin letter. `swap[i]` is the number of
    the same letter in the other case (or i).
    """

    characters: str
    number: dict[str, int]
    same: dict[str, str]
    symbol: NDArray[np.uint8]
    share: NDArray[np.float32]
    kind: NDArray[np.uint8]
    swap: NDArray[np.uint8]

    @property
    def other(self) -> int:
        """The number of characters outside the alphabet."""
        return len(self.characters) - 1

    def encode(self, text: str) -> NDArray[np.uint8]:
        """Return the numbers of a text's characters."""
        return np.array([self.number.get(self.same.get(c, c), self.other) for c in text], dtype=np.uint8)


@cache
def alphabet() -> Alphabet:
    """Return the alphabet of alphabet.toml."""
    spec = tomllib.loads((Path(__file__).parent / "alphabet.toml").read_text(encoding="utf-8"))
    letters: str = spec["letters"]
    groups = [("\n", 0), (" ", 4), (string.digits, 3), (letters, 1), (letters.upper(), 2), (spec["punctuation"], 0)]
    groups += [(spec["roman"], 5), ("".join(sorted(set(string.ascii_uppercase) - set(spec["roman"]))), 5)]
    groups += [(string.ascii_lowercase, 5), ("\ufffd", 0)]
    characters = "".join(chars for chars, _ in groups)
    pooled = {2, 7, 8}  # digits, Latin capitals, Latin small letters: one symbol each
    symbol, share, kind, at = [], [], [], 0
    for place, (chars, sort) in enumerate(groups):
        pool = place in pooled
        symbol += [at] * len(chars) if pool else list(range(at, at + len(chars)))
        share += [-float(np.log(len(chars))) if pool else 0.0] * len(chars)
        kind += [sort] * len(chars)
        at += 1 if pool else len(chars)
    number = {c: i for i, c in enumerate(characters[:-1])}
    swap = [
        number.get(c.swapcase(), i) if k in (1, 2) else i for i, (c, k) in enumerate(zip(characters, kind, strict=True))
    ]
    return Alphabet(
        characters,
        number,
        spec["same"],
        np.array(symbol, dtype=np.uint8),
        np.array(share, dtype=np.float32),
        np.array(kind, dtype=np.uint8),
        np.array(swap, dtype=np.uint8),
    )
