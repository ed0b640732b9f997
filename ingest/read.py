"""Read the pages of a document with the reader of its media type."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping

from ingest import bank, docx, html, markdown, pdf, text
from ingest.media import BANK, DOCX, HTML, IMAGES, MARKDOWN, PDF, TEXT
from models import Document, Limits, Page, SourceError

Reader = Callable[[Document, Limits], tuple[Page, ...]]


def scan(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of an image by OCR, which is loaded only where an image comes."""
    if importlib.util.find_spec("ingest.ocr") is None:
        raise SourceError(document.source, "images are not read yet", "Give the act as text, html, docx or pdf")
    reader: Reader = importlib.import_module("ingest.ocr").read
    return reader(document, limits)


READERS: Mapping[str, Reader] = {
    TEXT: text.read,
    MARKDOWN: markdown.read,
    HTML: html.read,
    PDF: pdf.read_with_scans,
    DOCX: docx.read,
    BANK: bank.read,
    **dict.fromkeys(IMAGES, scan),
}


def read_pages(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a document in reading order.

    Raises:
        LimitError: the document is over a limit.
        SourceError: the document cannot be read, or there is no text in it.
    """
    reader = READERS.get(document.media_type)
    if reader is None:
        raise SourceError(document.source, f"no reader for {document.media_type}", "Give the act as text, html or docx")
    pages = reader(document, limits)
    if not any(c.isalnum() for page in pages for line in page.lines for c in line.text):
        what = "there is no text in it"
        raise SourceError(document.source, what, "Fetch the file anew, or scan it so that the letters can be read")
    return pages


def read_again(
    document: Document, pages: tuple[Page, ...], numbers: list[int], limits: Limits = Limits()
) -> tuple[Page, ...]:
    """Return the pages with those of `numbers`, whose text layer is damaged, read by OCR where that is possible."""
    return pdf.read_as_scans(document, pages, numbers, limits) if document.media_type == PDF else pages
