"""Find how the lines of a page rise and how its upright rules lean, and make both straight.

A point (x, y) goes to height y + a x + b x y + c x^2, fitted so that both ends of each printed line come to one height:
this takes away skew, the perspective of a photograph and the slight bend of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ingest.image_lines import Band
from ingest.image_rules import find_lean
from ingest.ocr_engine import Picture

Points = npt.NDArray[np.float64]  # rows of (x, y)

CROOKED = 0.004  # of the width: the least rise of lines that is levelled
FEWEST_BANDS = 4
LONG_BAND = 0.08  # of the width: lines long enough to show a direction
CLEARLY = 0.8  # times the misfit of the simpler curve
WIDEST_GAP, ONE_LINE = 8.0, 0.4  # heights of a line: the widest gap in it, and how far its parts are out of line
MOST_KEYSTONE = 0.05  # how far upright rules may lean otherwise than the skew says


@dataclass(frozen=True, slots=True)
class Bend:
    """How a page is bent; lengths are in widths of the page, `middle` is the height where its sides stand still."""

    curve: Points
    lean: float
    unit: float
    middle: float

    def source(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return where a point of the straight page stands on the bent one (both in pixels)."""
        x, y = x / self.unit, y / self.unit
        across = x - self.lean * (y - self.middle)
        down = (y - self.curve[0] * across - self.curve[2] * across**2) / (1 + self.curve[1] * across)
        return across * self.unit, down * self.unit

    def back(self, points: Points) -> Points:
        """Return where points of the straight page stand on the bent one."""
        return np.column_stack(self.source(points[:, 0], points[:, 1]))

    def straighten(self, picture: Picture) -> Picture:
        """Return the straight page."""
        high, wide = picture.shape
        if self.curve[1] or self.curve[2]:
            across, down = self.source(
                np.arange(wide, dtype=np.float64)[None, :], np.arange(high, dtype=np.float64)[:, None]
            )
            maps = (across.astype(np.float32), down.astype(np.float32))
            straight = cv2.remap(picture, *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        else:  # skew alone is an affine map, which takes a fifth of the time
            rise, shift = float(self.curve[0]), self.lean * self.middle * self.unit
            matrix = np.array([[1.0, -self.lean, shift], [-rise, 1.0 + rise * self.lean, -rise * shift]])
            straight = cv2.warpAffine(
                picture,
                matrix,
                (wide, high),
                flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_REPLICATE,
            )
        return np.asarray(straight, dtype=np.uint8)

    def level(self, bands: Sequence[Band]) -> list[Band]:
        """Return where lines of the bent page stand on the straight one."""
        return [self._levelled(band) for band in bands]

    def _levelled(self, band: Band) -> Band:
        (x0, _), (x1, _) = self._target(band.x0, band.left), self._target(band.x1, band.right)
        along, height = (band.x0 + band.x1) / 2, (band.left + band.right) / 2
        _, middle = self._target(along, height)
        slope = self.curve[0] + self.curve[1] * height / self.unit + 2 * self.curve[2] * along / self.unit
        half = max(band.y1 - band.y0 - abs(float(slope)) * (band.x1 - band.x0), 6.0) / 2
        box = (max(round(x0), 0), max(round(middle - half), 0), round(x1), round(middle + half))
        return Band(*box, middle, middle, band.ink)

    def _target(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the bent page stands on the straight one (both in pixels)."""
        x, y = x / self.unit, y / self.unit
        down = y * (1 + self.curve[1] * x) + self.curve[0] * x + self.curve[2] * x**2
        return float((x + self.lean * (down - self.middle)) * self.unit), float(down * self.unit)


def find_bend(shape: tuple[int, ...], small: Picture, bands: Sequence[Band]) -> tuple[float, Bend | None]:
    """Return the skew of a page in degrees, and its bend, or None where it is straight or shows too few lines.

    `shape` is that of the page, `small` a small copy of it.
    """
    high, wide = shape
    unit = float(wide)
    lines = _joined(bands)
    long = [(b.x0 / unit, b.left / unit, b.x1 / unit, b.right / unit) for b in lines if b.x1 - b.x0 > LONG_BAND * unit]
    if len(long) < FEWEST_BANDS:
        return 0.0, None
    ends = np.array(long)
    curve = _fit(ends)
    heights = np.array([0.0, 0.5, 1.0]) * high / unit
    slope = -float(curve[0] + curve[1] * heights[1] + curve[2])
    skew = round(float(np.degrees(np.arctan(slope))), 2) + 0.0  # no -0.0
    if np.abs(curve[0] + curve[1] * heights + curve[2]).max() < CROOKED:
        return skew, None
    wall = find_lean(small)
    lean = -wall if wall is not None and abs(wall + slope) < MOST_KEYSTONE else slope
    return skew, Bend(curve, lean, unit, high / unit / 2)


def _joined(bands: Sequence[Band]) -> list[Band]:
    """Join the parts of lines that wide gaps cut: a single word shows little of the direction of its line."""
    lines: list[Band] = []
    for band in sorted(bands, key=lambda b: b.x0):
        high = band.y1 - band.y0
        near = [
            (band.x0 - other.x1, n)
            for n, other in enumerate(lines)
            if -high < band.x0 - other.x1 < WIDEST_GAP * high and abs(other.right - band.left) < ONE_LINE * high
        ]
        if near:
            n = min(near)[1]
            first = lines[n]
            box = (first.x0, min(first.y0, band.y0), band.x1, max(first.y1, band.y1))
            lines[n] = Band(*box, first.left, band.right, max(first.ink, band.ink))
        else:
            lines.append(band)
    return lines


def _fit(ends: Points) -> Points:
    """Fit the curve to the ends of lines: skew alone, unless perspective (then bend) explains them clearly better."""
    curve, miss = _fitted(ends, 1)
    for terms in (2, 3):
        better, less = _fitted(ends, terms)
        if less > CLEARLY * miss:
            break
        curve, miss = better, less
    return curve


def _fitted(ends: Points, terms: int) -> tuple[Points, float]:
    """Fit the first terms of the curve, three times, each time without the lines that fit worst; and how it misses."""
    xa, ya, xb, yb = ends.T
    rows = np.column_stack((xb - xa, xb * yb - xa * ya, xb * xb - xa * xa))[:, :terms]
    rises = -(yb - ya)
    weight = np.sqrt(xb - xa)
    kept = np.ones(len(ends), dtype=np.bool_)
    curve = np.zeros(3)
    for _ in range(3):
        left = rows[kept] * weight[kept, None]
        curve[:terms] = np.linalg.lstsq(left, rises[kept] * weight[kept], rcond=None)[0]
        miss = np.abs(rows @ curve[:terms] - rises) / (xb - xa)
        kept = miss <= max(2.5 * float(np.median(miss)), 0.002)
    return curve, float(np.average(miss, weights=weight))
