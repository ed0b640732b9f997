"""Take one page of pdfium, give its glyphs, ruled lines and links as arrays in points from the top left.

pypdfium2's raw calls fill numpy buffers straight through their addresses: a page of 2,000 glyphs takes about 3 ms.
"""

from __future__ import annotations

import ctypes
import math
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
from pypdfium2 import raw

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LINE_END_HYPHEN = 0xFFFE  # pdfium's own mark for a hyphen that closes a line
REPLACEMENT = 0xFFFD
FORM_DEPTH = 8
THIN = 3.0
MAX_PATHS = 50_000
MAX_SEGMENTS = 400


@dataclass(slots=True)
class Glyphs:
    """The characters of a page, in content order: code points, horizontal extent, base line, vertical extent.

    `size` is the printed font size in points; `turn` is 0 for upright text, else 90, 180 or 270 (degrees
    counterclockwise as seen by the reader); the base line of text that reads upwards or downwards is an x.
    White space is included: it separates words.
    """

    code: Ints
    x0: Floats
    x1: Floats
    base: Floats
    top: Floats
    bottom: Floats
    size: Floats
    bold: Bools
    turn: Ints


@dataclass(frozen=True, slots=True)
class Target:
    """A hyperlink's rectangle on the page and its address."""

    x0: float
    y0: float
    x1: float
    y1: float
    address: str


