"""Lines, words, links and layout of PDFs with a text layer, on pages whose every letter the test placed."""

from __future__ import annotations

import io
import sys
from collections import Counter
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import pdf
from models import Document, Line, Page

sys.path.insert(0, str(Path(__file__).parent))
from pdf_writer import Leaf, width, write


def read(*leaves: Leaf) -> tuple[Page, ...]:
    return pdf.read(Document("made.pdf", write(*leaves), "application/pdf"))


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_words_of_a_hyperlink_fall_into_their_gap():
    leaf = Leaf().text(50, 100, "осы бұйрыққа").text(50 + width("осы бұйрыққа 1-қосымшаға "), 100, "сәйкес бекітілсін.")
    leaf.lines(50, 112, "Келесі жол осы жерде тұр.")
    leaf.link(50 + width("осы бұйрыққа "), 100, "1-қосымшаға", "http://example.org/docs/V1#z1")
    (page,) = read(leaf)
    assert texts(page) == ["осы бұйрыққа 1-қосымшаға сәйкес бекітілсін.", "Келесі жол осы жерде тұр."]
    (link,) = page.links
    assert page.lines[link.line].text[link.start : link.stop] == "1-қосымшаға"
    assert link.target == "http://example.org/docs/V1#z1"


def test_the_link_over_blanks_of_the_line_below_it_is_one_word():
    gap = " " * 11
    leaf = Leaf().text(50, 100, f"осы {gap} сәйкес").link(50 + width("осы "), 100, "бұйрығымен,", "http://example.org/")
    assert texts(read(leaf)[0]) == ["осы бұйрығымен, сәйкес"]


def test_every_word_has_its_characters_and_its_box():
    leaf = Leaf().text(50, 100, "Статья 1. Права")
    (line,) = read(leaf)[0].lines
    assert [line.text[w.start : w.stop] for w in line.words] == ["Статья", "1.", "Права"]
    assert line.words[1].box.x0 == pytest.approx(50 + width("Статья "), abs=0.1)
    assert line.words[1].box.x1 == pytest.approx(50 + width("Статья 1."), abs=0.1)
    assert line.words[1].box.y0 < 100 < line.words[1].box.y1
    assert line.size == pytest.approx(10)


def test_gaps_part_words_where_no_blank_is_printed():
    leaf = Leaf().text(50, 100, "бірінші").text(50 + width("бірінші") + 3, 100, "екінші")
    assert texts(read(leaf)[0]) == ["бірінші екінші"]


def test_letter_spaced_words_stay_words():
    leaf = Leaf().text(50, 100, "ҚАУЛЫ ЕТЕДІ:", spacing=3.0)
    assert texts(read(leaf)[0]) == ["ҚАУЛЫ ЕТЕДІ:"]


def test_numbers_far_apart_are_never_glued():
    leaf = Leaf().text(50, 100, "1").text(70, 100, "2").text(90, 100, "3")
    assert texts(read(leaf)[0]) == ["1 2 3"]


def test_underscores_do_not_break_a_line():
    leaf = Leaf().text(50, 100, "Директор").text(100, 100, "________").text(150, 100, "(подпись)")
    assert texts(read(leaf)[0]) == ["Директор ________ (подпись)"]


def test_superscripts_and_subscripts_keep_numbers_apart():
    leaf = Leaf().text(50, 100, "12").text(60, 96.5, "1", size=6).text(63.5, 100, "-модда. Ҳаво (CO")
    leaf.text(63.5 + width("-модда. Ҳаво (CO"), 102, "2", size=6).text(67 + width("-модда. Ҳаво (CO"), 100, ")")
    leaf.lines(50, 112, "Кейинги қатор", "Яна бир қатор")
    page = read(leaf)[0]
    assert texts(page) == ["12-1-модда. Ҳаво (CO₂)", "Кейинги қатор", "Яна бир қатор"]
    line = page.lines[0]
    assert [line.text[w.start : w.stop] for w in line.words] == ["12-1-модда.", "Ҳаво", "(CO₂)"]


