"""Find the ruled lines of a page image, for its tables, and take them out of the picture before it is read."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ingest.image import POINTS
from ingest.image_lines import ink
from ingest.ocr_engine import Picture
from ingest.pdf_glyphs import Bools, Floats

SHORTEST = 0.03  # of the width of the page
THICKEST = 0.008
TALL = 7  # pixels of the small copy: ink as high as this belongs to letters, not to a level rule
ALONG = (15, 3)  # pixels: over so many the shade of a rule is averaged, to be seen and to be where it is seen
BESIDE = 9  # pixels: so near to a letter nothing pale is a rule
THIN = 5  # pixels: what is less high may be a rule, however pale
PALE, BOLD, WHOLE = (9,), (70,), (255,)  # grey levels that a pale rule is darker than the paper: least and most
CROSSED = 0.2  # of a stroke's ink that is in stems of letters: then it is their bars
LEAST = 2.0  # pixels: the height of the thinnest stroke once it is made thicker
GAP = 5  # pixels: a gap in a faint rule
APART = 15  # pixels: a gap between two pieces of one rule, where it crosses another or passes a letter
LONG = 0.15  # of the width of the page: a rule of a table that is open at its side
MEET = 5.0  # pixels of the small copy: rules this close meet; a rule that rises is taken at its middle height
DRAWN = 0.85  # of a rule's length that must show ink: less have the stems of letters that stand under each other


def find_rules(
    copy: tuple[Picture, float], shape: tuple[int, ...], dpi: float
) -> tuple[Floats, Floats, Picture | None]:
    """Return level and upright rules as rows of (x0, y0, x1, y1) in points, and where their ink is (255).

    `copy` is the small copy of a page and how many times smaller it is, `shape` that of the page itself.
    """
    small, scale = copy
    wide = shape[1]
    dark = ink(small)
    down = _strokes(np.ascontiguousarray(dark.T), np.ascontiguousarray(small.T))
    if not len(down.rules):  # most pages have no table
        return np.zeros((0, 4)), np.zeros((0, 4)), None
    across = _strokes(dark, small)
    level, upright = across.rules * scale, (down.rules * scale)[:, [1, 0, 3, 2]]
    if len(level) > 1 and len(upright):
        kept, standing = _crossing(level, upright, MEET * scale, LONG * wide)
        across.keep(kept)
        down.keep(standing)
        level, upright = level[kept], upright[standing]
    if len(level) < 2 or not len(upright):
        return np.zeros((0, 4)), np.zeros((0, 4)), None
    unit = POINTS / dpi
    mask = _mask(shape, np.maximum(across.ink, np.ascontiguousarray(down.ink.T)))
    return level * unit, upright * unit, mask


def without_strokes(dark: Picture) -> Picture:
    """Return the ink of a small copy without its long strokes, so that the lines inside tables can be found."""
    length = max(round(SHORTEST * min(dark.shape)), 12)
    across, down = (cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(s, np.uint8)) for s in ((1, length), (length, 1)))
    strokes = cv2.dilate(np.maximum(across, down), np.ones((3, 3), np.uint8))
    return np.asarray(cv2.subtract(dark, strokes), dtype=np.uint8)


def find_lean(small: Picture) -> float | None:
    """Return how far upright rules lean to the right going down (x per y), or None where there are too few."""
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


@dataclass(slots=True)
class Strokes:
    """The level strokes of a small copy that may be rules: rows of (x0, y0, x1, y1), and the ink of each by number."""

    rules: Floats
    labels: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int32]

    def keep(self, kept: Bools) -> None:
        """Forget the strokes that are none."""
        self.rules, self.numbers = self.rules[kept], self.numbers[kept]

    @property
    def ink(self) -> Picture:
        """Return where the strokes are (255)."""
        chosen = np.zeros(int(self.labels.max()) + 1, dtype=np.uint8)
        chosen[self.numbers] = 255
        return chosen[self.labels]


def _strokes(dark: Picture, small: Picture) -> Strokes:
    """Find the level strokes that are long and thin in a small copy, from its ink and from its shades."""
    length = max(round(SHORTEST * min(dark.shape)), 12)
    thick = cv2.dilate(dark, np.ones((2, 1), np.uint8))  # a rule that rises by a pixel stays one
    strokes = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    stems = _stems(dark, length)
    pale = _pale(small, stems)
    thick = np.maximum(thick, pale)
    mended = cv2.morphologyEx(pale, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8))
    faint = cv2.morphologyEx(mended, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    strokes = _without_bars(np.maximum(strokes, faint), stems)
    strokes = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((3, APART), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    found, numbers = [], []
    for number in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[number])
        if not LEAST <= area / wide <= max(THICKEST * min(dark.shape), 3.0) or high > 0.05 * wide + 8:
            continue
        mine = (labels[y : y + high, x : x + wide] == number) & (thick[y : y + high, x : x + wide] > 0)
        if mine.any(axis=0).sum() < DRAWN * wide:
            continue
        middle = float(centres[number][1]) + 0.5
        found.append((x, middle, x + wide, middle))
        numbers.append(number)
    rules = np.array(found, dtype=np.float64).reshape(-1, 4)
    return Strokes(rules, np.asarray(labels, dtype=np.int32), np.array(numbers, dtype=np.int32))


def _stems(dark: Picture, length: int) -> Picture:
    """Return the upright strokes of letters, not those of walls nor the height of thick or double level rules."""
    upright = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((TALL, 1), np.uint8))
    walls = cv2.morphologyEx(upright, cv2.MORPH_CLOSE, np.ones((GAP, 1), np.uint8))
    walls = cv2.morphologyEx(walls, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    floors = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, 2 * length), np.uint8))
    return np.asarray(cv2.subtract(upright, np.maximum(walls, floors)), dtype=np.uint8)


def _without_bars(strokes: Picture, stems: Picture) -> Picture:
    """Drop strokes that are the bars of letters in a row: many stems cross them."""
    inked = np.nonzero(strokes)
    _, labels = cv2.connectedComponents(strokes, connectivity=8)
    numbers = labels[inked]
    crossed = np.bincount(numbers, weights=stems[inked] > 0) / np.maximum(np.bincount(numbers), 1)
    kept = np.zeros_like(strokes)
    kept[inked] = np.where(crossed[numbers] < CROSSED, np.uint8(255), np.uint8(0))
    return kept


def _pale(small: Picture, stems: Picture) -> Picture:
    """Return thin level strokes that are a little darker than what is above and below them, letters left out."""
    shades = [cv2.blur(small, (along, 1)) for along in ALONG]  # along a rule the grain of a scanner evens out
    beside = np.ones((THIN, 1), np.uint8)
    far, near = (cv2.subtract(cv2.morphologyEx(s, cv2.MORPH_CLOSE, beside), s) for s in shades)
    letters = cv2.dilate(stems, np.ones((1, BESIDE), np.uint8))
    found = cv2.subtract(np.minimum(cv2.inRange(far, PALE, BOLD), cv2.inRange(near, PALE, WHOLE)), letters)
    return np.asarray(cv2.dilate(found, np.ones((2, 1), np.uint8)), dtype=np.uint8)


def _crossing(level: Floats, upright: Floats, near: float, long: float) -> tuple[Bools, Bools]:
    """Tell which rules meet two of the other direction, or one and are long; underlines and letters do not."""
    y, left, right = level[:, 1][:, None], level[:, 0][:, None], level[:, 2][:, None]
    x, top, bottom = upright[:, 0][None, :], upright[:, 1][None, :], upright[:, 3][None, :]
    meets = (left - near <= x) & (x <= right + near) & (top - near <= y) & (y <= bottom + near)
    kept = np.asarray(meets.sum(axis=0) > 1)
    met = (meets & kept[None, :]).sum(axis=1)
    return np.asarray((met > 1) | ((met > 0) & (level[:, 2] - level[:, 0] > long))), kept


def _mask(shape: tuple[int, ...], strokes: Picture) -> Picture:
    """Return the ink of the rules on the page itself."""
    mask = cv2.dilate(strokes, np.ones((3, 3), np.uint8))
    whole = cv2.resize(mask, shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, dtype=np.uint8)


def without_rules(picture: Picture, mask: Picture) -> Picture:
    """Return the picture with the ink of rules painted over."""
    return np.where(mask > 0, np.uint8(255), picture)
