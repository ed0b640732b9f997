"""Take the rules and glyphs of a page, give the missing upright rules of tables that are ruled across only.

Such a table has one printed row between each two rules of the same width. Where the same strips of paper stay free
in all its rows, its columns part; without them the lines of neighbouring cells would run into each other.
"""

from __future__ import annotations

import numpy as np

from ingest.pdf_glyphs import Floats, Glyphs
from ingest.pdf_tables import NEAR, merge_rules

FEWEST_RULES = 4  # of the same width: fewer are the frame of a notice, or part a head from many rows
NARROWEST = 120.0  # points: a table
GUTTER = 0.8  # font sizes: more than the blanks of words, which do not stand one below the other
FILLED = 0.5  # of the rows: a column has text in them
MOST_COLUMNS = 20
MOST_RULES = 1000


def upright_rules(across: Floats, down: Floats, glyphs: Glyphs) -> Floats:
    """Return the upright rules of a page with those that stand for the gutters of tables without any."""
    if not FEWEST_RULES <= len(across) <= MOST_RULES or not len(glyphs.code):
        return down
    level = merge_rules(across[:, [1, 3]].mean(axis=1), across[:, 0], across[:, 2])
    found = [down]
    for low, high in sorted({(round(float(r[1])), round(float(r[2]))) for r in level}):
        same = (np.abs(level[:, 1] - low) <= NEAR) & (np.abs(level[:, 2] - high) <= NEAR)
        places = np.unique(level[same, 0])
        if len(places) < FEWEST_RULES or high - low < NARROWEST:
            continue
        middles = _gutters(glyphs, places, low, high, down)
        if middles:
            xs = np.array([low, *middles, high], dtype=np.float64)
            ends = np.full((len(xs), 2), (places[0], places[-1]))
            found.append(np.column_stack((xs, ends[:, 0], xs, ends[:, 1])))
            down = np.concatenate((down.reshape(-1, 4), found[-1]))
    return np.concatenate([f.reshape(-1, 4) for f in found])


def _gutters(glyphs: Glyphs, places: Floats, low: float, high: float, down: Floats) -> list[float]:
    """Return where the columns between some rules part; none where rules part them, or text crosses the edges."""
    top, bottom = float(places[0]), float(places[-1])
    if len(down):
        inside = (down[:, 0] > low - NEAR) & (down[:, 0] < high + NEAR)
        if bool((inside & (down[:, 1] < bottom - NEAR) & (down[:, 3] > top + NEAR)).any()):
            return []
    height = glyphs.base - 0.3 * glyphs.size
    solid = ~np.isin(glyphs.code, (0x20, 0xA0)) & (height > top) & (height < bottom)
    mine = solid & (glyphs.x1 > low - NEAR) & (glyphs.x0 < high + NEAR)
    crosses = (glyphs.x0 < low - NEAR) | (glyphs.x1 > high + NEAR)
    if not mine.any() or bool((mine & (crosses | (glyphs.turn != 0))).any()):
        return []
    gaps = _free(glyphs.x0[mine], glyphs.x1[mine], GUTTER * float(np.median(glyphs.size[mine])))
    if not 0 < len(gaps) < MOST_COLUMNS:
        return []
    row = np.searchsorted(places, height[mine]) - 1
    column = np.searchsorted(gaps, glyphs.x0[mine])
    filled = np.zeros((len(places) - 1, len(gaps) + 1), dtype=np.bool_)
    filled[row, column] = True
    rows = filled[filled.any(axis=1)]
    full = len(rows) >= FEWEST_RULES - 1 and bool((rows.mean(axis=0) >= FILLED).all())
    return gaps if full else []


def _free(starts: Floats, stops: Floats, least: float) -> list[float]:
    """Return the middles of the gaps between intervals that are at least so wide."""
    order = np.argsort(starts)
    reached = np.maximum.accumulate(stops[order])[:-1]
    begins = starts[order][1:]
    wide = begins - reached >= least
    return [float(x) for x in (begins + reached)[wide] / 2]
