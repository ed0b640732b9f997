"""Which language a text in Cyrillic letters is in, by its sequences of three letters, as OCR may have read them.

A model writes a letter that it lacks as one that looks like it. What is compared is therefore the folded text: `near`
after a model that has most letters of the Turkic languages, `far` after one that has only the Russian ones.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from ingest.ocr_tables import tables

GRAM = 3
ZERO = 48  # of the character that stands for a sequence of probability 1
STEP = 2.0  # steps a nat
UNSEEN = -12.0  # log probability of a sequence that the table does not have
WORD = re.compile(r"[^\W\d_]+")


def is_cyrillic(char: str) -> bool:
    """Say whether a character is of the Cyrillic block."""
    return 0x400 <= ord(char) < 0x500


def sequences(text: str, folding: str) -> Iterator[str]:
    """Yield the sequences of three letters of the Cyrillic words of a text, ends of words as blanks."""
    for word in WORD.findall(text.lower().translate(_table(folding))):
        if all(map(is_cyrillic, word)):
            padded = f" {word} "
            for at in range(len(padded) - GRAM + 1):
                yield padded[at : at + GRAM]


def weigh(text: str, folding: str) -> dict[str, float]:
    """Return the log probability (nats) of a text in each language in Cyrillic letters; 0 where it shows none."""
    found = list(sequences(text, folding))
    return {code: sum(known.get(s, UNSEEN) for s in found) for code, known in _known(folding).items()}


@cache
def _table(folding: str) -> dict[int, int]:
    row = tables()["letters"][folding]
    return str.maketrans(row["from"], row["to"])


@cache
def _known(folding: str) -> Mapping[str, Mapping[str, float]]:
    """Return the log probabilities of each language's sequences: rows of `code, folding, sequences`."""
    packed = resources.files(__package__).joinpath("ocr_letters.txt.xz").read_bytes()
    found: dict[str, dict[str, float]] = {}
    for row in lzma.decompress(packed).decode().split("\n"):
        code, kind, body = row.split("\t")
        if kind == folding:
            wide = GRAM + 1
            parts = (body[at : at + wide] for at in range(0, len(body), wide))
            found[code] = {part[:GRAM]: (ZERO - ord(part[GRAM])) / STEP for part in parts}
    return found
