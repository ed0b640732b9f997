"""Measure the PDF reader alone, side by side with pdfplumber and with pdfium's bare text.

    python benchmarks/bench_pdf.py [FILE...]     (default: the PDFs of the shared acts, if they are there)

Prints pages a second of one core (process time); pdfplumber reads every fifth page of long files.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2

from ingest import pdf
from models import Document

ACTS = Path(__file__).parents[1].parent / "shared" / "acts"


def pages_a_second(read: Callable[[], int]) -> float:
    """Return the pages that `read` says it read, over the seconds that it took."""
    begin = time.process_time()
    pages = read()
    return pages / max(time.process_time() - begin, 1e-9)


def with_pdfplumber(data: bytes) -> int:
    """Extract plain text with pdfplumber; return how many pages."""
    with pdfplumber.open(io.BytesIO(data)) as opened:
        pages = opened.pages[:: 5 if len(opened.pages) > 20 else 1]
        for page in pages:
            page.extract_text()
            page.close()
    return len(pages)


def with_pdfium(data: bytes) -> int:
    """Extract plain text with pdfium; return how many pages."""
    opened = pypdfium2.PdfDocument(data)
    for page in opened:
        page.get_textpage().get_text_bounded()
    return len(opened)


def main(names: list[str]) -> None:
    """Print a row for each file."""
    files = [Path(name) for name in names] or sorted(ACTS.glob("*.pdf"))
    pdf.read(Document("warm", files[0].read_bytes(), "application/pdf"))
    print(f"{'pages/s':>8} {'pdfplumber':>11} {'pdfium text':>12}  file")
    for path in files:
        data = path.read_bytes()
        ours = pages_a_second(lambda d=data: len(pdf.read(Document("bench", d, "application/pdf"))))  # type: ignore[misc]
        plumber = pages_a_second(lambda d=data: with_pdfplumber(d))  # type: ignore[misc]
        bare = pages_a_second(lambda d=data: with_pdfium(d))  # type: ignore[misc]
        print(f"{ours:8.0f} {plumber:11.1f} {bare:12.0f}  {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
