"""Draw what was read onto the pictures of the pages, for a person to check.

Words have the colour of their confidence, lines are thin, tables and clauses are framed; a clause bears its eid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import ingest
from buyruq.pipeline import read_with_pages
from ingest.image import Shot, shots
from ingest.media import IMAGES, PDF
from ingest.pdf import page_image
from models import Box, Document, Limits, Line, Page, Reading, UsageError

DPI = 150.0
POINTS = 72.0
SURE, DOUBTFUL = (0, 140, 60), (220, 30, 30)
UNSURE = (235, 140, 0)
LINE_COLOUR, TABLE_COLOUR, CLAUSE_COLOUR = (150, 190, 235), (140, 60, 190), (30, 70, 160)
LIMITS_OF_COLOUR = (0.9, 0.7)
MARGIN = 3.0  # points between a clause's bar and its text


def read_drawn(path: Path, language: str | None, folder: Path, limits: Limits = Limits()) -> Reading:
    """Return the reading of one file, and write its pages as pictures with what was read drawn on them."""
    document = ingest.open_document(path, limits, language)
    reading, pages = read_with_pages(document, limits)
    write_page_images(document, pages, reading, folder, limits)
    return reading


def write_page_images(
    document: Document, pages: Sequence[Page], reading: Reading, folder: Path, limits: Limits = Limits()
) -> list[Path]:
    """Write one PNG for each page into a folder, which is made; return their paths.

    Raises UsageError where the document has no pages that can be shown (text, html, docx).
    """
    if document.media_type not in {PDF, *IMAGES}:
        raise UsageError(f"{document.source}: only pictures and PDFs have page images")
    folder.mkdir(parents=True, exist_ok=True)
    numbers = _clause_lines(pages, reading)
    written = []
    for page, picture, dpi in _pictures(document, pages, limits):
        canvas = picture.convert("RGB")
        _draw(canvas, page, dpi / POINTS, numbers)
        path = folder / f"page-{page.number:03}.png"
        canvas.save(path)
        written.append(path)
    return written


def _pictures(document: Document, pages: Sequence[Page], limits: Limits) -> Iterator[tuple[Page, Image.Image, float]]:
    """Give each page with its picture and the resolution of that."""
    if document.media_type == PDF:
        for page in pages:
            yield page, page_image(document, page.number, DPI, limits), DPI
        return
    known = {page.number: page for page in pages}
    for shot in shots(document, limits):
        if isinstance(shot, Shot) and shot.number in known:
            yield known[shot.number], Image.fromarray(np.asarray(shot.picture)), shot.dpi


def _clause_lines(pages: Sequence[Page], reading: Reading) -> dict[int, list[tuple[str, Box]]]:
    """Return the clauses of each page number: eid and the box around the clause's own lines."""
    flat = [(page.number, line) for page in pages for line in page.lines]
    starts = np.array([line.span.start for line in reading.text.lines])
    found: dict[int, list[tuple[str, Box]]] = defaultdict(list)
    if len(flat) != len(starts):
        return found
    for clause in reading.act.clauses:
        first = max(int(np.searchsorted(starts, clause.span.start, side="right")) - 1, 0)
        last = max(int(np.searchsorted(starts, max(clause.span.stop - 1, clause.span.start), side="right")) - 1, first)
        boxes: dict[int, list[Box]] = defaultdict(list)
        for number, line in flat[first : last + 1]:
            if line.box is not None:
                boxes[number].append(line.box)
        for number, parts in boxes.items():
            found[number].append((clause.eid, _around(parts)))
    return found


def _around(boxes: Sequence[Box]) -> Box:
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def _draw(canvas: Image.Image, page: Page, scale: float, clauses: dict[int, list[tuple[str, Box]]]) -> None:
    pen = ImageDraw.Draw(canvas)
    face = ImageFont.load_default(size=max(round(7 * scale), 8))
    tables: dict[int, list[Box]] = defaultdict(list)
    for line in page.lines:
        if line.box is not None:
            pen.rectangle(_pixels(line.box, scale), outline=LINE_COLOUR)
            if line.table is not None:
                tables[line.table].append(line.box)
        _draw_words(pen, line, scale)
    for boxes in tables.values():
        pen.rectangle(_pixels(_around(boxes), scale, 2.0), outline=TABLE_COLOUR, width=3)
    for depth, (eid, box) in enumerate(clauses.get(page.number, [])):
        x0, y0, _, y1 = _pixels(box, scale, MARGIN)
        pen.line((x0, y0, x0, y1), fill=CLAUSE_COLOUR, width=2)
        pen.text((max(x0 - 40 * scale, 0), y0 + depth % 2), eid, fill=CLAUSE_COLOUR, font=face)


def _draw_words(pen: ImageDraw.ImageDraw, line: Line, scale: float) -> None:
    for word in line.words:
        high, low = LIMITS_OF_COLOUR
        colour = SURE if word.confidence >= high else UNSURE if word.confidence >= low else DOUBTFUL
        pen.rectangle(_pixels(word.box, scale), outline=colour, width=1 if colour == SURE else 2)


def _pixels(box: Box, scale: float, margin: float = 0.0) -> tuple[float, float, float, float]:
    return (
        (box.x0 - margin) * scale,
        (box.y0 - margin) * scale,
        (box.x1 + margin) * scale,
        (box.y1 + margin) * scale,
    )
