"""Read a PDF with a text layer: bytes in, `Page`s of lines, tables and links out.

The engine is pdfium's characters (pypdfium2), nine times as fast as pdfplumber, which stays as the fallback where
pdfium fails on a file. A page without a text layer gives a `Page` without lines; `pages_without_text` names those,
and `page_image` gives their picture for OCR.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from ingest.pdf_flow import Hyphens, Layout, lay_out
from ingest.pdf_furniture import mark_furniture
from ingest.pdf_glyphs import Sheet, read_sheet
from ingest.pdf_guard import check_file
from ingest.pdf_links import read_targets
from ingest.pdf_pages import to_pages
from ingest.pdf_plumber import read_sheets
from models import Document, LimitError, Limits, Page, SourceError

_PDFIUM = threading.RLock()  # pdfium is not thread-safe
POINTS_PER_INCH = 72.0
COVERS = 0.4  # of a page: a picture that is the page's scan


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a PDF by its text layer alone.

    Raises:
        SourceError: the file is encrypted, damaged or holds no page.
        LimitError: it has too many pages, lines or unpacked bytes.
    """
    return to_pages(_lay_out(document, limits))


def read_with_scans(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a PDF, those without text of their own read by OCR.

    Raises SourceError and LimitError as `read` does, and SourceError where there is no text and OCR gives none.
    """
    layouts = _lay_out(document, limits)
    bare = bare_pages(layouts)
    return _read_scans(document, layouts, bare, limits) if bare else to_pages(layouts)


def _lay_out(document: Document, limits: Limits) -> list[Layout]:
    check_file(document, limits)
    hyphens = Hyphens()
    layouts = []
    lines = 0
    with closing(_sheets(document, limits)) as sheets:
        for sheet in sheets:
            layouts.append(lay_out(sheet, hyphens))
            lines += len(layouts[-1].items)
            if lines > limits.lines:
                reason = f"it has more than {limits.lines} lines"
                raise LimitError(document.source, reason, "Split it, or raise the limit of lines")
    return layouts


def bare_pages(layouts: list[Layout]) -> list[int]:
    """Return the numbers of the pages without text, or with no more than what repeats at the edges of pages."""
    mark_furniture(layouts)
    return [page.number for page in layouts if not any(i.text and i.role != "furniture" for i in page.items)]


def _read_scans(document: Document, layouts: list[Layout], numbers: list[int], limits: Limits) -> tuple[Page, ...]:
    """Return the pages, those of `numbers` read by OCR, whose libraries are loaded only where a scan comes."""
    from ingest.ocr_pdf import read_scans

    return read_scans(
        document,
        layouts,
        numbers,
        lambda number, dpi: page_image(document, number, dpi, limits),
        lambda number: scan_resolution(document, number, limits),
        limits,
    )


def read_as_scans(
    document: Document, pages: tuple[Page, ...], numbers: list[int], limits: Limits = Limits()
) -> tuple[Page, ...]:
    """Return the pages of a PDF, those of `numbers` read by OCR from their pictures although they have a text layer.

    A page that OCR cannot read, or cannot be run for, stays as it is in `pages`.
    """
    from ingest.ocr_pdf import read_pictures

    found = read_pictures(
        document,
        numbers,
        len(pages),
        lambda number, dpi: page_image(document, number, dpi, limits),
        lambda number: scan_resolution(document, number, limits),
        limits,
    )
    return tuple(found.get(page.number, page) for page in pages)


def scan_resolution(document: Document, number: int, limits: Limits = Limits()) -> tuple[float | None, float]:
    """Return the dots per inch of the picture that covers most of a page (None where none does).

    Beside it stand the inches of the page's longer side.
    """
    with _opened(document, limits) as pdf:
        page = _page(document, pdf, number)
        width, height = page.get_size()
        longer = max(width, height, 1.0) / POINTS_PER_INCH
        try:
            found: list[tuple[float, float]] = []
            for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
                left, bottom, right, top = picture.get_bounds()
                share = (right - left) * (top - bottom) / max(width * height, 1.0)
                pixels = max(picture.get_px_size())
                found.append((share, pixels * POINTS_PER_INCH / max(right - left, top - bottom, 1.0)))
            share, dpi = max(found, default=(0.0, 0.0))
            return (dpi if share > COVERS else None), longer
        except pdfium.PdfiumError:
            return None, longer
        finally:
            page.close()


def pages_without_text(pages: tuple[Page, ...]) -> tuple[int, ...]:
    """Return the numbers of the pages that show no text layer, or only a stamp in it (scans, or blank)."""
    return tuple(p.number for p in pages if not any(line.text and line.role != "furniture" for line in p.lines))


def page_image(document: Document, number: int, dpi: float = 300.0, limits: Limits = Limits()) -> Image:
    """Return the picture of page `number` (from 1) in grey at `dpi` dots per inch.

    Raises:
        SourceError: there is no such page, or it cannot be read.
        LimitError: the picture would have more than `limits.pixels` pixels.
    """
    with _opened(document, limits) as pdf:
        page = _page(document, pdf, number)
        try:
            width, height = page.get_size()
            pixels = width * height * (dpi / POINTS_PER_INCH) ** 2
            if pixels > limits.pixels:
                reason = f"page {number} is {width:.0f} by {height:.0f} points, {pixels / 1e6:.0f} million pixels"
                raise LimitError(document.source, f"{reason} at {dpi:.0f} dpi", "Use fewer dots per inch")
            bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
            try:
                picture: Image = bitmap.to_pil().copy()
                return picture
            finally:
                bitmap.close()
        finally:
            page.close()


class _UnreadableError(SourceError):
    """pdfium cannot read a file; pdfplumber may."""


def _sheets(document: Document, limits: Limits) -> Generator[Sheet]:
    """Give what each page shows; from the first page that pdfium cannot load on, as pdfplumber sees it."""
    done = 0
    try:
        with _opened(document, limits) as pdf:
            for number in range(1, len(pdf) + 1):
                yield _sheet(document, pdf, number)
                done = number
    except _UnreadableError as error:
        try:
            yield from read_sheets(document, limits, done + 1)
        except LimitError:
            raise
        except SourceError:
            raise error from None


def _sheet(document: Document, pdf: pdfium.PdfDocument, number: int) -> Sheet:
    page = _page(document, pdf, number)
    try:
        sheet = read_sheet(page.raw, number)
        sheet.targets = read_targets(pdf.raw, page.raw)
    finally:
        page.close()
    return sheet


@contextmanager
def _opened(document: Document, limits: Limits) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF and close it; checks how many pages it says it has."""
    with _PDFIUM:
        try:
            pdf = pdfium.PdfDocument(document.data)
        except pdfium.PdfiumError as error:
            raise _refusal(document, error) from error
        try:
            count = len(pdf)
            if count == 0:
                raise SourceError(document.source, "the PDF has no pages", "Get a whole copy of the file")
            if count > limits.pages:
                reason = f"the PDF says it has {count} pages, more than {limits.pages}"
                raise LimitError(document.source, reason, "Split it, or raise the limit of pages")
            yield pdf
        finally:
            pdf.close()


def _refusal(document: Document, error: pdfium.PdfiumError) -> SourceError:
    """Say in words why pdfium did not open a file."""
    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD and b"/Encrypt" in document.data:  # pdfium may repeat the error of another file
        return SourceError(document.source, "the PDF is encrypted with a password", "Save a copy without a password")
    if code == raw.FPDF_ERR_SECURITY:
        return SourceError(document.source, "the PDF uses an unknown encryption", "Save a copy without protection")
    return _UnreadableError(document.source, "the PDF is damaged or has no pages", "Download it again")


def _page(document: Document, pdf: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        return pdf[number - 1]
    except (pdfium.PdfiumError, IndexError) as error:
        raise _UnreadableError(document.source, f"page {number} cannot be read", "Download the file again") from error
