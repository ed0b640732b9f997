"""Read the cells of ruled tables, each on its own: a page's layout drops a lone digit and joins words over a rule."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np

from ingest.image import POINTS
from ingest.image_lines import Band, ink, one_column, small_copy
from ingest.ocr_engine import BLOCK, LINE, PAGE, Models, Picture, TimeoutExceededError, Token, recognise
from ingest.ocr_marks import with_marks
from ingest.ocr_numbers import counted
from ingest.ocr_tables import tables
from ingest.pdf_tables import Grid, Square

ROOM = (1.6, 0.5)  # points beside and above a rule that its own ink takes up
LARGEST = 0.3  # of the page: what is larger than this is no cell but a frame around text with a layout of its own
SPECK = 3  # pixels of the small copy: ink that is lower and narrower is no letter
ONE_LINE = 1.45  # usual heights of a line: ink that is higher stands on several
LETTER = 0.3  # usual heights of a line: the least height of a line's ink
MARGIN = 0.5  # usual heights of a line: white paper around a crop, without which single letters are not seen
NUMBER = re.compile(r"\d{1,4}(?:[-.]\d{1,3})*[.)]?")
FEWEST, ODD = 4, 0.45  # cells of a column that show a number, and the share of others, where it is one of numbers
LONGEST = 4  # letters of a word that may be a number
NARROW, SEEN = 6.0, 0.5  # margins: the width of a lone number; confidence of a word that was seen
POINTED, FAIRLY = frozenset(":;,"), 0.9  # what a full stop behind a number is misread as, and how sure it then is
DOUBTFUL = 0.6  # confidence of what stands in a column of numbers and was first read as none
SECONDS = 5.0

Column = tuple[int, int]  # a table of the page and its column


@dataclass(frozen=True, slots=True)
class Crop:
    """The inked part of a cell, in pixels of the page, and whether it is one line."""

    x0: int
    y0: int
    x1: int
    y1: int
    single: bool
    column: Column = (0, 0)


def read_with_cells(
    picture: Picture, grids: Sequence[Grid], bands: Sequence[Band], models: Models, dpi: float, seconds: float
) -> list[Token]:
    """Return the words of a page: of its cells one by one, and of the rest as Tesseract lays it out.

    Raises TimeoutExceededError where it takes longer than `seconds`.
    """
    if not grids:
        # Without columns, the engine's search for them only costs time.
        return recognise(picture, models, dpi, BLOCK if one_column(bands) else PAGE, seconds)
    begun = time.monotonic()
    usual = float(np.median([band.y1 - band.y0 for band in bands])) if bands else dpi / 6
    margin = round(MARGIN * usual)
    rest = picture.copy()
    cells: list[Token] = []
    columns: dict[Column, list[tuple[Crop, list[Token]]]] = {}
    for crop in _crops(picture, grids, dpi, usual):
        left = seconds - (time.monotonic() - begun)
        if left <= 0:
            raise TimeoutExceededError
        line = cells[-1].line + 1 if cells else 0
        words = list(_read(picture, crop, models, dpi, left, margin, line))
        words = _or_number(picture, crop, words, dpi, margin, line)
        cells += words
        columns.setdefault(crop.column, []).append((crop, words))
        rest[crop.y0 : crop.y1, crop.x0 : crop.x1] = 255
    cells = _with_numbers(picture, columns, cells, dpi, margin)
    left = seconds - (time.monotonic() - begun)
    around = with_marks(rest, recognise(rest, models, dpi, seconds=max(left, 0.001)), bands, grids, dpi)
    lines = 1 + max((token.line for token in around), default=-1)
    return [*around, *(replace(token, line=token.line + lines) for token in cells)]


def _or_number(picture: Picture, crop: Crop, words: list[Token], dpi: float, margin: int, line: int) -> list[Token]:
    """Return a lone number or code, which a model of words often does not see, where the words of a cell are none."""
    if not crop.single or crop.x1 - crop.x0 > NARROW * margin or min((w.confidence for w in words), default=0) > SEEN:
        return words
    again = list(_read(picture, crop, ("eng",), dpi, SECONDS, margin, line))
    known = len(again) == 1 and (NUMBER.fullmatch(again[0].text) or (not words and _code().fullmatch(again[0].text)))
    return [replace(again[0], confidence=min(again[0].confidence, DOUBTFUL))] if known else words


@lru_cache(maxsize=1)
def _code() -> re.Pattern[str]:
    return re.compile(tables()["code"]["shape"])


def _with_numbers(
    picture: Picture, columns: dict[Column, list[tuple[Crop, list[Token]]]], cells: list[Token], dpi: float, margin: int
) -> list[Token]:
    """Read a short word in a column of numbers once more, as a number: it may be one, and is doubtful either way."""
    better: dict[int, Token] = {}
    for column in columns.values():
        alone = [(crop, words[0]) for crop, words in column if len(words) == 1]
        odd = [(crop, word) for crop, word in alone if not NUMBER.fullmatch(word.text)]
        points = sum(word.text.endswith(".") for _, word in alone)
        numbers = len(alone) - len(odd) >= FEWEST and len(odd) <= ODD * len(column)
        for crop, word in odd:
            if 2 * points >= len(alone) and NUMBER.fullmatch(word.text[:-1]) and word.text[-1] in POINTED:
                better[id(word)] = replace(word, text=word.text[:-1] + ".", confidence=min(word.confidence, FAIRLY))
                continue
            if not numbers or len(word.text) > LONGEST:
                continue
            again = list(_read(picture, crop, ("eng",), dpi, SECONDS, margin, word.line))
            sure = len(again) == 1 and NUMBER.fullmatch(again[0].text) is not None
            text, least = (again[0].text, again[0].confidence) if sure else (word.text, word.confidence)
            better[id(word)] = replace(word, text=text, confidence=min(least, DOUBTFUL))
        if numbers:
            words = [better.get(id(word), word) for _, word in alone]
            better |= {id(old): new for (_, old), new in zip(alone, counted(words), strict=True) if new is not old}
    return [better.get(id(word), word) for word in cells]


def _read(
    picture: Picture, crop: Crop, models: Models, dpi: float, seconds: float, margin: int, lines: int
) -> Iterator[Token]:
    """Give the words of one cell in pixels of the page; their lines are counted from `lines`."""
    part = picture[crop.y0 : crop.y1, crop.x0 : crop.x1]
    white = int(np.median(part))
    padded = cv2.copyMakeBorder(part, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(white,))
    mode = LINE if crop.single else BLOCK
    x, y = crop.x0 - margin, crop.y0 - margin
    for t in recognise(np.asarray(padded, dtype=np.uint8), models, dpi, mode, seconds):
        yield replace(t, x0=t.x0 + x, x1=t.x1 + x, y0=t.y0 + y, y1=t.y1 + y, base=t.base + y, line=t.line + lines)


def _crops(picture: Picture, grids: Sequence[Grid], dpi: float, usual: float) -> Iterator[Crop]:
    """Give the inked parts of the cells of all tables."""
    small, scale = small_copy(picture)
    dark = _letters(ink(small))
    unit = dpi / POINTS / scale
    for number, grid in enumerate(grids):
        for cell in grid.cells:
            if (cell.x1 - cell.x0) * (cell.y1 - cell.y0) * unit**2 < LARGEST * dark.size:
                yield from _inked(dark, cell, unit, scale, usual / scale, (number, cell.column))


def _letters(dark: Picture) -> Picture:
    """Take specks out of the ink."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    kept = (stats[:, cv2.CC_STAT_WIDTH] >= SPECK) | (stats[:, cv2.CC_STAT_HEIGHT] >= SPECK)
    kept[0] = False
    return np.asarray(np.where(kept[labels], np.uint8(255), np.uint8(0)), dtype=np.uint8)


def _inked(dark: Picture, cell: Square, unit: float, scale: float, usual: float, column: Column) -> Iterator[Crop]:
    """Give the inked part of a cell, where there is any."""
    inner = (cell.x0 + ROOM[0], cell.y0 + ROOM[1], cell.x1 - ROOM[0], cell.y1 - ROOM[1])
    x0, y0, x1, y1 = (max(round(v * unit), 0) for v in inner)
    part = dark[y0:y1, x0:x1]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if not len(rows) or rows[-1] - rows[0] < LETTER * usual:
        return
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    high = sum(len(run) >= LETTER * usual for run in runs)
    single = rows[-1] - rows[0] < ONE_LINE * usual and high < 2
    edges = (x0 + columns[0] - 1, y0 + rows[0] - 1, x0 + columns[-1] + 2, y0 + rows[-1] + 2)
    left, top, right, bottom = (max(round(float(v) * scale), 0) for v in edges)
    yield Crop(left, top, right, bottom, bool(single), column)
