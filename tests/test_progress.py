"""How far a run is: told page by page, shown on a terminal, and kept quiet elsewhere."""

from __future__ import annotations

import io
import multiprocessing
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from buyruq.board import Board
from buyruq.course import Course, Far
from buyruq.files import Found
from buyruq.ingest import ingest_paths
from buyruq.progress import Pace, counts, page_progress, progress
from buyruq.worker import Refusal
from ingest import ocr, ocr_engine
from ingest.image import Shot
from ingest.image_prepare import Prepared
from ingest.media import TIFF
from ingest.ocr_page import Scan
from ingest.watch import Watch, onlooker, watched
from models import Document, Limits

sys.path.insert(0, str(Path(__file__).parent))
from scan_writer import Sheet

DOCUMENT = Document("made", b"", TIFF)
needs_engine = pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract or its models are not installed")


def shot(number: int) -> Shot:
    return Shot(number, np.zeros((1, 1), dtype=np.uint8), 300.0)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stand in for the reading of a page; the first is slow. Return how many pages were read at a time."""
    running = threading.Semaphore(0)
    found: list[int] = []
    lock = threading.Lock()
    count = [0]

    def read(given: Shot, language: str | None, seconds: float) -> Scan:
        with lock:
            count[0] += 1
            found.append(count[0])
        running.acquire(timeout=0.2 if given.number == 1 else 0.01)
        with lock:
            count[0] -= 1
        return Scan(given.number, Prepared(given.picture, 300.0), (1, 1), 300.0)

    monkeypatch.setattr(ocr, "read_shot", read)
    ocr._pool.cache_clear()
    return found


@pytest.mark.parametrize(("threads", "width", "most"), [(1, 8, 1), (2, 8, 2), (3, 2, 2), (3, 1, 1), (3, 3, 3)])
def test_pages_come_in_order_at_most_so_many_at_a_time(at_once: list[int], threads: int, width: int, most: int):
    told: list[tuple[int, int]] = []
    with watched(Watch(lambda done, of: told.append((done, of)), lambda: width)):
        outcomes = ocr.scan_shots(DOCUMENT, map(shot, range(1, 13)), Limits(threads=threads), 12, 20)
        assert [o.number for o in outcomes if isinstance(o, Scan)] == list(range(1, 13))
    assert told == [(done, 20) for done in range(8, 21)]
    assert max(at_once) == most


def test_cores_that_others_leave_are_used_from_then_on(at_once: list[int]):
    widths = iter([1, 1, 1, 3, 3, 3, 3, 3, 3, 1, 1, 1])
    with watched(Watch(width=lambda: next(widths))):
        outcomes = list(ocr.scan_shots(DOCUMENT, map(shot, range(2, 14)), Limits(threads=4), 12))
    assert [o.number for o in outcomes if isinstance(o, Scan)] == list(range(2, 14))
    assert max(at_once[:3]) == 1
    assert max(at_once) == 3


def test_the_pixels_of_pages_that_are_read_are_let_go(at_once: list[int]):
    """300 pages of 8 MB each would fill the memory that a worker has."""
    pictures = (Shot(k, np.ones((300, 200), dtype=np.uint8), 300.0) for k in range(1, 9))
    for scan in ocr.scan_shots(DOCUMENT, pictures, Limits(threads=2), 8):
        assert isinstance(scan, Scan)
        assert scan.prepared.picture.shape == (300, 200)
        assert scan.prepared.picture.strides == (0, 0)


def test_nobody_looks_on_after_the_call():
    with watched(Watch(lambda done, of: None)):
        assert onlooker() != Watch()
    onlooker().seen(1, 2)
    assert onlooker().width() > 100


def test_the_cores_are_shared_among_the_documents_in_work():
    board = Board(multiprocessing.get_context("forkserver"), 6, 4)
    board.begin(3)
    assert board.width(3) == 4
    board.begin(5)
    board.begin(0)
    assert [board.width(slot) for slot in (0, 3, 5)] == [2, 1, 1]
    board.write(5, 7, 40)
    assert (board.pages(5), board.pages(3)) == ((7, 40), (0, 0))
    board.clear(5)
    assert (board.pages(5), board.width(3)) == ((0, 0), 2)
    for slot in range(6):
        board.begin(slot)
    assert [board.width(slot) for slot in range(6)] == [1] * 6


def test_a_run_counts_pages_and_work():
    fars: list[Far] = []
    course = Course(3, fars.append)
    big, small = Found("big.pdf", "a", 980_000, 60.0), Found("small.pdf", "b", 480_000, 60.0)
    course.passes("old.txt")
    course.sets_out([big, small])
    course.looks({big: (10, 40)})
    course.looks({big: (10, 40)})
    course.looks({big: (20, 40), small: (0, 2)})
    course.reads(small, 2)
    course.passes("small.pdf")
    course.reads(big, 0)
    course.passes("big.pdf", Refusal("big.pdf", "it is noise", "Scan it"))
    assert [(f.done, f.pages, f.known, f.closed) for f in fars] == [
        (1, 0, 0, True), (1, 10, 40, False), (1, 20, 42, True), (2, 22, 42, True), (3, 22, 22, True),
    ]  # fmt: skip
    assert [round(f.share, 3) for f in fars] == [0, 0.167, 0.333, 0.667, 1]
    assert fars[-1].refusal


@pytest.mark.parametrize(
    ("far", "minute", "words"),
    [
        (Far(1), None, ""),
        (Far(1, 0, 12, 300, True), 41.4, "12 of 300 pages, 41 a minute"),
        (Far(8, 3, 12, 40, False), 9.6, "12 of 40+ pages, 10 a minute, 3 of 8 files"),
    ],
)
def test_counts_in_words(far: Far, minute: float | None, words: str):
    assert counts(far, minute) == words


def test_the_pace_is_that_of_the_last_minute():
    pace = Pace(0.0)
    assert pace.at(1.0, 5) is None
    assert pace.at(30.0, 30) == 60.0
    for second in range(31, 200):
        pace.at(float(second), 30 + (second - 30) // 2)
    assert pace.at(200.0, 115) == pytest.approx(30.0, abs=1.5)


def test_a_bar_on_a_terminal():
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=140, color_system=None)
    with progress(console) as step:
        step(Far(2, 0, 30, 300, False, 0.1))
        step(Far(2, 1, 150, 300, True, 0.5, "acts/order.pdf"))
        step(Far(2, 2, 150, 150, True, 1.0, "acts/cat.png", Refusal("acts/cat.png", "no act in it", "Check")))
    shown = out.getvalue()
    assert "150 of 300 pages" in shown or "150 of 150 pages" in shown
    assert "left" in shown
    assert shown.count("buyruq: quarantined acts/cat.png: no act in it. Check") == 1


def test_elsewhere_only_what_is_quarantined():
    out = io.StringIO()
    with progress(Console(file=out)) as step:
        step(Far(2, 0, 30, 300, False, 0.1))
        step(Far(2, 1, 30, 300, False, 0.5, "acts/cat.png", Refusal("acts/cat.png", "no act in it", "Check")))
    assert out.getvalue() == "buyruq: quarantined acts/cat.png: no act in it. Check\n"


def scan_of(pages: int) -> bytes:
    """Return a TIFF of pages with a few lines each."""
    sheets = [Sheet() for _ in range(pages)]
    for number, sheet in enumerate(sheets, 1):
        sheet.line(f"ПРИКАЗ от 12 мая 2021 года № {number}")
        sheet.paragraph(f"{number}. Настоящие Правила определяют порядок регистрации обращений физических лиц.")
    buffer = io.BytesIO()
    first, *rest = (sheet.image.convert("1") for sheet in sheets)
    first.save(buffer, "TIFF", save_all=True, append_images=rest, dpi=(300, 300), compression="group4")
    return buffer.getvalue()


@needs_engine
def test_a_worker_tells_of_each_page(tmp_path: Path):
    (tmp_path / "scan.tiff").write_bytes(scan_of(4))
    fars: list[Far] = []
    ingest_paths([tmp_path / "scan.tiff"], tmp_path / "kb.duckdb", jobs=1, step=fars.append)
    assert [far.done for far in fars][-1] == 1
    assert (fars[-1].pages, fars[-1].known, fars[-1].share) == (4, 4, 1.0)
    assert fars[0].known == 4
    assert fars[0].done == 0
    assert [far.pages for far in fars] == sorted(far.pages for far in fars)


@needs_engine
def test_one_file_read_here_shows_its_pages(tmp_path: Path):
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=120, color_system=None)
    image = Image.open(io.BytesIO(scan_of(1)))
    image.save(tmp_path / "page.png", dpi=(300, 300))
    with page_progress(tmp_path / "page.png", console):
        ocr.read(Document("page.png", (tmp_path / "page.png").read_bytes(), "image/png"))
    assert "1 of 1 pages" in out.getvalue()
