"""Find the language of a page from a few of its lines, and with it the models that read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ingest.image_lines import Band
from ingest.ocr_engine import BLOCK, LINE, Models, Picture, recognise
from ingest.ocr_tables import tables

LINES = 4  # lines that the look reads
WIDEST = 900  # pixels of each
GOOD = 0.72  # mean confidence of a reading with a model of the right script
POOR = 0.5  # below it the lines are in no script that is known here, or upside down
SHARE_OF_SECOND = 0.25  # of the marks of the first language: then the page is in both


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as OCR knows it: its code, the models of a page, the models of doubtful words, its marks."""

    code: str
    models: Models
    second: Models
    seen: str
    marks: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The language chosen for a page, the models to read it with, and the mean confidence of the look (0..1)."""

    tongue: Tongue
    models: Models
    confidence: float


@lru_cache(maxsize=1)
def tongues() -> tuple[Tongue, ...]:
    """Return the known languages."""
    return tuple(
        Tongue(
            row["code"],
            tuple(row["models"]),
            tuple(row["second"]),
            row["seen"],
            tuple(re.compile(mark) for mark in row["marks"]),
        )
        for row in tables()["language"]
    )


def told(language: str) -> tuple[Tongue, ...]:
    """Return the languages that the operator's code may mean (`uz` is written in two scripts)."""
    return tuple(t for t in tongues() if t.code == language or t.code.partition("-")[0] == language)


def needed_models(among: Sequence[Tongue]) -> Models:
    """Return the models that reading pages in these languages (all, where none is named) needs."""
    looked = [name for models in tables()["look"]["models"] for name in models]
    named = [name for t in among or tongues() for name in (*t.models, *t.second)]
    return tuple(sorted({name for name in (*looked, *named) if not name.startswith("~")}))


def look(picture: Picture, bands: Sequence[Band], dpi: float, among: Sequence[Tongue] = ()) -> Choice:
    """Return the language of a page, read from some of its lines.

    A confidence below POOR says that the lines are in none of the known scripts, or stand on their head.
    """
    among = among or tongues()
    crops = list(_crops(picture, bands))
    best: Choice | None = None
    for models in tables()["look"]["models"]:
        text, confidence = _read(crops, tuple(models), dpi)
        rated = _rated(text, [t for t in among if t.seen == models[0]])
        if rated and (best is None or confidence > best.confidence):
            best = _choice(rated, confidence)
        if best is not None and best.confidence >= GOOD:
            break
    return best or Choice(among[0], among[0].models, 0.0)


def _rated(text: str, among: Sequence[Tongue]) -> list[tuple[int, Tongue]]:
    """Return the languages with the number of their marks in a text, the likeliest first."""
    rows = [(sum(len(mark.findall(text)) for mark in t.marks), t) for t in among]
    return sorted(rows, key=lambda row: -row[0])


def _choice(rated: list[tuple[int, Tongue]], confidence: float) -> Choice:
    return Choice(rated[0][1], rated[0][1].models, confidence)


def _crops(picture: Picture, bands: Sequence[Band]) -> Iterator[Picture]:
    """Give parts of the longest lines, spread over the page."""
    if not bands:
        yield picture[: max(picture.shape[0] // 4, 1)]
        return
    limit = 0.7 * max(band.x1 - band.x0 for band in bands)
    long = [band for band in bands if band.x1 - band.x0 >= limit]
    if len(long) < LINES:
        long = sorted(bands, key=lambda b: b.x0 - b.x1)[: 2 * LINES]
    count = len(long) if len(long) <= 2 * LINES else LINES
    for place in np.linspace(0, len(long) - 1, count).round().astype(int):
        band = long[place]
        pad = round(0.25 * (band.y1 - band.y0))
        x0 = max(band.x0 - pad, 0)
        stop = min(band.x1 + pad, x0 + WIDEST)
        yield picture[max(band.y0 - pad, 0) : band.y1 + pad, x0:stop]


def _read(crops: Sequence[Picture], models: Models, dpi: float) -> tuple[str, float]:
    """Return the text of some lines and its mean confidence, weighed by letters."""
    words, weight, letters = [], 0.0, 0
    for crop in crops:
        mode = LINE if len(crops) > 1 or crop.shape[0] < crop.shape[1] / 4 else BLOCK
        for token in recognise(crop, models, dpi, mode, 20.0):
            words.append(token.text)
            weight += token.confidence * len(token.text)
            letters += len(token.text)
    return " ".join(words).lower(), weight / letters if letters else 0.0
