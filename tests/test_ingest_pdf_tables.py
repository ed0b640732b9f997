"""Ruled tables of PDFs: cells, merged cells, tables that run over pages."""

from __future__ import annotations

import sys
from pathlib import Path

from ingest import pdf
from models import CELL_BREAK, Document, Line, Page

sys.path.insert(0, str(Path(__file__).parent))
from pdf_writer import Leaf, write

XS = [50.0, 90.0, 250.0, 450.0]


def read(*leaves: Leaf) -> tuple[Page, ...]:
    return pdf.read(Document("made.pdf", write(*leaves), "application/pdf"))


def rows(pages: tuple[Page, ...]) -> list[Line]:
    return [line for page in pages for line in page.lines if line.table is not None]


def cells(line: Line) -> list[str]:
    return [line.text[c.start : c.stop] for c in line.cells]


def table(leaf: Leaf, top: float, *body: tuple[str, ...], height: float = 40.0) -> Leaf:
    """Draw a table of three columns; `|` in a cell begins a new line."""
    leaf.grid(XS, [top + k * height for k in range(len(body) + 1)])
    for number, row in enumerate(body):
        for x, text in zip(XS, row, strict=False):
            leaf.lines(x + 4, top + number * height + 12, *text.split("|"))
    return leaf


HEAD = ("№", "Лауазым", "Талап")


def test_a_row_is_one_line_of_cells():
    leaf = table(Leaf().text(50, 60, "1-кесте"), 100, HEAD, ("1", "бас маман", "жоғары|білім"), ("2", "", "орта"))
    (page,) = read(leaf.text(50, 300, "Ескерту."))
    found = rows((page,))
    assert [line.text for line in found] == ["№\tЛауазым\tТалап", "1\tбас маман\tжоғары\x1fбілім", "2\t\tорта"]
    assert {line.table for line in found} == {0}
    assert [c.column for c in found[1].cells] == [0, 1, 2]
    words = [found[1].text[w.start : w.stop] for w in found[1].words]
    assert words == ["1", "бас", "маман", "жоғары", "білім"]
    assert page.lines[0].text == "1-кесте"
    assert page.lines[-1].text == "Ескерту."


def test_wrapped_lines_of_a_cell_are_one_and_paragraphs_are_parted():
    leaf = Leaf().grid([50, 200, 300], [100, 180, 200]).text(204, 112, "иә").text(54, 195, "а").text(204, 195, "б")
    leaf.lines(54, 112, "бастық және оның бірінші", "орынбасары", "бөлім басшысы")
    assert cells(rows(read(leaf))[0]) == ["бастық және оның бірінші орынбасары\x1fбөлім басшысы", "иә"]


def test_words_that_nearly_touch_over_a_rule_are_parted():
    leaf = Leaf().grid([50, 80, 110], [100, 120, 140])
    leaf.text(55, 115, "12345").text(80.5, 115, "67890").text(55, 135, "1").text(81, 135, "2")
    assert [cells(line) for line in rows(read(leaf))] == [["12345", "67890"], ["1", "2"]]


def test_merged_cells_say_what_they_span():
    leaf = Leaf()
    for y in (100, 160):
        leaf.rule(50, y, 450, y)
    leaf.rule(50, 130, 250, 130).rule(150, 115, 250, 115)
    for x in (50, 250, 450):
        leaf.rule(x, 100, x, 160)
    leaf.rule(150, 100, 150, 130)
    leaf.text(55, 112, "А").text(155, 112, "Б").text(155, 127, "В").text(255, 112, "Г").text(55, 150, "Д")
    found = rows(read(leaf))
    assert [cells(line) for line in found] == [["А", "Б", "Г"], ["В"], ["Д"]]
    assert [(c.column, c.row_span, c.column_span) for c in found[0].cells] == [(0, 2, 1), (1, 1, 1), (2, 3, 1)]
    assert [(c.column, c.row_span, c.column_span) for c in found[2].cells] == [(0, 1, 2)]


def test_a_frame_and_underlined_words_are_no_table():
    leaf = Leaf().grid([40, 550], [40, 800]).text(50, 100, "мәтін").rule(50, 102, 75, 102).text(50, 112, "жол")
    assert rows(read(leaf)) == []


def test_a_table_without_outer_rules_keeps_its_outer_columns():
    leaf = Leaf().rule(200, 100, 200, 160)
    for y in (100, 130, 160):
        leaf.rule(50, y, 400, y)
    leaf.text(55, 115, "атауы").text(205, 115, "саны").text(55, 145, "мектеп").text(205, 145, "5")
    assert [cells(line) for line in rows(read(leaf))] == [["атауы", "саны"], ["мектеп", "5"]]


def test_hyphens_at_line_ends_of_a_cell_follow_the_document():
    leaf = Leaf().text(50, 60, "біліктілік талаптары сондай-ақ міндетті")
    leaf = table(leaf, 100, HEAD, ("1", "білік-|тілік", "сондай-|ақ"), ("2", "3-|тармақ", "бұйрық"))
    found = rows(read(leaf))
    assert cells(found[1]) == ["1", "біліктілік", "сондай-ақ"]
    assert cells(found[2]) == ["2", "3-тармақ", "бұйрық"]


def test_links_inside_cells_are_kept():
    leaf = table(Leaf(), 100, HEAD, ("1", "", "бар"))
    leaf.link(94, 152, "бұйрық", "http://example.org/V1")
    (page,) = read(leaf)
    (link,) = page.links
    assert page.lines[link.line].text[link.start : link.stop] == "бұйрық"