@pytest.mark.parametrize(
    ("before", "figure", "after", "text"),
    [
        ("8", "1", ". Қарор қабул қилинади", "8-1. Қарор қабул қилинади"),
        ("26", "2", "-modda asosida", "26-2-modda asosida"),
        ("Статья 26", "1", ". О проверке", "Статья 26-1. О проверке"),
        ("Объем 10", "3", " метров", "Объем 10³ метров"),
        ("10", "3", " марта кўп", "10³ марта кўп"),
        ("100 м", "2", " майдон", "100 м² майдон"),
    ],
)
def test_raised_figures_are_numbers_only_where_provisions_are_numbered(before: str, figure: str, after: str, text: str):
    end = 50 + width(before)
    leaf = Leaf().text(50, 100, before).text(end, 96.5, figure, size=6).text(end + 3, 100, after)
    assert texts(read(leaf)[0]) == [text]


def test_the_mark_of_a_footnote_stands_before_its_text():
    leaf = Leaf().lines(50, 100, "Негізгі мәтін осында тұр", "және осы жолда бітеді")
    leaf.text(50, 146.5, "1", size=6).text(53.5, 150, "Ескертпе мәтіні")
    assert [t for t in texts(read(leaf)[0]) if t][-1] == "¹Ескертпе мәтіні"


def test_the_letters_of_a_ligature_are_no_double_print():
    leaf = Leaf().text(50, 100, "diﬀerensial o\ufb03s atte\ufb06atsiya")
    assert texts(read(leaf)[0]) == ["differensial offis attestatsiya"]


def test_a_word_printed_twice_is_read_once():
    leaf = Leaf().text(50, 100, "Тарау").text(50.3, 100, "Тарау").text(50, 112, "Баап").text(50, 130, "Бап", font="B")
    lines = [line for line in read(leaf)[0].lines if line.text]
    assert [(line.text, line.bold) for line in lines] == [("Тарау", False), ("Баап", False), ("Бап", True)]


def test_a_bad_text_layer_is_kept_for_judgement():
    leaf = Leaf().text(50, 100, "бап", font="N").text(50, 112, "\ue001\ue002 тармақ")
    lines = texts(read(leaf)[0])
    assert len(lines) == 2
    assert lines[1] == "\ue001\ue002 тармақ"


def test_pages_without_text_are_named_and_pictured():
    document = Document(
        "made.pdf", write(Leaf().text(50, 100, "мәтін"), Leaf().rule(0, 0, 100, 100)), "application/pdf"
    )
    pages = pdf.read(document)
    assert [(p.origin, p.width, p.height) for p in pages] == [("pdf-text", 595.0, 842.0)] * 2
    assert pages[1].lines == ()
    assert pdf.pages_without_text(pages) == (2,)
    picture = pdf.page_image(document, 2, dpi=144)
    assert (picture.size, picture.mode) == ((1190, 1684), "L")


def letters(words: list[str]) -> Counter[str]:
    return Counter("".join("".join(words).split()))


def check_against_pdfplumber(document: Document, pages: tuple[Page, ...], numbers: range) -> None:
    """Demand the same letters, and nearly the same words (pdfplumber parts letter-spaced words)."""
    with pdfplumber.open(io.BytesIO(document.data)) as opened:
        for number in numbers:
            page = opened.pages[number - 1].dedupe_chars(tolerance=1.5)
            oracle = [w["text"] for w in page.extract_words(x_tolerance_ratio=0.2, y_tolerance=1.5)]
            ours = [w for line in pages[number - 1].lines for w in line.text.split()]
            assert letters(ours) == letters(oracle), f"page {number}"
            missing = (Counter(oracle) - Counter(ours)).total() - sum(len(w) == 1 for w in oracle)
            assert missing <= 0.02 * len(oracle) + 1, f"page {number}"


def check_lines(pages: tuple[Page, ...]) -> None:
    """Demand what the next stages rely on."""
    for page in pages:
        for line in page.lines:
            assert "\n" not in line.text
            assert all(" " not in line.text[w.start : w.stop] and w.start < w.stop for w in line.words)
            assert [w.start for w in line.words] == sorted(w.start for w in line.words)
            if line.table is not None:
                assert line.text.split("\t") == [line.text[c.start : c.stop] for c in line.cells]
        for link in page.links:
            assert page.lines[link.line].text[link.start : link.stop].strip()


