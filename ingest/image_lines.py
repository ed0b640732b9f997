"""Find the printed lines of a page image fast, from a small copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ingest.ocr_engine import Picture

WIDTH = 1000  # pixels of the small copy's shorter side
WINDOW = 25
DARKER = 12
FEWEST = 4  # lines that tell of columns
OVERLAP, SIDE_BY_SIDE = 0.3, 0.45  # of the height of a line: lines that share more are beside each other; one line
FEWEST_COLUMNS, TURNS = 8, 4  # pixel columns that show a direction, and how often outliers are left out
RULED = 0.5  # of the usual height of a line's ink: a ruled blank has less


@dataclass(frozen=True, slots=True)
class Band:
    """One printed line: its box in pixels of the page, the heights of its middle at both ends, that of its ink."""

    x0: int
    y0: int
    x1: int
    y1: int
    left: float
    right: float
    ink: float = 0.0

    def times(self, scale: float) -> Band:
        """Return the line in a picture of another size."""
        box = (round(self.x0 * scale), round(self.y0 * scale), round(self.x1 * scale), round(self.y1 * scale))
        return Band(*box, self.left * scale, self.right * scale, self.ink * scale)


def small_copy(picture: Picture) -> tuple[Picture, float]:
    """Return a small copy of a page and how many times smaller it is."""
    scale = max(min(picture.shape) / WIDTH, 1.0)
    if scale == 1.0:
        return picture, 1.0
    size = (round(picture.shape[1] / scale), round(picture.shape[0] / scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def ink(small: Picture) -> Picture:
    """Return where a small copy is darker than its surroundings (255)."""
    smooth = cv2.GaussianBlur(small, (3, 3), 0)  # the grain of a scanner is no ink
    found = cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, WINDOW, DARKER)
    return np.asarray(found, dtype=np.uint8)


def find_bands(dark: Picture, scale: float) -> list[Band]:
    """Return the printed lines in the ink of a small copy, top down."""
    reach = max(dark.shape[1] // 60, 5)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=4)
    bands = []
    for number in range(1, count):
        x, y, wide, high, area = (int(v) for v in stats[number])
        if wide < 4 * high or high < 4 or wide < dark.shape[1] / 15 or area < 0.2 * wide * high:
            continue
        if high > dark.shape[0] / 12:
            continue
        left, right = _ends(labels[y : y + high, x : x + wide] == number)
        x0, y0, x1, y1 = (round(v * scale) for v in (x, y, x + wide, y + high))
        bands.append(Band(x0, y0, x1, y1, (y + left) * scale, (y + right) * scale, area / wide * scale))
    return sorted(bands, key=lambda b: b.y0)


def lettered(bands: Sequence[Band]) -> list[Band]:
    """Return the lines that are no ruled blanks ("____") to be filled in."""
    usual = float(np.percentile([band.ink for band in bands], 75)) if bands else 0.0
    return [band for band in bands if band.ink > RULED * usual]


def one_column(bands: Sequence[Band]) -> bool:
    """Tell whether all lines stand one below the other; parts of one line may stand side by side."""
    reach: list[Band] = []
    for band in bands:  # from the top down
        reach = [other for other in reach if other.y1 > band.y0]
        if any(_apart(band, other) for other in reach):
            return False
        reach.append(band)
    return len(bands) >= FEWEST


def _apart(one: Band, two: Band) -> bool:
    """Tell whether two lines overlap in height, and yet are no parts of one line."""
    lower = min(one.y1 - one.y0, two.y1 - two.y0)
    if min(one.y1, two.y1) - max(one.y0, two.y0) < OVERLAP * lower:
        return False
    middles = abs((one.left + one.right) - (two.left + two.right)) / 2
    return middles > SIDE_BY_SIDE * lower or min(one.x1, two.x1) > max(one.x0, two.x0)


def _ends(mask: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return the heights of the middle of a blob at its left and right end; it rises as its base line does."""
    down, along = mask.sum(axis=1), mask.sum(axis=0)
    size = max(int(down.sum()), 1)
    middle = float(down @ np.arange(mask.shape[0])) / size
    centre = float(along @ np.arange(mask.shape[1])) / size
    slope = _base_slope(mask)
    return middle - slope * centre, middle + slope * (mask.shape[1] - 1 - centre)


def _base_slope(mask: npt.NDArray[np.bool_]) -> float:
    """Return how the feet of letters rise; letters that go below the line, and gaps, are left out in turns."""
    x = np.flatnonzero(mask.any(axis=0)).astype(np.float64)
    foot = (mask.shape[0] - 1 - mask[::-1].argmax(axis=0))[mask.any(axis=0)].astype(np.float64)
    slope = 0.0
    for _ in range(TURNS):
        if len(x) < FEWEST_COLUMNS:
            return slope
        apart = x - x.mean()
        slope = float(apart @ foot / max(float(apart @ apart), 1.0))
        miss = np.abs(foot - foot.mean() - slope * apart)
        kept = miss <= max(1.0, 1.5 * float(np.median(miss)))
        x, foot = x[kept], foot[kept]
    return slope
