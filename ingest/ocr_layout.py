"""Take the words that OCR found on a page, give its printed items: lines and table rows in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.image import POINTS
from ingest.ocr_engine import Token
from ingest.pdf_flow import Hyphens, Layout, arrange
from ingest.pdf_lines import Strip, WordBox
from ingest.pdf_tables import Grid

SAME_SIZE = 0.18  # of the usual size: measures that differ less are of one font
SAME_LINE = 0.3  # font sizes: base lines of parts of one printed line

Confidences = dict[tuple[float, float, float, float], float]


def lay_out_words(
    tokens: Sequence[Token], page: tuple[int, float, float], dpi: float, grids: list[Grid], hyphens: Hyphens
) -> tuple[Layout, Confidences]:
    """Return the layout of a page (number, width, height in points) and the confidence of each word by its box."""
    scale = POINTS / dpi
    words = [_in_points(token, scale) for token in tokens]
    regions = _regions(words, grids)
    words = _even_sizes(words, [region > 0 for region in regions])
    strips = []
    for line in _lines(words, regions):
        strips.append(_strip([words[k] for k in line], regions[line[0]]))
    layout = arrange(page, sorted(strips, key=lambda s: (s.region, s.base, s.x0)), grids, hyphens)
    return layout, {(w.x0, w.y0, w.x1, w.y1): w.confidence for w in words}


def _in_points(token: Token, scale: float) -> Token:
    x0, y0, x1, y1 = (round(v * scale, 2) for v in (token.x0, token.y0, token.x1, token.y1))
    return replace(token, x0=x0, y0=y0, x1=x1, y1=y1, base=token.base * scale, size=token.size * scale)


def _even_sizes(words: list[Token], in_table: list[bool]) -> list[Token]:
    """Give all words of about the usual size exactly that size: OCR measures each line a little differently.

    Text and tables have each their own usual size.
    """
    usual = {
        side: round(float(np.median(sizes)) * 2) / 2 or 10.0
        for side in (False, True)
        if (sizes := [w.size for w, inside in zip(words, in_table, strict=True) if inside == side])
    }
    return [replace(w, size=_near(w.size, usual[side])) for w, side in zip(words, in_table, strict=True)]


def _near(size: float, usual: float) -> float:
    return usual if abs(size - usual) <= SAME_SIZE * usual else max(round(size), 4)


def _regions(words: list[Token], grids: list[Grid]) -> list[int]:
    """Number the cells of all tables from 1; return the cell in which the middle of each word stands (0: none)."""
    regions = [0] * len(words)
    number = 0
    for grid in grids:
        for cell in grid.cells:
            number += 1
            cell.region = number
        for k, word in enumerate(words):
            regions[k] = regions[k] or _cell_at(grid, (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2)
    return regions


def _cell_at(grid: Grid, x: float, y: float) -> int:
    column, row = int(np.searchsorted(grid.xs, x)) - 1, int(np.searchsorted(grid.ys, y)) - 1
    high, wide = grid.cover.shape
    if not (0 <= column < wide and 0 <= row < high) or grid.cover[row, column] < 0:
        return 0
    return grid.cells[int(grid.cover[row, column])].region


def _lines(words: list[Token], regions: list[int]) -> list[list[int]]:
    """Put words on printed lines: those of one base line in one cell, however the engine cut them."""
    pieces: dict[tuple[int, int], list[int]] = {}
    for k, word in enumerate(words):
        pieces.setdefault((regions[k], word.line), []).append(k)
    lines: list[list[int]] = []
    for (region, _), piece in sorted(pieces.items(), key=lambda p: (p[0][0], _base(words, p[1]))):
        near = next((x for x in reversed(lines[-4:]) if regions[x[0]] == region and _beside(words, x, piece)), None)
        if near is None:
            lines.append(piece)
        else:
            near.extend(piece)
    return [sorted(line, key=lambda k: words[k].x0) for line in lines]


def _base(words: list[Token], piece: list[int]) -> float:
    return float(np.median([words[k].base for k in piece]))


def _beside(words: list[Token], line: list[int], piece: list[int]) -> bool:
    """Tell whether two pieces stand on one base line, side by side."""
    size = min(words[line[0]].size, words[piece[0]].size)
    if abs(_base(words, line) - _base(words, piece)) > SAME_LINE * size:
        return False
    spans = [(words[k].x0, words[k].x1) for k in line]
    return all(words[k].x0 >= b - size / 3 or words[k].x1 <= a + size / 3 for k in piece for a, b in spans)


def _strip(words: list[Token], region: int) -> Strip:
    text, boxes = "", list[WordBox]()
    for word in words:
        text += " " if text else ""
        boxes.append((len(text), len(text) + len(word.text), word.x0, word.y0, word.x1, word.y1))
        text += word.text
    sizes = [w.size for w in words]
    letters = sum(len(w.text) for w in words)
    return Strip(
        text,
        boxes,
        min(w.x0 for w in words),
        max(w.x1 for w in words),
        min(w.y0 for w in words),
        max(w.y1 for w in words),
        float(np.median([w.base for w in words])),
        max(set(sizes), key=sizes.count),
        False,
        sum(w.x1 - w.x0 for w in words) / max(letters, 1),
        region,
    )
