"""Take what a page shows, turn it so that most of its text stands upright.

Wide tables are often printed sideways on an upright page; their reader turns the paper, not the head.
"""

from __future__ import annotations

import numpy as np

from ingest.pdf_glyphs import Floats, Glyphs, Sheet, Target

MOST = 0.7  # of the glyphs


def straighten(sheet: Sheet) -> Sheet:
    """Return the page with most of its text upright; links, rules and sizes turn along."""
    glyphs = sheet.glyphs
    turns, counts = np.unique(glyphs.turn, return_counts=True)
    turn = int(turns[counts.argmax()]) if len(turns) else 0
    if turn == 0 or counts.max() < MOST * len(glyphs.code):
        return sheet
    wide, high = (sheet.width, sheet.height) if turn == 180 else (sheet.height, sheet.width)
    boxes = np.column_stack((glyphs.x0, glyphs.top, glyphs.x1, glyphs.bottom))
    placed = _turn(boxes, turn, sheet.width, sheet.height)
    base = {90: glyphs.base, 180: sheet.height - glyphs.base, 270: sheet.width - glyphs.base}[turn]
    mine = glyphs.turn == turn
    turned = Glyphs(
        glyphs.code,
        placed[:, 0],
        placed[:, 2],
        np.where(mine, base, placed[:, 3]),
        placed[:, 1],
        placed[:, 3],
        glyphs.size,
        glyphs.bold,
        (glyphs.turn - turn) % 360,
    )
    rules = (_turn(r, turn, sheet.width, sheet.height) for r in (sheet.across, sheet.down))
    across, down = rules if turn == 180 else reversed(list(rules))
    links = _turn(
        np.array([(t.x0, t.y0, t.x1, t.y1) for t in sheet.targets]).reshape(-1, 4), turn, sheet.width, sheet.height
    )
    targets = tuple(
        Target(x0, y0, x1, y1, t.address) for t, (x0, y0, x1, y1) in zip(sheet.targets, links.tolist(), strict=True)
    )
    return Sheet(sheet.number, wide, high, turned, across, down, targets)


def _turn(boxes: Floats, turn: int, width: float, height: float) -> Floats:
    """Turn rows of (x0, y0, x1, y1) clockwise by `turn` with the page."""
    x0, y0, x1, y1 = boxes[:, 0], boxes[:, 1], boxes[:, 2], boxes[:, 3]
    if turn == 90:
        return np.column_stack((height - y1, x0, height - y0, x1))
    if turn == 270:
        return np.column_stack((y0, width - x1, y1, width - x0))
    return np.column_stack((width - x1, height - y1, width - x0, height - y0))