def test_a_table_over_pages_is_one_table_without_its_repeated_head():
    first = table(Leaf().text(50, 60, "1-кесте"), 700, HEAD, ("1", "бас маман", "жоғары білім."), height=40)
    second = table(Leaf(), 50, HEAD, ("2", "маман", "Орта білім."))
    found = rows(read(first, second.text(50, 300, "Соңы")))
    assert [cells(line)[0] for line in found] == ["№", "1", "2"]
    assert {line.table for line in found} == {0}
    assert [c.header for line in found for c in line.cells] == [True] * 3 + [False] * 6


def test_a_row_broken_by_the_page_end_is_continued():
    first = table(Leaf(), 740, ("1", "бас маман", "жоғары"), ("2", "маман", "техникалық және"))
    second = table(Leaf(), 50, ("", "", "кәсіптік білім."), ("3", "хатшы", "Орта білім."))
    pages = read(first, second)
    assert [cells(line) for line in rows(pages)] == [
        ["1", "бас маман", "жоғары"],
        ["2", "маман", "техникалық және кәсіптік білім."],
        ["3", "хатшы", "Орта білім."],
    ]
    assert len(pages[1].lines) == 1


def test_a_new_row_at_the_top_of_a_page_is_no_rest():
    first = table(Leaf(), 740, ("1", "бас маман", "Жоғары білім."), ("2", "маман", "Орта білім."))
    second = table(Leaf(), 50, ("3", "хатшы", "Орта білім."), ("4", "курьер", "Талап жоқ."))
    assert [cells(line)[0] for line in rows(read(first, second))] == ["1", "2", "3", "4"]


def test_running_heads_between_do_not_part_a_table():
    leaves = []
    for number in range(4):
        leaf = Leaf().text(250, 30, "Ресми басылым").text(290, 830, str(number + 1))
        leaves.append(table(leaf, 60, *((f"{number}{row}", "маман", "Білім.") for row in range(18))))
    pages = read(*leaves)
    assert {line.table for line in rows(pages)} == {0}
    assert len(rows(pages)) == 72


def test_another_table_after_text_has_another_number():
    first = table(Leaf(), 60, HEAD, ("1", "маман", "Білім."))
    table(first.text(50, 200, "2-кесте"), 220, HEAD, ("1", "хатшы", "Білім."))
    second = Leaf(wide=595).text(50, 40, "Келесі бет мәтінмен басталады")
    table(second, 100, HEAD, ("1", "курьер", "Білім."))
    assert [line.table for line in rows(read(first, second))] == [0, 0, 1, 1, 2, 2]


def ruled_across(rows: list[list[tuple[float, list[str]]]]) -> Leaf:
    leaf, y = Leaf(), 100.0
    leaf.rule(50, y, 500, y)
    for row in rows:
        for x, printed in row:
            leaf.lines(x, y + 12, *printed)
        y += 12 * max(len(printed) for _, printed in row) + 6
        leaf.rule(50, y, 500, y)
    return leaf


def test_a_table_without_upright_rules_is_read_cell_by_cell():
    head = [(55.0, ["№"]), (90.0, ["Лауазым"]), (250.0, ["Талаптар"])]
    first = [(55.0, ["1"]), (90.0, ["Бас", "маман"]), (250.0, ["жоғары білім,", "үш жыл", "жұмыс өтілі"])]
    second = [(55.0, ["2"]), (90.0, ["Маман"]), (250.0, ["орта білім"])]
    (page,) = read(ruled_across([head, first, second]))
    assert [k.text.replace(CELL_BREAK, " ") for k in page.lines if k.text] == [
        "№\tЛауазым\tТалаптар",
        "1\tБас маман\tжоғары білім, үш жыл жұмыс өтілі",
        "2\tМаман\tорта білім",
    ]


def test_the_lines_of_a_form_are_no_table():
    rows = [[(55.0, [t])] for t in ("тегі, аты", "лауазымы, қызмет орны", "қолы, мөрдің орны", "күні, айы, жылы")]
    (page,) = read(ruled_across(rows))
    assert not any(k.table is not None for k in page.lines)
    few = [[(55.0, ["Министр"]), (300.0, ["А. Сапаров"])], [(55.0, ["Келісілді"]), (300.0, ["Б. Ом"])]]
    assert not any(k.table is not None for k in read(ruled_across(few))[0].lines)


def test_a_word_too_long_for_its_cell_is_one_word_where_the_document_prints_it():
    leaf = Leaf().text(50, 60, "Есепші мен аттестаттаушылардың міндеттері, қызметкер.")
    leaf.grid([50.0, 108.0, 300.0], [100.0, 150.0, 200.0, 250.0])
    leaf.lines(54, 112, "Аттестатта", "ушылардың", "тізімі").text(112, 112, "бірінші")
    leaf.lines(54, 162, "Жүргізуші-", "қызметкер").text(112, 162, "екінші")
    leaf.lines(54, 212, "Бухгалтерл", "ердің", "тізімі").text(112, 212, "үшінші")
    found = [line.text.replace(CELL_BREAK, " ") for line in rows(read(leaf))]
    assert found == [
        "Аттестаттаушылардың тізімі\tбірінші",
        "Жүргізуші-қызметкер\tекінші",
        "Бухгалтерл ердің тізімі\tүшінші",
    ]


def test_short_words_one_below_the_other_are_never_joined():
    leaf = Leaf().text(50, 60, "Бұл жерде және бұдан әрі.")
    leaf.grid([50.0, 120.0, 300.0], [100.0, 150.0, 200.0])
    leaf.lines(54, 112, "бұл жер", "де осы").text(112, 112, "").lines(124, 112, "а")
    leaf.lines(54, 162, "жер", "де").lines(124, 162, "б")
    assert [line.text.replace(CELL_BREAK, " ") for line in rows(read(leaf))] == ["бұл жер де осы\tа", "жер де\tб"]
