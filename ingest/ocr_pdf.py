"""Read the pages of a PDF that have no text of their own, in place among those that have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from PIL.Image import Image

from ingest import ocr
from ingest.image import A4_INCHES, PAGE_INCHES, Shot, check_size
from ingest.ocr_page import Scan
from ingest.pdf_flow import Hyphens, Layout
from ingest.pdf_pages import to_pages
from models import Document, Limits, Page, SourceError

USUAL_DPI = 300.0
LEAST_DPI, MOST_DPI = 100.0, 400.0
HOPELESS = 12  # scanned pages in a row without a legible line, and none before: the rest is not tried

Photograph = Callable[[int, float], Image]  # page number and dots per inch to a grey picture
# Page number to the dots per inch of its scan and the inches of the page's longer side.
Resolution = Callable[[int], tuple[float | None, float]]


def read_scans(
    document: Document,
    layouts: Sequence[Layout],
    numbers: Sequence[int],
    photograph: Photograph,
    resolution: Resolution,
    limits: Limits,
) -> tuple[Page, ...]:
    """Return the pages of a PDF, those of `numbers` read by OCR and the others as they were laid out.

    A page that cannot be read stays empty, with confidence 0, so that the rest of the document is kept.

    Raises SourceError where no page of the document has text and OCR cannot run or reads nothing.
    """
    textless = len(numbers) == len(layouts)
    try:
        ocr.check_engine(document)
    except SourceError:
        if textless:
            raise
        return _unread(to_pages(list(layouts)), numbers)
    shots = _shots(document, numbers, photograph, resolution, limits)
    outcomes = list(_until_hopeless(document, ocr.scan_shots(document, shots, limits, len(numbers), len(layouts))))
    scans = [o for o in outcomes if isinstance(o, Scan)]
    if textless and not any(scan.tokens for scan in scans):
        errors = [o for o in outcomes if isinstance(o, SourceError)]
        raise errors[-1] if errors else ocr.nothing(document, scans)
    sheaf = ocr.lay_out(scans, Hyphens())
    pages = to_pages([sheaf.layouts.get(layout.number, layout) for layout in layouts])
    return _unread(ocr.finish(pages, sheaf), [n for n in numbers if n not in sheaf.scans])


def read_pictures(
    document: Document, numbers: Sequence[int], of: int, photograph: Photograph, resolution: Resolution, limits: Limits
) -> dict[int, Page]:
    """Return those of some of its `of` pages that OCR can read, by number; none where OCR cannot run."""
    try:
        ocr.check_engine(document)
    except SourceError:
        return {}
    outcomes = ocr.scan_shots(
        document, _shots(document, numbers, photograph, resolution, limits), limits, len(numbers), of
    )
    scans = [o for o in _until_hopeless(document, outcomes) if isinstance(o, Scan) and o.tokens]
    sheaf = ocr.lay_out(scans, Hyphens())
    pages = ocr.finish(to_pages(list(sheaf.layouts.values())), sheaf)
    return {page.number: page for page in pages}


def _shots(
    document: Document, numbers: Sequence[int], photograph: Photograph, resolution: Resolution, limits: Limits
) -> Iterator[Shot | SourceError]:
    for number in numbers:
        drawn, dpi = _scale(*resolution(number))
        try:
            picture = np.asarray(photograph(number, drawn).convert("L"))
            check_size(document, number, picture.shape, limits)
            yield Shot(number, picture, dpi)
        except SourceError as error:
            yield error


def _scale(told: float | None, inches: float) -> tuple[float, float]:
    """Return the dots per inch at which to draw a page, and those that its print has.

    A page of a size on which nothing is printed is a scan that was bound without its resolution: taken for A4.
    """
    real = inches if PAGE_INCHES[0] <= inches <= PAGE_INCHES[1] or not told else A4_INCHES
    dpi = min(max(told * inches / real, LEAST_DPI), MOST_DPI) if told else USUAL_DPI
    return dpi * real / inches, dpi


def _until_hopeless(document: Document, outcomes: Iterator[ocr.Outcome]) -> Iterator[ocr.Outcome]:
    """Pass outcomes on, and stop where page after page shows nothing that can be read."""
    illegible, hopeful = 0, False
    for outcome in outcomes:
        yield outcome
        if isinstance(outcome, Scan) and outcome.prepared.blank:
            continue
        hopeful |= isinstance(outcome, Scan) and bool(outcome.tokens)
        illegible += 1
        if illegible >= HOPELESS and not hopeful:
            reason = f"none of its first {illegible} scanned pages can be read"
            yield SourceError(document.source, reason, "Check that this is an act, and scan it anew, sharp and level")
            return


def _unread(pages: tuple[Page, ...], numbers: Sequence[int]) -> tuple[Page, ...]:
    """Mark pages that OCR could not read."""
    unread = set(numbers)
    return tuple(replace(p, origin="ocr", confidence=0.0) if p.number in unread else p for p in pages)
