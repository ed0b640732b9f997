"""Make a page image fit for reading: sheet cut out of a photograph, even light, right way round, level lines.

Each step looks whether the page needs it; what a clean scan does not need is not done to it (docs/quality.md has what
each step was measured to be worth). Every step knows the way back to the pixels of the picture as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ingest.image import A4_INCHES
from ingest.image_level import FEWEST_BANDS, Points, find_bend
from ingest.image_lines import Band, find_bands, ink, lettered, small_copy
from ingest.image_rules import without_strokes
from ingest.ocr_engine import Picture

Back = Callable[[Points], Points]

BLANK_INK = 0.0004  # share of dark pixels on a page that may hold a word
NOISY_INK = 0.1  # the same, on a page without lines: that is no text
SHEET_SHARE = (0.25, 0.97)  # of the picture, that a sheet of paper on a desk takes
DESK_DARKER = 30  # grey levels
EDGE, DARK_SHARE = 3, 3  # pixels of the small copy along an edge, and per cent of them that are dark beside a desk
LOG_LEVELS, LOG_STEP = 70.0, 12  # grey levels of a logarithmic picture, and the steepest step of a shadow
A4_RATIO = 1.4142
UNEVEN = 0.12  # share of the paper's light
DIM = 190  # grey levels of paper
FULL = 6.0  # widths of the page: level lines of that length together leave no doubt which way they run
READING_HEIGHT = 20.0  # pixels of a low line's ink: Tesseract reads higher letters no better (measured), and slower
WORTH = 0.93  # scale above which making the picture smaller saves nothing
SKEWED = 0.03  # rise of lines beyond which they are found anew once they are level


@dataclass(slots=True)
class Prepared:
    """A page image made ready, its resolution, how far it was turned (degrees), its lines, and the way back."""

    picture: Picture
    dpi: float
    skew: float = 0.0
    bands: list[Band] = field(default_factory=list)
    blank: bool = False
    noise: bool = False
    way: list[Back] = field(default_factory=list)
    dpi_before: float = 0.0
    sideways: bool = False
    _copied: Picture | None = None
    _copy: tuple[Picture, float] | None = None

    def small(self) -> tuple[Picture, float]:
        """Return the small copy of the picture as it is now, and how many times smaller it is."""
        if self._copy is None or self._copied is not self.picture:
            self._copied, self._copy = self.picture, small_copy(self.picture)
        return self._copy

    def back(self, points: Points) -> Points:
        """Return where points of the prepared picture stand in the picture as it came."""
        for step in reversed(self.way):
            points = step(points)
        return points


def prepare(picture: Picture, dpi: float, quarter: bool | None = None) -> Prepared:
    """Return a page image made ready for reading, turned by a `quarter` or not; None: where it seems on its side."""
    page = Prepared(picture, dpi, dpi_before=dpi)
    _cut_sheet(page)
    _even_light(page)
    _clear_borders(page)
    dark = _find_lines(page, quarter)
    share = float((dark > 0).mean())
    page.blank, page.noise = share < BLANK_INK, share > NOISY_INK and len(page.bands) < FEWEST_BANDS
    if not (page.blank or page.noise):
        page.skew, bend = find_bend(page.picture.shape, page.small()[0], page.bands)
        if bend is not None:
            page.picture = bend.straighten(page.picture)
            page.way.append(bend.back)
            page.bands = _found_anew(page) if abs(bend.curve[0]) > SKEWED else bend.level(page.bands)
        _to_reading_size(page)
    return page


def _found_anew(page: Prepared) -> list[Band]:
    small, scale = page.small()
    return find_bands(without_strokes(ink(small)), scale)


def _to_reading_size(page: Prepared) -> None:
    """Make a picture smaller of which even the low lines are higher than reading needs."""
    heights = [band.y1 - band.y0 - abs(band.left - band.right) for band in lettered(page.bands)]
    if len(heights) < FEWEST_BANDS:
        return
    scale = READING_HEIGHT / max(float(np.percentile(heights, 10)), 1.0)
    if scale > WORTH:
        return
    high, wide = page.picture.shape
    size = (round(wide * scale), round(high * scale))
    page.picture = np.asarray(cv2.resize(page.picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    page.bands = [band.times(scale) for band in page.bands]
    page.dpi *= scale
    factor = np.array([wide / size[0], high / size[1]])
    page.way.append(lambda points: points * factor)


def turn_over(page: Prepared) -> Prepared:
    """Return the page turned by half a circle."""
    high, wide = page.picture.shape
    turned = np.ascontiguousarray(page.picture[::-1, ::-1])
    way: list[Back] = [*page.way, lambda p: np.array([wide, high]) - p]
    other = Prepared(turned, page.dpi, page.skew, way=way, dpi_before=page.dpi_before)
    _find_lines(other, quarter=False)
    other.sideways = page.sideways
    return other


def _find_lines(page: Prepared, quarter: bool | None = None) -> Picture:
    """Find the printed lines; turn a page by a `quarter`, or where None is said, one that stands on its side."""
    small, scale = page.small()
    dark = ink(small)
    printed = without_strokes(dark)
    page.bands = find_bands(printed, scale)
    length = _length(page.bands)
    doubtful = quarter is None and length < FULL * page.picture.shape[1]
    seems = doubtful and _length(find_bands(_on_its_side(printed), scale)) > 2.0 * length
    page.sideways = bool(quarter) or seems
    if page.sideways:
        wide = page.picture.shape[1]
        page.picture = np.ascontiguousarray(np.rot90(page.picture))
        page.way.append(lambda p: np.column_stack((wide - p[:, 1], p[:, 0])))
        small, scale = page.small()
        dark = ink(small)
        page.bands = find_bands(without_strokes(dark), scale)
    return dark


def _on_its_side(dark: Picture) -> Picture:
    return np.ascontiguousarray(dark.T)


def _length(bands: list[Band]) -> int:
    return sum(band.x1 - band.x0 for band in bands)


def _cut_sheet(page: Prepared) -> None:
    """Cut a bright sheet out of a darker desk and take its perspective away."""
    small, scale = page.small()
    corners = _sheet_corners(small) if _shows_desk(small) else None
    if corners is None:
        return
    corners *= scale
    top, right, bottom, left = (float(np.hypot(*(corners[k] - corners[(k + 1) % 4]))) for k in range(4))
    wide, high = max(top, bottom), max(left, right)
    ratio = max(wide, high) / min(wide, high)
    if 0.85 < ratio / A4_RATIO < 1.18:
        wide, high = (wide, wide * A4_RATIO) if high > wide else (high * A4_RATIO, high)
    target = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    size = (round(wide), round(high))
    page.picture = np.asarray(
        cv2.warpPerspective(page.picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE),
        dtype=np.uint8,
    )
    page.way.append(_homography(np.linalg.inv(np.asarray(matrix, dtype=np.float64))))
    page.dpi = max(size) / A4_INCHES


def _shows_desk(small: Picture) -> bool:
    """Tell whether something along the edges of a picture is darker than its paper."""
    paper = float(np.percentile(small[::8, ::8], 75))
    strips = (small[:EDGE], small[-EDGE:], small[:, :EDGE], small[:, -EDGE:])
    return any(float(np.percentile(strip, DARK_SHARE)) < paper - DESK_DARKER / 2 for strip in strips)


def _homography(matrix: Points) -> Back:
    def back(points: Points) -> Points:
        placed = cv2.perspectiveTransform(points.reshape(-1, 1, 2), matrix)
        return np.asarray(placed, dtype=np.float64).reshape(-1, 2)

    return back


def _sheet_corners(small: Picture) -> Points | None:
    """Return the corners of a sheet (from the top left, clockwise), or None where the paper fills the picture."""
    smooth = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    smooth = cv2.GaussianBlur(smooth, (0, 0), 2)
    bright = _paper(smooth)
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    sheet = max(contours, key=cv2.contourArea)
    share = cv2.contourArea(sheet) / small.size
    if not SHEET_SHARE[0] < share < SHEET_SHARE[1]:
        return None
    hull = cv2.convexHull(sheet)
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True).reshape(-1, 2)
    if len(corners) != 4 or cv2.contourArea(corners) < 0.93 * cv2.contourArea(hull):
        return None
    inside = np.zeros_like(small)
    cv2.fillConvexPoly(inside, corners.astype(np.int32), 1)
    if float(np.median(smooth[inside == 1])) - float(np.median(smooth[inside == 0])) < DESK_DARKER:
        return None
    return _clockwise(corners.astype(np.float64))


def _paper(smooth: npt.NDArray[Any]) -> Picture:
    """Return the paper around the middle of a picture (1): it goes on over soft shadows and ends at sharp edges."""
    contrast = (LOG_LEVELS * np.log(np.maximum(smooth, 8) / 8.0)).astype(np.uint8)
    steep = cv2.morphologyEx(contrast, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > LOG_STEP
    walls = cv2.morphologyEx(steep.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    high, wide = walls.shape
    _, labels = cv2.connectedComponents(1 - walls, connectivity=4)
    middle = labels[high // 4 : -high // 4, wide // 4 : -wide // 4]
    number = int(np.bincount(middle[middle > 0]).argmax()) if (middle > 0).any() else 0
    inside = (labels == number).astype(np.uint8) if number else np.zeros_like(walls)
    return np.asarray(cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), dtype=np.uint8)


def _clockwise(corners: Points) -> Points:
    total, apart = corners.sum(axis=1), corners[:, 0] - corners[:, 1]
    return np.array(
        [corners[total.argmin()], corners[apart.argmax()], corners[total.argmax()], corners[apart.argmin()]]
    )


def _even_light(page: Prepared) -> None:
    """Divide by the light of the paper where it is dim or uneven."""
    small, _ = page.small()
    quarter = cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(quarter, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.GaussianBlur(cv2.medianBlur(paper, 9), (0, 0), 4)
    low, middle, high = (float(v) for v in np.percentile(paper, (3, 50, 97)))
    if (high - low) < UNEVEN * high and middle > DIM:
        return
    size = (page.picture.shape[1], page.picture.shape[0])
    light = np.maximum(cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR), 30)
    page.picture = np.asarray(cv2.divide(page.picture, light, scale=245), dtype=np.uint8)


def _clear_borders(page: Prepared) -> None:
    """Paint over the black bars that a scanner leaves along the edges."""
    small, _ = page.small()
    black = (small < 100).astype(np.uint8)
    thick = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    high, wide = small.shape
    edges = np.concatenate((thick[:3].ravel(), thick[-3:].ravel(), thick[:, :3].ravel(), thick[:, -3:].ravel()))
    if not edges.any():
        return
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    doomed = np.zeros_like(thick)
    for number in range(1, count):
        x, y, w, h, _ = (int(v) for v in stats[number])
        touches = x <= 2 or y <= 2 or x + w >= wide - 2 or y + h >= high - 2
        if touches and max(w / wide, h / high) > 0.2 and min(w / wide, h / high) < 0.15:
            doomed[labels == number] = 1
    if doomed.any():
        doomed = cv2.dilate(doomed, np.ones((5, 5), np.uint8))
        mask = cv2.resize(doomed, page.picture.shape[::-1], interpolation=cv2.INTER_NEAREST)
        page.picture = np.where(mask > 0, np.uint8(255), page.picture)