def test_pdfplumber_takes_over_where_pdfium_fails(monkeypatch: pytest.MonkeyPatch):
    leaf = Leaf().lines(50, 100, "Бірінші жол осында", "Екінші жол").grid([50, 150, 250], [200, 220, 240])
    leaf.text(55, 215, "а").text(155, 215, "б").text(55, 235, "в").text(155, 235, "г")
    leaf.link(50, 300, "сілтеме", "http://example.org/")
    document = Document("made.pdf", write(leaf), "application/pdf")
    expected = pdf.read(document)

    def fail(*_: object) -> None:
        raise pypdfium2.PdfiumError("no", err_code=3)

    monkeypatch.setattr(pypdfium2, "PdfDocument", fail)
    (page,) = pdf.read(document)
    assert [t for t in texts(page) if t] == [t for t in texts(expected[0]) if t]
    assert [line.table for line in page.lines if line.text] == [line.table for line in expected[0].lines if line.text]
    assert [(k.stop, k.target) for k in page.links] == [(7, "http://example.org/")]


WORDS = st.text("абвгдеәіңғүұқөһijk0123456789№.,;()-", min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(30, 500), st.integers(40, 800), WORDS, st.sampled_from([6, 10, 14])), max_size=30)
)
def test_no_letter_is_lost_or_invented(placed: list[tuple[int, int, str, int]]):
    leaf = Leaf(wide=900)
    seen: set[tuple[int, int]] = set()
    for x, y, word, size in placed:
        cell = (x // 100, y // 20)  # words printed over each other are another matter
        if cell not in seen:
            seen.add(cell)
            leaf.text(cell[0] * 100, cell[1] * 20, word, size=size)
    pages = read(leaf)
    check_lines(pages)
    lowered = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
    ours = letters([line.text.translate(lowered) for line in pages[0].lines])
    oracle = Counter()
    done: set[tuple[int, int]] = set()
    for x, y, word, _ in placed:
        cell = (x // 100, y // 20)
        if cell not in done:
            done.add(cell)
            oracle += letters([word])
    assert ours == oracle


@pytest.mark.parametrize("name", ["46_ru", "47_ru", "51_ru", "53_ru", "70_kk", "71_kk"])
def test_shared_acts_read_as_pdfplumber_reads_them(shared: Path, name: str):
    (path,) = (shared / "acts").glob(f"{name}*.pdf")
    document = Document(str(path), path.read_bytes(), "application/pdf")
    pages = pdf.read(document)
    check_lines(pages)
    check_against_pdfplumber(document, pages, range(1, len(pages) + 1, max(1, len(pages) // 3)))
    assert not any("    " in line.text for page in pages for line in page.lines if len(line.text) > 60)


def test_the_forms_of_a_shared_act_are_tables(shared: Path):
    (path,) = (shared / "acts").glob("74_kk*.pdf")
    pages = pdf.read(Document(str(path), path.read_bytes(), "application/pdf"))
    check_lines(pages)
    rows: Counter[int] = Counter(line.table for page in pages for line in page.lines if line.table is not None)
    assert len(rows) == 15
    spread = {t for t in rows if len({p.number for p in pages for line in p.lines if line.table == t}) > 1}
    assert len(spread) >= 4
    head = next(line for line in pages[56].lines if line.cells)
    assert [(c.column, c.row_span, c.column_span, c.header) for c in head.cells] == [
        (0, 2, 1, True),
        (1, 2, 1, True),
        (2, 1, 4, True),
    ]


def test_the_shared_order_has_its_links_in_place(shared: Path):
    (path,) = (shared / "acts").glob("71_kk*.pdf")
    pages = pdf.read(Document(str(path), path.read_bytes(), "application/pdf"))

    def linked(line: Line, index: int, page: Page) -> list[str]:
        return [line.text[k.start : k.stop] for k in page.links if k.line == index]

    found = [w for page in pages for i, line in enumerate(page.lines) for w in linked(line, i, page)]
    assert {"5-тармақтың", "3) тармақшасы", "30-тармақтың"} <= set(found)
