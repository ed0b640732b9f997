"""Two readings of one page: each line is taken from the better one, and the other reading is kept."""

from __future__ import annotations

from dataclasses import replace

import parsers
from corpus.rows import rows_of
from models import Act, Box, Cell, Document, Line, Page, Reading
from normalizers import choose_lines, repair

SOUND = ("1. Осы бұйрық ресми жарияланған күнінен бастап", "күшіне енеді және мемлекеттік қызметшілерге қолданылады.")
SOUP = ("1. Ocr1 6yiiprrk pecmu :apusianran KyHiHeH 6acTan", "kyIniHe eHeIi :KoHe MeMJIeKeTTiK KbI3MeTIIIiiepre.")


def page(origin: str, *texts: str, tall: float = 842.0) -> Page:
    lines = tuple(Line(t, box=Box(60, 80 + 15 * n, 500, 92 + 15 * n), indent=n) for n, t in enumerate(texts))
    return Page(1, lines, origin, 595.0, tall)


def texts(found: Page) -> list[str]:
    return [line.text for line in found.lines]


def test_each_line_is_taken_from_the_reading_that_reads_as_words():
    born, seen = page("pdf-text", SOUP[0], SOUND[1]), page("ocr", SOUND[0], SOUP[1])
    for base, other in ((born, seen), (seen, born)):
        found = choose_lines(base, other, "kk")
        assert texts(found) == list(SOUND)
        assert [line.indent for line in found.lines] == [0, 1]
        rows = [(r.line, r.text, r.chosen) for r in found.readings]
        assert sorted(rows) == sorted(
            [(1, SOUND[0], True), (1, SOUP[0], False), (2, SOUND[1], True), (2, SOUP[1], False)]
        )


def test_a_line_stays_where_neither_reading_is_clearly_better():
    other = SOUND[0].replace("ресми", "ресмй")
    assert texts(choose_lines(page("ocr", SOUND[0]), page("pdf-text", other), "kk")) == [SOUND[0]]
    assert texts(choose_lines(page("ocr", other), page("pdf-text", SOUND[0]), "kk")) == [other]
    assert texts(choose_lines(page("ocr", "Ne 305"), page("pdf-text", "№ 305"), "kk")) == ["Ne 305"]


def test_lines_are_not_mixed_where_their_places_do_not_match():
    base, other = page("pdf-text", *SOUP), page("ocr", *SOUND)
    assert texts(choose_lines(base, replace(other, height=595.0, width=842.0), "kk")) == list(SOUP)
    wide = replace(other.lines[0], box=Box(60, 80, 500, 110))  # over both lines
    assert texts(choose_lines(base, replace(other, lines=(wide,)), "kk")) == list(SOUP)
    row = replace(other.lines[0], cells=(Cell(0, 5, 0),), table=1)
    assert texts(choose_lines(base, replace(other, lines=(row,)), "kk")) == list(SOUP)


def test_what_only_the_other_reading_has_is_kept_beside():
    found = choose_lines(page("ocr", SOUND[0]), page("pdf-text", *SOUP), "kk")
    assert texts(found) == [SOUND[0]]
    assert [(r.line, r.chosen) for r in found.readings] == [(1, True), (1, False), (None, False)]


def test_both_readings_come_into_the_knowledge_base():
    found = choose_lines(page("ocr", *SOUND), page("pdf-text", *SOUP), "kk")
    text = repair((found,), parsers.load_all())
    act = Act("KZ/order/1/2020-01-01", "KZ/order/1/2020-01-01", "KZ", "kk", "Cyrl", "order", ())
    rows = rows_of(Reading(Document("made", b"made", "application/pdf"), text, act), "test")["t_reading"].to_pylist()
    assert [(r["page"], r["line"], r["method"], r["chosen"]) for r in rows] == [
        (1, 1, "ocr", True),
        (1, 1, "pdf-text", False),
        (1, 2, "ocr", True),
        (1, 2, "pdf-text", False),
    ]


def test_a_scanned_page_that_could_not_be_read_is_an_issue_and_a_blank_one_is_not():
    pages = (
        page("pdf-text", *SOUND),
        Page(2, (Line("2-бет", role="furniture"),), "ocr", 595.0, 842.0, confidence=0.0),
        Page(3, (), "ocr", 595.0, 842.0, confidence=1.0, dpi=300.0),
    )
    grammars = parsers.load_all()
    text = repair(pages, grammars)
    _, issues = parsers.parse(text, grammars["kk"], Document("made", b"made", "application/pdf"))
    assert [issue.page for issue in issues if issue.code == "page-not-read"] == [2]
