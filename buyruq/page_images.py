"""Write the pages of a document as pictures with what was read drawn on them, for a person to check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

import ingest
from buyruq.page_sheet import around, draw_page
from buyruq.pipeline import read_with_pages
from ingest.image import Shot, shots
from ingest.media import IMAGES, PDF
from ingest.pdf import page_image, scan_resolution
from models import Box, Document, Limits, Page, Reading, SourceError, UsageError

DPI = 150.0
POINTS = 72.0
MOST_SIDE = 5000  # pixels of a picture that is written


def read_drawn(path: Path, language: str | None, folder: Path, limits: Limits = Limits()) -> Reading:
    """Return the reading of one file, and write its pages as pictures with what was read drawn on them."""
    document = ingest.open_document(path, limits, language)
    reading, pages = read_with_pages(document, limits)
    write_page_images(document, pages, reading, folder, limits)
    return reading


def write_page_images(
    document: Document, pages: Sequence[Page], reading: Reading, folder: Path, limits: Limits = Limits()
) -> list[Path]:
    """Write one PNG for each page into a folder, which is made: `order-page-001.png` for order.pdf; return their paths.

    A page whose picture cannot be had is left out.
    Raises UsageError where the document has no pages that can be shown (text, html, docx), or the folder cannot be
    made.
    """
    if document.media_type not in {PDF, *IMAGES}:
        raise UsageError(f"{document.source}: only pictures and PDFs have page images")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}. Name a folder that can be written") from error
    numbers = _clause_lines(pages, reading)
    name, digits = Path(document.source).name, max(len(str(len(pages))), 3)
    written = []
    for page, picture, dpi in _pictures(document, pages, limits):
        canvas = draw_page(picture, page, dpi / POINTS, numbers.get(page.number, []), name)
        path = folder / f"{Path(name).stem}-page-{page.number:0{digits}}.png"
        canvas.save(path)
        written.append(path)
    return written


def _pictures(document: Document, pages: Sequence[Page], limits: Limits) -> Iterator[tuple[Page, Image.Image, float]]:
    """Give each page with its picture and the resolution of that."""
    if document.media_type == PDF:
        for page in pages:
            inches = scan_resolution(document, page.number, limits)[1]  # as the file says; a scan's may be wrong
            longer = max(page.width or 0.0, page.height or 0.0) / POINTS or inches
            try:
                picture = page_image(document, page.number, min(DPI * longer, MOST_SIDE) / inches, limits)
            except SourceError:
                continue
            yield page, picture, max(picture.size) / longer
        return
    known = {page.number: page for page in pages}
    for shot in shots(document, limits):
        if isinstance(shot, Shot) and shot.number in known:
            picture = Image.fromarray(shot.picture)
            smaller = min(MOST_SIDE / max(picture.size), 1.0)
            if smaller < 1.0:
                picture = picture.resize((round(picture.width * smaller), round(picture.height * smaller)))
            yield known[shot.number], picture, shot.dpi * smaller


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
            if line.box is not None and line.role != "furniture":
                boxes[number].append(line.box)
        for number, parts in boxes.items():
            found[number].append((clause.eid, around(parts)))
    return found
