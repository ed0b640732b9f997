"""Fit the map from a word's evidence to how likely it is right, on lines kept out of training."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.confidence import evidence, likelihood
from normalizers.decoder.reading import Reader, Word
from normalizers.decoder.train import sources

Judged = tuple[Word, bool]


def comparable(text: str) -> str:
    """Return a text with dashes, quotes and the like in one form."""
    return re.sub(r"[-–]", "-", sources.normal(text))


def judged(engine: Reader, pairs: Iterable[tuple[str, str]]) -> list[Judged]:
    """Return every word read back and whether it is exactly the printed one."""
    out = []
    for clean, garbled in pairs:
        reading = engine.line(" ".join(garbled.split()), None)
        got = [comparable(reading.text[w.span.start : w.span.stop]) for w in reading.words]
        want = comparable(clean).split()
        right = [False] * len(got)
        for tag, i, j, _, _ in SequenceMatcher(None, got, want, autojunk=False).get_opcodes():
            right[i:j] = [tag == "equal"] * (j - i)
        out += list(zip(reading.words, right, strict=True))
    return out


def fit(rows: list[Judged]) -> dict[str, float]:
    """Return the weights of a logistic regression (Newton's method, a little ridge)."""
    names = list(evidence(rows[0][0]))
    x = np.array([[evidence(word)[name] for name in names] for word, _ in rows])
    y = np.array([right for _, right in rows], dtype=np.float64)
    weights: NDArray[np.float64] = np.zeros(len(names))
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - 0.1 * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + 0.1 * np.eye(len(names))
        weights += np.linalg.solve(curve, slope)
    return {name: round(float(value), 3) for name, value in zip(names, weights, strict=True)}


def reliability(rows: list[Judged], weights: dict[str, float]) -> list[tuple[str, int, float, float]]:
    """Return per band of confidence: the band, words in it, mean confidence, share that is right."""
    edges = [0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01]
    said = np.array([likelihood(word, weights) for word, _ in rows])
    right = np.array([ok for _, ok in rows], dtype=np.float64)
    out = []
    for low, high in pairwise(edges):
        inside = (said >= low) & (said < high)
        if inside.any():
            out.append(
                (
                    f"{low:.2f}-{min(high, 1.0):.2f}",
                    int(inside.sum()),
                    float(said[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    return out
