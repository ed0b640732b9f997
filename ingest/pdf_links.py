"""Take a loaded pdfium page, give the rectangles and addresses of its hyperlink annotations."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from pypdfium2 import raw

from ingest.pdf_glyphs import Target, frame_of

MOST_LINKS = 5000
LONGEST_ADDRESS = 8192


def read_targets(pdf: Any, page: Any) -> tuple[Target, ...]:
    """Return the hyperlinks of a page (raw handles): web addresses, and `#page=N` for places in the file itself."""
    boxes: list[tuple[float, float, float, float]] = []
    addresses: list[str] = []
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    while len(boxes) < MOST_LINKS and raw.FPDFLink_Enumerate(page, position, link):
        address = _address(pdf, link)
        if not address:
            continue
        for box in _rectangles(link):
            boxes.append(box)
            addresses.append(address)
    if not boxes:
        return ()
    placed = frame_of(page).boxes(np.array(boxes, dtype=np.float64)).tolist()
    return tuple(Target(x0, y0, x1, y1, address) for (x0, y0, x1, y1), address in zip(placed, addresses, strict=True))


def _rectangles(link: Any) -> list[tuple[float, float, float, float]]:
    """Return (left, bottom, right, top) of each printed piece of a link."""
    found: list[tuple[float, float, float, float]] = []
    quad = raw.FS_QUADPOINTSF()
    for index in range(min(raw.FPDFLink_CountQuadPoints(link), 100)):
        if raw.FPDFLink_GetQuadPoints(link, index, quad):
            xs = (quad.x1, quad.x2, quad.x3, quad.x4)
            ys = (quad.y1, quad.y2, quad.y3, quad.y4)
            found.append((min(xs), min(ys), max(xs), max(ys)))
    box = raw.FS_RECTF()
    if not found and raw.FPDFLink_GetAnnotRect(link, box):
        found.append((box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)))
    return found


def _address(pdf: Any, link: Any) -> str:
    action = raw.FPDFLink_GetAction(link)
    if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
        size = raw.FPDFAction_GetURIPath(pdf, action, None, 0)
        if not 1 < size <= LONGEST_ADDRESS:
            return ""
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFAction_GetURIPath(pdf, action, buffer, size)
        return buffer.value.decode("utf-8", "replace").strip()
    target = raw.FPDFLink_GetDest(pdf, link)
    if not target and action and raw.FPDFAction_GetType(action) == raw.PDFACTION_GOTO:
        target = raw.FPDFAction_GetDest(pdf, action)
    number = raw.FPDFDest_GetDestPageIndex(pdf, target) if target else -1
    return f"#page={number + 1}" if number >= 0 else ""
