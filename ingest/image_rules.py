"""Find the ruled lines of a page image, for its tables, and take them out of the picture before it is read."""

from __future__ import annotations

import cv2
import numpy as np

from ingest.image_lines import ink, small_copy
from ingest.ocr_engine import Picture
from ingest.pdf_glyphs import Floats

SHORTEST = 0.035  # of the width of the page
THICKEST = 0.008
ALONG = 15  # pixels of the small copy around a rule where its ink may be
POINTS = 72.0


def find_rules(picture: Picture, dpi: float) -> tuple[Floats, Floats, Picture | None]:
    """Return level and upright rules as rows of (x0, y0, x1, y1) in points, and where their ink is (255)."""
    small, scale = small_copy(picture)
    dark = ink(small)
    level, across = _segments(dark, scale)
    turned, down = _segments(np.ascontiguousarray(dark.T), scale)
    upright = turned[:, [1, 0, 3, 2]]
    if len(level) > 1 and len(upright):
        level, upright = _crossing(level, upright, 2.5 * scale)
    if len(level) < 2 or not len(upright):
        return np.zeros((0, 4)), np.zeros((0, 4)), None
    unit = POINTS / dpi
    strokes = np.maximum(across, np.ascontiguousarray(down.T))
    return level * unit, upright * unit, _mask(picture, np.vstack((level, upright)), strokes, scale)


def find_lean(picture: Picture) -> float | None:
    """Return how far upright rules lean to the right going down (x per y), or None where there are too few."""
    small, _ = small_copy(picture)
    wide = cv2.dilate(ink(small), np.ones((1, 3), np.uint8))
    strokes = cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((max(round(SHORTEST * small.shape[1]), 12), 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    leans = []
    for number in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[number])
        if h < 0.08 * small.shape[0] or w > 0.12 * h + 6:
            continue
        rows, columns = np.nonzero(labels[y : y + h, x : x + w] == number)
        leans.append(float(np.polyfit(rows, columns, 1)[0]))
    return float(np.median(leans)) if len(leans) > 1 else None


def _segments(dark: Picture, scale: float) -> tuple[Floats, Picture]:
    """Return the level strokes that are long and thin, in pixels of the page, and the ink of all long strokes."""
    length = max(round(SHORTEST * min(dark.shape)), 12)
    thick = cv2.dilate(dark, np.ones((2, 1), np.uint8))  # a rule that rises by a pixel stays one
    strokes = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((3, 9), np.uint8))
    count, _, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    found = []
    for number in range(1, count):
        x, _, wide, high, area = (int(v) for v in stats[number])
        if area / wide > max(THICKEST * min(dark.shape), 3.0) or high > 0.05 * wide + 8:
            continue
        middle = float(centres[number][1]) + 0.5
        found.append((x * scale, middle * scale, (x + wide) * scale, middle * scale))
    return np.array(found, dtype=np.float64).reshape(-1, 4), np.asarray(strokes, dtype=np.uint8)


def _crossing(level: Floats, upright: Floats, near: float) -> tuple[Floats, Floats]:
    """Keep the rules that meet one of the other direction; underlines and strokes of letters do not."""
    y, left, right = level[:, 1][:, None], level[:, 0][:, None], level[:, 2][:, None]
    x, top, bottom = upright[:, 0][None, :], upright[:, 1][None, :], upright[:, 3][None, :]
    meets = (left - near <= x) & (x <= right + near) & (top - near <= y) & (y <= bottom + near)
    kept = meets.sum(axis=0) > 1
    return level[(meets & kept[None, :]).any(axis=1)], upright[kept]


def _mask(picture: Picture, rules: Floats, strokes: Picture, scale: float) -> Picture:
    """Return the ink of the rules: the long strokes along them, which may rise a little."""
    along = np.zeros(strokes.shape, dtype=np.uint8)
    for x0, y0, x1, y1 in (rules / scale).tolist():
        cv2.line(along, (round(x0), round(y0)), (round(x1), round(y1)), 255, ALONG)
    mask = cv2.dilate(np.minimum(strokes, along), np.ones((3, 3), np.uint8))
    whole = cv2.resize(mask, picture.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, dtype=np.uint8)


def without_rules(picture: Picture, mask: Picture) -> Picture:
    """Return the picture with the ink of rules painted over."""
    return np.where(mask > 0, np.uint8(255), picture)