@dataclass(slots=True)
class Sheet:
    """What one page shows: `across` and `down` are ruled lines as rows of (x0, y0, x1, y1)."""

    number: int
    width: float
    height: float
    glyphs: Glyphs
    across: Floats
    down: Floats
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box of a page in its own coordinates and how far the reader turns it (degrees clockwise)."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height as the reader sees them."""
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turn in {90, 270} else (wide, high)

    def place(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Turn page coordinates into points from the top left of the page as seen."""
        if self.turn == 90:
            return y - self.bottom, x - self.left
        if self.turn == 180:
            return self.right - x, y - self.bottom
        if self.turn == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def boxes(self, boxes: Floats) -> Floats:
        """Turn rows of (left, bottom, right, top) into rows of (x0, y0, x1, y1) as seen."""
        xa, ya = self.place(boxes[:, 0], boxes[:, 1])
        xb, yb = self.place(boxes[:, 2], boxes[:, 3])
        return np.column_stack((np.minimum(xa, xb), np.minimum(ya, yb), np.maximum(xa, xb), np.maximum(ya, yb)))


def _bind(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a pdfium function under a prototype that takes plain addresses (pypdfium2's own stays as it is)."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    if address is None:  # pragma: no cover - a broken pdfium build
        raise ImportError("pdfium lacks a function that the PDF reader needs")
    bound: Callable[..., Any] = ctypes.CFUNCTYPE(result, *arguments)(address)
    return bound


_P, _I = ctypes.c_void_p, ctypes.c_int
_origin = _bind(raw.FPDFText_GetCharOrigin, _I, _P, _I, _P, _P)
_loose_box = _bind(raw.FPDFText_GetLooseCharBox, _I, _P, _I, _P)
_owner = _bind(raw.FPDFText_GetTextObject, ctypes.c_size_t, _P, _I)  # an address; 0: none
_text = _bind(raw.FPDFText_GetText, _I, _P, _I, _I, _P)
_unicode = _bind(raw.FPDFText_GetUnicode, ctypes.c_uint, _P, _I)
_generated = _bind(raw.FPDFText_IsGenerated, _I, _P, _I)
_font_size = _bind(raw.FPDFTextObj_GetFontSize, _I, _P, _P)
_font = _bind(raw.FPDFTextObj_GetFont, _P, _P)
_font_flags = _bind(raw.FPDFFont_GetFlags, _I, _P)
_font_name = _bind(raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, _P, _P, ctypes.c_size_t)
_render_mode = _bind(raw.FPDFTextObj_GetTextRenderMode, _I, _P)
_matrix = _bind(raw.FPDFPageObj_GetMatrix, _I, _P, _P)
_page_object = _bind(raw.FPDFPage_GetObject, _P, _P, _I)
_form_object = _bind(raw.FPDFFormObj_GetObject, _P, _P, ctypes.c_ulong)
_object_type = _bind(raw.FPDFPageObj_GetType, _I, _P)
_bounds = _bind(raw.FPDFPageObj_GetBounds, _I, _P, _P, _P, _P, _P)
_draw_mode = _bind(raw.FPDFPath_GetDrawMode, _I, _P, _P, _P)
_fill = _bind(raw.FPDFPageObj_GetFillColor, _I, _P, _P, _P, _P, _P)
_stroke = _bind(raw.FPDFPageObj_GetStrokeColor, _I, _P, _P, _P, _P, _P)
_count_segments = _bind(raw.FPDFPath_CountSegments, _I, _P)
_segment = _bind(raw.FPDFPath_GetPathSegment, _P, _P, _I)
_point = _bind(raw.FPDFPathSegment_GetPoint, _I, _P, _P, _P)
_segment_type = _bind(raw.FPDFPathSegment_GetType, _I, _P)
_segment_close = _bind(raw.FPDFPathSegment_GetClose, _I, _P)


def read_sheet(page: Any, number: int) -> Sheet:
    """Return what a loaded pdfium page (a raw handle) shows; closes what it opens."""
    frame = frame_of(page)
    text = raw.FPDFText_LoadPage(page)
    try:
        glyphs = _read_glyphs(ctypes.cast(text, _P).value, raw.FPDFText_CountChars(text), frame)
    finally:
        raw.FPDFText_ClosePage(text)
    across, down = _read_rules(ctypes.cast(page, _P).value, raw.FPDFPage_CountObjects(page), frame)
    width, height = frame.size
    return Sheet(number, width, height, glyphs, across, down)


def frame_of(page: Any) -> Frame:
    """Return the visible box and the turn of a raw page handle."""
    box = raw.FS_RECTF()
    raw.FPDF_GetPageBoundingBox(page, box)
    turn = (raw.FPDFPage_GetRotation(page) % 4) * 90
    return Frame(box.left, box.bottom, box.right, box.top, turn)


def _run(calls: Iterable[object]) -> None:
    deque(calls, maxlen=0)


def _address(array: npt.NDArray[Any]) -> int:
    return int(array.ctypes.data)


def _read_glyphs(text: int | None, count: int, frame: Frame) -> Glyphs:
    count = max(count, 0)
    code = _read_codes(text, count)
    x, y = np.zeros(count), np.zeros(count)
    box = np.zeros((count, 4), dtype=np.float32)  # left, top, right, bottom
    xs, ys, boxes = _address(x), _address(y), _address(box)
    _run(map(_origin, repeat(text), range(count), range(xs, xs + 8 * count, 8), range(ys, ys + 8 * count, 8)))
    _run(map(_loose_box, repeat(text), range(count), range(boxes, boxes + 16 * count, 16)))
    owners = np.fromiter(map(_owner, repeat(text), range(count)), dtype=np.uint64, count=count)
    keep = (owners != 0) & ~_made_up(text, code)
    handles, inverse = np.unique(owners, return_inverse=True)
    fonts: dict[int, bool] = {}
    looks = np.array([_look(int(h), frame, fonts) if h else (0.0, 0.0, 0.0) for h in handles]).reshape(-1, 3)
    look = looks[inverse]
    seen = frame.boxes(box[:, [0, 3, 2, 1]].astype(np.float64))
    gx, gy = frame.place(x, y)
    turn = look[:, 2].astype(np.int64)
    upright = turn == 0
    x0 = np.where(upright, gx, seen[:, 0])
    x1 = np.maximum(seen[:, 2], x0)
    one = (np.diff(owners) == 0) & (np.diff(x) == 0) & (np.diff(y) == 0) & (np.diff(box, axis=0) == 0).all(axis=1)
    x0, x1 = _part_ligatures(x0, x1, one & (keep & upright)[1:] & (keep & upright)[:-1])
    width, height = frame.size
    keep &= (seen[:, 2] > 0) & (seen[:, 0] < width) & (seen[:, 3] > 0) & (seen[:, 1] < height)
    return Glyphs(
        code[keep],
        x0[keep],
        x1[keep],
        np.where((turn == 90) | (turn == 270), gx, gy)[keep],
        seen[:, 1][keep],
        seen[:, 3][keep],
        np.maximum(look[:, 0], 0.5)[keep],
        (look[:, 1] > 0)[keep],
        turn[keep],
    )


def _part_ligatures(x0: Floats, x1: Floats, one: Bools) -> tuple[Floats, Floats]:
    """Share the width of a glyph among the letters it stands for (`one`: a letter is of the glyph before it).

    pdfium gives them all one place, where the second letter of "ff" or "tt" would pass for the first printed twice.
    """
    if not bool(one.any()):
        return x0, x1
    begins = np.concatenate(([True], ~one))
    group = np.cumsum(begins) - 1
    step = (x1 - x0) / np.bincount(group)[group]
    x0 = x0 + step * (np.arange(len(x0)) - np.flatnonzero(begins)[group])
    return x0, x0 + step


def _read_codes(text: int | None, count: int) -> Ints:
    """Return the code points; the whole string at once where pdfium gives one unit for every character."""
    units = np.zeros(count + 1, dtype=np.uint16)
    got = _text(text, 0, count, _address(units)) if count else 1
    code = units[:count].astype(np.int64)
    if got != count + 1 or bool(((code >= 0xD800) & (code < 0xE000)).any()):
        code = np.fromiter(map(_unicode, repeat(text), range(count)), dtype=np.int64, count=count)
    code[(code == LINE_END_HYPHEN) | (code == 0x02)] = ord("-")
    code[((code >= 0xD800) & (code < 0xE000)) | (code > 0x10FFFF)] = REPLACEMENT
    return code


def _made_up(text: int | None, code: Ints) -> Bools:
    """Return which white space characters pdfium added of its own."""
    made = np.zeros(len(code), dtype=np.bool_)
    for index in np.flatnonzero((code == 0x20) | (code == 0x0D) | (code == 0x0A)).tolist():
        made[index] = _generated(text, index) == 1
    return made


def _look(handle: int, frame: Frame, fonts: dict[int, bool]) -> tuple[float, float, float]:
    """Return printed size, bold (0 or 1) and turn of a text object; `fonts` remembers which fonts are bold."""
    numbers = np.zeros(7, dtype=np.float32)
    at = _address(numbers)
    _font_size(handle, at)
    _matrix(handle, at + 4)
    size, a, b, c, d = (float(v) for v in numbers[:5])
    angle = math.degrees(math.atan2(b, a)) - frame.turn
    turn = round(angle / 90) * 90 % 360
    scale = math.hypot(c, d) or math.hypot(a, b) or 1.0
    font = _font(handle) or 0
    if font not in fonts:
        fonts[font] = bool(font) and _is_bold(font)
    bold = fonts[font] or _render_mode(handle) == raw.FPDF_TEXTRENDERMODE_FILL_STROKE
    return abs(size) * scale, float(bold), float(turn)


def _is_bold(font: int) -> bool:
    if _font_flags(font) & (1 << 18):  # ForceBold (PDF 32000-1, table 123)
        return True
    name = ctypes.create_string_buffer(128)
    _font_name(font, ctypes.addressof(name), 128)
    return is_bold_name(name.value.decode("latin-1"))


def is_bold_name(font: str) -> bool:
    """Tell whether a font's name says that it is bold."""
    name = font.rsplit("+", 1)[-1].lower()
    return any(mark in name for mark in ("bold", "black", "heavy"))


def _read_rules(page: int | None, count: int, frame: Frame) -> tuple[Floats, Floats]:
    """Return the lines across and the lines down of a page, as rows of (x0, y0, x1, y1)."""
    boxes: list[Area] = []
    handles = list(map(_page_object, repeat(page), range(count)))
    _collect(handles, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), boxes, 0)
    placed = frame.boxes(np.array(boxes, dtype=np.float64).reshape(-1, 4))
    return split_rules(placed)


