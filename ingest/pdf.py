"""Read a PDF with a text layer: bytes in, `Page`s of lines, tables and links out.

The engine is pdfium's characters (pypdfium2), nine times as fast as pdfplumber, which stays as the fallback where
pdfium fails on a file. A page without a text layer gives a `Page` without lines; `pages_without_text` names those,
and `page_image` gives their picture for OCR.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
from PIL.Image import Image
from pypdfium2 import raw

from ingest.pdf_flow import Hyphens, lay_out
from ingest.pdf_glyphs import Sheet, read_sheet
from ingest.pdf_guard import check_streams
from ingest.pdf_links import read_targets
from ingest.pdf_pages import to_pages
from ingest.pdf_plumber import read_sheets
from models import Document, LimitError, Limits, Page, SourceError

_PDFIUM = threading.RLock()  # pdfium is not thread-safe
POINTS_PER_INCH = 72.0


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a PDF.

    Raises:
        SourceError: the file is encrypted, damaged or holds no page.
        LimitError: it has too many pages, lines or unpacked bytes.
    """
    check_streams(document, limits)
    hyphens = Hyphens()
    layouts = []
    lines = 0
    for sheet in _sheets(document, limits):
        layouts.append(lay_out(sheet, hyphens))
        lines += len(layouts[-1].items)
        if lines > limits.lines:
            raise LimitError(document.source, f"it has more than {limits.lines} lines", "Split it, or raise the limit")
    return to_pages(layouts)


def pages_without_text(pages: tuple[Page, ...]) -> tuple[int, ...]:
    """Return the numbers of the pages that show no text layer (scans, or blank)."""
    return tuple(page.number for page in pages if not any(line.text for line in page.lines))


def page_image(document: Document, number: int, dpi: float = 300.0, limits: Limits = Limits()) -> Image:
    """Return the picture of page `number` (from 1) in grey at `dpi` dots per inch.

    Raises:
        LimitError: the picture would have more than `limits.pixels` pixels.
    """
    with _opened(document, limits) as pdf:
        page = _page(document, pdf, number)
        width, height = page.get_size()
        pixels = (width * dpi / POINTS_PER_INCH) * (height * dpi / POINTS_PER_INCH)
        if pixels > limits.pixels:
            reason = f"page {number} is {width:.0f} by {height:.0f} points, {pixels / 1e6:.0f} million pixels"
            raise LimitError(document.source, f"{reason} at {dpi:.0f} dpi", "Use fewer dots per inch")
        bitmap = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True)
        try:
            picture: Image = bitmap.to_pil().copy()
            return picture
        finally:
            bitmap.close()
            page.close()


def _sheets(document: Document, limits: Limits) -> Iterator[Sheet]:
    """Give what each page shows; a page that pdfium cannot load is tried with pdfplumber."""
    with _opened(document, limits) as pdf:
        for number in range(1, len(pdf) + 1):
            try:
                page = _page(document, pdf, number)
                try:
                    sheet = read_sheet(page.raw, number)
                    sheet.targets = read_targets(pdf.raw, page.raw)
                finally:
                    page.close()
            except SourceError:
                yield from read_sheets(document, limits, [number])
            else:
                yield sheet


@contextmanager
def _opened(document: Document, limits: Limits) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF and close it; checks that it can be read and how many pages it says it has."""
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
    if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
        return SourceError(document.source, "the PDF is encrypted with a password", "Save a copy without a password")
    if getattr(error, "err_code", None) == raw.FPDF_ERR_SECURITY:
        return SourceError(document.source, "the PDF uses an unknown encryption", "Save a copy without protection")
    if b"%PDF" not in document.data[:1024]:
        return SourceError(document.source, "this is not a PDF", "Check where the file comes from")
    return SourceError(document.source, "the PDF is damaged or cut short", "Download it again")


def _page(document: Document, pdf: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        return pdf[number - 1]
    except (pdfium.PdfiumError, IndexError) as error:
        raise SourceError(document.source, f"page {number} cannot be read", "Download the file again") from error
