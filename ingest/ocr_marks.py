"""Find quotation marks that stand alone on a line, as around the new text of an amendment: Tesseract drops them.

Such a line holds two small strokes side by side, perhaps a full stop or a semicolon behind them, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ingest.image import POINTS
from ingest.image_lines import Band, ink, lettered, small_copy
from ingest.ocr_engine import Picture, Token
from ingest.pdf_glyphs import Bools
from ingest.pdf_tables import Grid

Mark = tuple[str, float, float, float, float]
Boxes = npt.NDArray[np.int64]  # rows of (x0, y0, x1, y1)

HIGH = (0.16, 0.5)  # usual heights of a line: a stroke of a quotation mark
WIDE = 0.75  # the same: how wide, with a full stop close by
LEAST = 6.0  # pixels of the small copy: print that is lower shows no strokes
BESIDE = 4.0  # points around a table, where its rules leave ink
APART = 0.4  # usual heights: the gap between its two strokes
ABOVE, BELOW = 0.08, 0.85  # usual heights: what the line of a mark takes up, from the top of the mark
POINT = 0.3  # usual heights: the largest size of a full stop
SURE = 0.75  # confidence of what is known by its shape only
MOST = 12  # of a page: a page with more has some pattern
FULL_SIZE = 1.1  # font size, in usual heights of a line


def with_marks(
    picture: Picture, tokens: Sequence[Token], bands: Sequence[Band], grids: Sequence[Grid] = (), dpi: float = 300.0
) -> list[Token]:
    """Return the words of a page with the quotation marks that stand alone on their lines."""
    found = _marks(picture, bands, grids, dpi)
    if not 0 < len(found) <= MOST:
        return list(tokens)
    kept = [t for t in tokens if not any(_overlap(t, mark) for mark in found)]
    line = 1 + max((t.line for t in kept), default=-1)
    usual = _usual(bands)
    marks = []
    for k, (text, x0, y0, x1, y1) in enumerate(found):
        size = FULL_SIZE * usual
        marks.append(Token(text, x0, y0, x1, y1, SURE, line + k, y0 + 0.68 * size, size))
    return [*kept, *marks]


def _usual(bands: Sequence[Band]) -> float:
    return float(np.median([band.y1 - band.y0 for band in lettered(bands)])) if bands else 0.0


def _overlap(token: Token, mark: Mark) -> bool:
    _, x0, y0, x1, y1 = mark
    return token.x0 < x1 and token.x1 > x0 and token.y0 < y1 and token.y1 > y0


def _marks(picture: Picture, bands: Sequence[Band], grids: Sequence[Grid], dpi: float) -> list[Mark]:
    """Return the text and the box, in pixels of the page, of each mark that stands alone on its line."""
    small, scale = small_copy(picture)
    usual = _usual(bands) / scale
    if usual < LEAST:
        return []
    boxes = _boxes(ink(small))
    high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    small_ones = (high >= HIGH[0] * usual) & (high <= HIGH[1] * usual) & (wide <= WIDE * usual)
    outside = ~_within(boxes, grids, dpi / POINTS / scale)
    found = []
    for k in np.flatnonzero(small_ones & outside):
        y0 = float(boxes[k, 1])
        line = boxes[(boxes[:, 3] > y0 - ABOVE * usual) & (boxes[:, 1] < y0 + BELOW * usual)]
        line = line[np.argsort(line[:, 0])]
        if len(line) > 4 or line[0, 0] != boxes[k, 0] or line[-1, 2] - line[0, 0] > 2 * usual:
            continue
        x0, top, x1, bottom = (float(v) * scale for v in (*line[:, :2].min(axis=0), *line[:, 2:].max(axis=0)))
        text = _text(_strokes(picture, (x0, top, x1, bottom), round(scale)), usual * scale)
        if text:
            found.append((text, x0, top, x1, bottom))
    return found


def _within(boxes: Boxes, grids: Sequence[Grid], unit: float) -> Bools:
    """Tell which boxes touch a table."""
    inside = np.zeros(len(boxes), dtype=np.bool_)
    for grid in grids:
        x0, y0, x1, y1 = (v * unit for v in grid.box)
        near = BESIDE * unit
        inside |= (boxes[:, 2] > x0 - near) & (boxes[:, 0] < x1 + near) & (boxes[:, 3] > y0) & (boxes[:, 1] < y1)
    return inside


def _strokes(picture: Picture, box: tuple[float, float, float, float], pad: int) -> Boxes:
    """Return the strokes of a mark as the page itself shows them, from left to right."""
    x0, y0, x1, y1 = (round(v) for v in box)
    part = picture[max(y0 - pad, 0) : y1 + pad, max(x0 - pad, 0) : x1 + pad]
    _, dark = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    boxes = _boxes(np.asarray(dark, dtype=np.uint8))
    return boxes[np.argsort(boxes[:, 0])]


def _boxes(dark: Picture) -> Boxes:
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    boxes = np.asarray(stats[1:count, :4], dtype=np.int64).reshape(-1, 4).copy()
    boxes[:, 2:] += boxes[:, :2]
    return boxes[(boxes[:, 2] - boxes[:, 0] > 1) & (boxes[:, 3] - boxes[:, 1] > 1)]


def _text(strokes: Boxes, usual: float) -> str:
    """Return what a line of two strokes, and one or two points behind them, says; nothing where it is another thing."""
    if not 2 <= len(strokes) <= 4:
        return ""
    first, second, rest = strokes[0], strokes[1], strokes[2:]
    level = abs(first[1] - second[1]) <= 0.12 * usual and abs(first[3] - second[3]) <= 0.15 * usual
    upright = first[3] - first[1] >= max(first[2] - first[0], HIGH[0] * usual)
    if not (level and upright) or not 0 <= second[0] - first[2] <= APART * usual:
        return ""
    if len(rest) == 0:
        return '"'
    if rest[:, 1].max() <= first[3] or rest[0, 0] - second[2] > usual:
        return ""
    sizes = np.maximum(rest[:, 2] - rest[:, 0], rest[:, 3] - rest[:, 1])
    if len(rest) == 1:
        return '".' if sizes[0] <= POINT * usual else ""
    return '";' if abs(rest[0, 0] - rest[1, 0]) <= POINT * usual and sizes.max() <= 2 * POINT * usual else ""