def split_rules(boxes: Floats) -> tuple[Floats, Floats]:
    """Part thin boxes into lines across and lines down; dots and areas are neither."""
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return boxes[(high <= THIN) & (wide > THIN)], boxes[(wide <= THIN) & (high > THIN)]


Matrix = tuple[float, float, float, float, float, float]
Area = tuple[float, float, float, float]


def _collect(handles: list[int | None], matrix: Matrix, boxes: list[Area], depth: int) -> None:
    for handle in handles:
        if not handle or len(boxes) > MAX_PATHS:
            continue
        kind = _object_type(handle)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            _add_path(handle, matrix, boxes)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < FORM_DEPTH:
            inner = max(raw.FPDFFormObj_CountObjects(ctypes.cast(handle, raw.FPDF_PAGEOBJECT)), 0)
            children = list(map(_form_object, repeat(handle), range(min(inner, MAX_PATHS))))
            _collect(children, _multiply(_matrix_of(handle), matrix), boxes, depth + 1)


def _matrix_of(handle: int) -> Matrix:
    numbers = np.zeros(6, dtype=np.float32)
    _matrix(handle, _address(numbers))
    a, b, c, d, e, f = (float(v) for v in numbers)
    return a, b, c, d, e, f


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _apply(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def _add_path(handle: int, matrix: Matrix, boxes: list[Area]) -> None:
    mode, edge = ctypes.c_int(), ctypes.c_int()
    _draw_mode(handle, ctypes.addressof(mode), ctypes.addressof(edge))
    stroked = bool(edge.value) and _is_dark(_stroke, handle)
    filled = bool(mode.value) and _is_dark(_fill, handle)
    if not stroked and not filled:
        return
    numbers = np.zeros(4, dtype=np.float32)
    at = _address(numbers)
    _bounds(handle, at, at + 4, at + 8, at + 12)
    left, bottom, right, top = (float(v) for v in numbers)
    box = (*_apply(matrix, left, bottom), *_apply(matrix, right, top))
    if abs(box[2] - box[0]) <= THIN or abs(box[3] - box[1]) <= THIN:
        boxes.append(box)
    elif stroked or _count_segments(handle) > 6:
        boxes.extend(_segments(handle, _multiply(_matrix_of(handle), matrix)))


def _is_dark(ask: Callable[..., Any], handle: int) -> bool:
    """Tell whether a colour shows on white paper."""
    colour = np.zeros(4, dtype=np.uint32)
    at = _address(colour)
    if not ask(handle, at, at + 4, at + 8, at + 12):
        return True
    return bool(colour[3] > 0 and colour[:3].min() < 250)


def _segments(handle: int, matrix: Matrix) -> list[Area]:
    """Return the straight upright or level strokes of a path (none of a drawing with very many)."""
    count = _count_segments(handle)
    if count > MAX_SEGMENTS:
        return []
    found: list[Area] = []
    start = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(count):
        segment = _segment(handle, index)
        _point(segment, ctypes.addressof(x), ctypes.addressof(y))
        here = _apply(matrix, x.value, y.value)
        kind = _segment_type(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        elif kind == raw.FPDF_SEGMENT_LINETO and min(abs(here[0] - last[0]), abs(here[1] - last[1])) < 1:
            found.append((*last, *here))
        last = here
        if _segment_close(segment):
            found.append((*last, *start))
            last = start
    return found
