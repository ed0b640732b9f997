"""How sure a word read back is: a logistic map of its evidence, fitted on lines kept out of training."""

from __future__ import annotations

import math

from normalizers.decoder.reading import Word

WEIGHTS = {"one": -1.0, "margin": 0.5, "listed": 1.0, "unlisted": 0.0, "score": 0.3, "length": 0.0}


def evidence(word: Word) -> dict[str, float]:
    """Return the features of a word's evidence."""
    size = word.span.stop - word.span.start
    return {
        "one": 1.0,
        "margin": min(word.margin, 10.0),
        "listed": float(word.listed is True),
        "unlisted": float(word.listed is False),
        "score": max(word.score, -6.0),
        "length": math.log(size),
    }


def confidence(word: Word) -> float:
    """Return how likely a word is exactly right (0..1)."""
    total = sum(WEIGHTS[name] * value for name, value in evidence(word).items())
    return round(1.0 / (1.0 + math.exp(-total)), 3)
