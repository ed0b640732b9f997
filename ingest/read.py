"""Read the pages of a document with the reader of its media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ingest import html, markdown, text
from ingest.media import HTML, MARKDOWN, TEXT
from models import Document, Limits, Page, SourceError

Reader = Callable[[Document, Limits], tuple[Page, ...]]

READERS: Mapping[str, Reader] = {
    TEXT: text.read,
    MARKDOWN: markdown.read,
    HTML: html.read,
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
        raise SourceError(
            document.source, "there is no text in it", "Fetch the file anew; an image needs a scan of text"
        )
    return pages
