"""Read page images: pictures (png, jpeg, tiff, webp, bmp, gif) and the pages of a PDF that have no text of their own.

The words that OCR finds are laid out by the same code as the characters of a PDF, so that lines, indents, columns,
furniture and tables come out alike; here the pictures are fetched, limits are kept, and doubts are written down.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ingest import ocr_engine
from ingest.image import POINTS, Shot, count, shots
from ingest.image_prepare import Prepared
from ingest.ocr_language import needed_models, told
from ingest.ocr_layout import Confidences, lay_out_words
from ingest.ocr_page import Scan, read_as, read_shot
from ingest.pdf_flow import Hyphens, Layout
from ingest.pdf_pages import to_pages
from ingest.watch import onlooker
from models import Box, Document, LimitError, Limits, Line, Page, SourceError, Word

PATIENCE = 2.0  # times a page's share of time, where the document has time left: a loaded machine is no bad page
AGAIN = 60.0  # seconds for a page that is read in the language of the others
AHEAD = 3  # pages a thread that wait for a slower one before them
PACKAGES = (
    "tesseract-ocr tesseract-ocr-kaz tesseract-ocr-rus tesseract-ocr-uzb tesseract-ocr-uzb-cyrl tesseract-ocr-eng"
)
INSTALL = f"Install Tesseract and its models: sudo apt-get install {PACKAGES}"

Outcome = Scan | SourceError


@dataclass(slots=True)
class Sheaf:
    """The layouts of a document that OCR made, the scan of each page by its number, and the words' confidences."""

    layouts: dict[int, Layout]
    scans: dict[int, Scan]
    confidences: dict[int, Confidences]


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a picture file.

    Raises:
        SourceError: Tesseract or a model is missing, the file is no picture, or no page of it can be read.
        LimitError: it has too many pages, or no page can be read and the first is over a limit.
    """
    check_engine(document)
    outcomes = list(scan_shots(document, shots(document, limits), limits, count(document, limits)))
    scans = [o for o in outcomes if isinstance(o, Scan)]
    errors = [o for o in outcomes if isinstance(o, SourceError)]
    if not any(scan.tokens for scan in scans) and errors:
        raise errors[0]
    if not any(scan.tokens for scan in scans):
        raise nothing(document, scans)
    sheaf = lay_out(scans, Hyphens())
    pages = {page.number: page for page in finish(to_pages(list(sheaf.layouts.values())), sheaf)}
    numbers = range(1, len(outcomes) + 1)  # a page that could not be read stays, empty
    return tuple(pages.get(number) or Page(number, (), "ocr", confidence=0.0) for number in numbers)


def check_engine(document: Document) -> None:
    """Raise SourceError with what to install where OCR cannot run at all."""
    if not ocr_engine.available():
        raise SourceError(document.source, "it is a scan, and Tesseract, which reads scans, is not installed", INSTALL)
    missing = needed_models(told(document.language) if document.language else ())
    if missing:
        what = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in missing)
        reason = f"it is a scan, and Tesseract lacks the models {', '.join(missing)}"
        raise SourceError(document.source, reason, f"Install them: sudo apt-get install {what}")


def scan_shots(
    document: Document, pictures: Iterable[Shot | SourceError], limits: Limits, wanted: int, of: int | None = None
) -> Iterator[Outcome]:
    """Read `wanted` page images, at most `limits.threads` at a time, in order; the document has `of` pages in all.

    A page over a limit gives its error, and the others are read all the same.
    """
    begun = time.monotonic()
    seen = itertools.count(1)

    def read_one(shot: Shot | SourceError) -> Outcome:
        if isinstance(shot, SourceError):
            return shot
        left = limits.seconds + limits.seconds_per_page * next(seen) - (time.monotonic() - begun)
        seconds = min(PATIENCE * limits.seconds_per_page, max(left, 0.001))
        try:
            return _without_picture(read_shot(shot, document.language, seconds))
        except ocr_engine.TimeoutExceededError:
            reason = f"page {shot.number} took longer than {seconds:.0f} seconds to read"
            return LimitError(document.source, reason, "Scan it anew (300 dots per inch), or raise the limit of time")

    watch = onlooker()
    outcomes = _in_order(read_one, pictures, limits.threads, watch.width)
    return _told(outcomes, wanted, of or wanted, watch.seen)


def _without_picture(scan: Scan) -> Scan:
    """Let the pixels of a page go that is not to be read again: those of a long document fill the memory."""
    if scan.settled or not scan.tokens:
        size = np.broadcast_to(np.uint8(0), scan.prepared.picture.shape)
        scan.prepared = replace(scan.prepared, picture=size, _copied=None, _copy=None)
    return scan


def _told(outcomes: Iterator[Outcome], wanted: int, of: int, seen: Callable[[int, int], None]) -> Iterator[Outcome]:
    """Pass outcomes on, and say how many pages of the document are done: also those that need no OCR."""
    seen(of - wanted, of)
    for done, outcome in enumerate(outcomes, of - wanted + 1):
        seen(min(done, of), of)
        yield outcome


def _in_order(
    read_one: Callable[[Shot | SourceError], Outcome],
    pictures: Iterable[Shot | SourceError],
    threads: int,
    width: Callable[[], int],
) -> Iterator[Outcome]:
    """Yield the outcomes in the order of the pictures; Tesseract and OpenCV leave the interpreter to other threads."""
    ahead: deque[Future[Outcome]] = deque()
    try:
        for shot in pictures:
            at_once = min(threads, width())
            if at_once < 2 and not ahead:
                yield read_one(shot)
                continue
            while len(busy := [task for task in ahead if not task.done()]) >= at_once:
                wait(busy, return_when=FIRST_COMPLETED)
            while ahead and (ahead[0].done() or len(ahead) > AHEAD * threads):
                yield ahead.popleft().result()
            ahead.append(_pool(threads).submit(read_one, shot))
        while ahead:
            yield ahead.popleft().result()
    finally:
        for task in ahead:
            task.cancel()


@lru_cache(maxsize=1)
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that live as long as the process, as the engines that they have loaded do."""
    return ThreadPoolExecutor(threads, "scan")


