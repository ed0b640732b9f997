"""How sure a word read back is: a logistic map of its evidence, fitted on held-out lines (train/calibrate.py)."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

from normalizers.decoder.reading import Word

TOP = 0.999


@cache
def fitted() -> dict[str, dict[str, float]]:
    """Return the fitted weights per channel."""
    return tomllib.loads((Path(__file__).parent / "confidence.toml").read_text(encoding="utf-8"))


def evidence(word: Word) -> dict[str, float]:
    """Return the features of a word's evidence."""
    size = word.span.stop - word.span.start
    return {
        "one": 1.0,
        "margin": min(word.margin, 12.0),
        "narrow": max(0.0, 2.0 - word.margin),
        "listed": float(word.listed is True),
        "figures": float(word.listed is None),
        "score": max(word.score, -6.0),
        "short": float(size <= 2),
        "length": math.log(size),
    }


def likelihood(word: Word, weights: dict[str, float]) -> float:
    """Return how likely a word is exactly right under given weights."""
    total = sum(weights[name] * value for name, value in evidence(word).items())
    return 1.0 / (1.0 + math.exp(-max(min(total, 30.0), -30.0)))


def confidence(word: Word, channel: str) -> float:
    """Return how likely a word read through a channel is exactly right (0..1)."""
    return round(min(likelihood(word, fitted()[channel]), TOP), 3)
