"""Measure speed, side by side in one run: the whole pipeline against pdfplumber extracting text alone.

    make bench                      the PDFs of the shared acts where they lie beside the repository, else the specimens
    make bench FILES="a.pdf b.txt"  other files

Prints pages a second for each file, the share of each stage, and the peak memory of this process. A page of a text
without pages is 3,000 characters.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pdfplumber
from rich.console import Console
from rich.table import Table

import corpus
import ingest
import normalizers
import parsers
from models import Reading

ROOT = Path(__file__).parents[1]
STAGES = ("open", "read", "repair", "parse", "facts", "rows")
CHARACTERS_A_PAGE = 3_000
T = TypeVar("T")


@dataclass
class Measured:
    """What one file cost: pages, seconds of each stage, seconds of pdfplumber (None where it is no PDF)."""

    name: str
    pages: float
    seconds: dict[str, float]
    pdfplumber: float | None

    @property
    def whole(self) -> float:
        """Return the seconds of the whole pipeline."""
        return sum(self.seconds.values())


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """Return what `work` returns and note how long it took."""
        begin = time.perf_counter()
        result = work()
        self.seconds[stage] = time.perf_counter() - begin
        return result


def main() -> None:
    """Measure the files named, or the default ones."""
    files = [Path(name) for name in sys.argv[1:]] or default_files()
    parsers.load_all()
    measure(files[0])  # warm: libraries loaded, compiled code in place
    measured = [measure(path) for path in files]
    Console(width=150).print(table(measured))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of this process: {peak:.0f} MB")
    faster = [m for m in measured if m.pdfplumber]
    if faster:
        ratio = sum(m.pdfplumber or 0 for m in faster) / sum(m.whole for m in faster)
        print(f"The whole pipeline on these PDFs takes {1 / ratio:.2f} of the time of pdfplumber's text alone")


def default_files() -> list[Path]:
    """Return the PDFs of the shared acts, else those of the specimens, and some text."""
    shared = ROOT.parent / "shared" / "acts"
    folder = shared if shared.is_dir() else ROOT / "corpus" / "specimens"
    texts = sorted(folder.rglob("*.txt"))[:3] + sorted(folder.rglob("*.html"))[:3]
    return sorted(folder.rglob("*.pdf")) + texts


def measure(path: Path) -> Measured:
    """Run every stage of the pipeline on one file, and pdfplumber on the same bytes."""
    clock = Clock()
    document = clock.time("open", lambda: ingest.open_document(path))
    pages = clock.time("read", lambda: ingest.read_pages(document))
    text = clock.time("repair", lambda: normalizers.repair(pages, parsers.load_all()))
    grammar = parsers.load_all()[text.grammar]
    act, odd = clock.time("parse", lambda: parsers.parse(text, grammar, document))
    facts, unfit = clock.time("facts", lambda: parsers.find_facts(act, text, grammar))
    clock.time("rows", lambda: corpus.rows_of(Reading(document, text, act, facts, odd + unfit), "bench"))
    is_pdf = document.media_type == "application/pdf"
    count = len(pages) if is_pdf else len(text.string) / CHARACTERS_A_PAGE
    return Measured(path.name, count, clock.seconds, text_alone(path) if is_pdf else None)


def text_alone(path: Path) -> float:
    """Return the seconds that pdfplumber takes for the text of a PDF."""
    begin = time.perf_counter()
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()
    return time.perf_counter() - begin


def table(measured: list[Measured]) -> Table:
    """Return the measurements as a table."""
    shown = Table("file", "pages", "pages/s", "pdfplumber pages/s", *STAGES)
    for m in measured:
        rival = f"{m.pages / m.pdfplumber:.0f}" if m.pdfplumber else ""
        shares = [f"{100 * m.seconds[stage] / m.whole:.0f} %" for stage in STAGES]
        shown.add_row(m.name[:40], f"{m.pages:.0f}", f"{m.pages / m.whole:.0f}", rival, *shares)
    return shown


if __name__ == "__main__":
    main()