def lay_out(scans: Iterable[Scan], hyphens: Hyphens) -> Sheaf:
    """Lay out the words of scanned pages."""
    sheaf = Sheaf({}, {}, {})
    for scan in agreed(list(scans)):
        high, wide = scan.prepared.picture.shape
        scale = POINTS / scan.prepared.dpi
        page = (scan.number, wide * scale, high * scale)
        layout, confidences = lay_out_words(scan.tokens, page, scan.prepared.dpi, scan.grids, hyphens)
        sheaf.layouts[scan.number] = layout
        sheaf.scans[scan.number] = scan
        sheaf.confidences[scan.number] = confidences
    return sheaf


def agreed(scans: list[Scan]) -> list[Scan]:
    """Read pages that show too little to tell their language in that of most of the others."""
    letters: Counter[str] = Counter()
    for scan in scans:
        if scan.language and scan.settled:
            letters[scan.language] += sum(len(token.text) for token in scan.tokens)
    usual = max(sorted(letters), key=letters.__getitem__, default=None)
    for scan in scans:
        if usual and scan.tokens and not scan.settled and scan.language != usual:
            with suppress(ocr_engine.TimeoutExceededError):  # it stays as it was read
                read_as(scan, usual, AGAIN)
    return scans


def finish(pages: tuple[Page, ...], sheaf: Sheaf) -> tuple[Page, ...]:
    """Write down how sure the reading of each scanned page is, and give the boxes their place in the picture."""
    return tuple(_finished(p, sheaf) if p.number in sheaf.scans else p for p in pages)


def _finished(page: Page, sheaf: Sheaf) -> Page:
    scan, sure = sheaf.scans[page.number], sheaf.confidences[page.number]
    lines = tuple(_line(line, scan.prepared, sure) for line in page.lines)
    words = [word for line in lines for word in line.words]
    return replace(
        page,
        lines=lines,
        origin="ocr",
        width=round(scan.size[0] * POINTS / scan.dpi, 2),
        height=round(scan.size[1] * POINTS / scan.dpi, 2),
        language=scan.language if words else None,
        lacking=scan.lacking if words else None,
        confidence=round(_mean(words), 4) if words else float(scan.prepared.blank),
        dpi=round(scan.dpi, 1),
        skew=scan.prepared.skew,
        seconds=round(scan.seconds, 3),
    )


def _line(line: Line, prepared: Prepared, sure: Confidences) -> Line:
    if not line.words:
        return line
    words = tuple(
        Word(w.start, w.stop, _box(w.box, prepared), sure.get((w.box.x0, w.box.y0, w.box.x1, w.box.y1), 1.0))
        for w in line.words
    )
    figures = [w.confidence for w in words if line.cells and any(map(str.isdigit, line.text[w.start : w.stop]))]
    least = min([_mean(words), *figures])  # a row of a table is no surer than its numbers and codes
    return replace(line, words=words, box=line.box and _box(line.box, prepared), confidence=round(least, 4))


def _mean(words: Sequence[Word]) -> float:
    """Return the mean confidence (0..1) of the letters of some words."""
    letters = sum(w.stop - w.start for w in words)
    return float(sum((w.stop - w.start) * w.confidence for w in words)) / letters


def _box(box: Box, prepared: Prepared) -> Box:
    """Return where a box of the prepared picture stands on the page as it came, in points."""
    if not prepared.way:
        return box
    scale = prepared.dpi / POINTS
    corners = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]) * scale
    placed = prepared.back(corners) * (POINTS / prepared.dpi_before)
    (x0, y0), (x1, y1) = placed.min(axis=0), placed.max(axis=0)
    return Box(round(float(x0), 2), round(float(y0), 2), round(float(x1), 2), round(float(y1), 2))


def nothing(document: Document, scans: list[Scan]) -> SourceError:
    """Say why no page gave a word."""
    if all(scan.prepared.blank for scan in scans):
        return SourceError(document.source, "every page is blank", "Check that the right side was scanned")
    reason = "no page shows text in Kazakh, Russian or Uzbek"
    return SourceError(document.source, reason, "Check that this is the act; if it is, scan it anew, sharp and level")
