"""The layout of PDFs: paragraphs, columns, stamps, turned pages, furniture, on pages whose letters the test placed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ingest import pdf
from models import Document, Page

sys.path.insert(0, str(Path(__file__).parent))
from pdf_writer import Leaf, width, write


def read(*leaves: Leaf) -> tuple[Page, ...]:
    return pdf.read(Document("made.pdf", write(*leaves), "application/pdf"))


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def test_indents_and_blank_lines_show_paragraphs():
    body = ["біріншіден осы тармақта көрсетілген талаптар сақталады және", "орындалады олардың бәрі де міндетті болып"]
    leaf = Leaf()
    for number in range(4):
        y = 100 + number * 36
        leaf.text(70, y, "1. " + body[0]).text(50, y + 12, body[1])
    lines = read(leaf)[0].lines
    assert [line.text for line in lines][:4] == ["1. " + body[0], body[1], "", "1. " + body[0]]
    assert [line.indent for line in lines[:2]] == [pytest.approx(4.0), 0.0]
    assert {line.align for line in lines if line.text} == {"left"}


def test_centre_and_right_are_told_apart():
    full = "осы құжаттың толық жолы оң жақ шетке дейін жетіп тұрады деп есептейік"
    middle, stamp = "1-ТАРАУ. ЖАЛПЫ ЕРЕЖЕЛЕР", "Бекітілген"
    leaf = Leaf().lines(50, 100, full, full, full)
    centre = 50 + (width(full) - width(middle)) / 2
    leaf.text(centre, 160, middle).text(50 + width(full) - width(stamp), 200, stamp)
    by_text = {line.text: line for line in read(leaf)[0].lines}
    assert by_text[middle].align == "center"
    assert by_text[stamp].align == "right"
    assert by_text[full].align == "left"


def test_wide_gaps_of_justified_lines_are_no_columns():
    leaf = Leaf()
    for row in range(6):
        for word in range(4):
            leaf.text(50 + word * 110 + row * 3, 100 + row * 12, f"сөз{row}{word}үшін")
    assert texts(read(leaf)[0])[0] == "сөз00үшін сөз01үшін сөз02үшін сөз03үшін"


def test_an_orphan_comma_stays_where_it_is_printed():
    leaf = Leaf().lines(50, 100, "устанавливает принципы и нормы", ", предусмотренные пунктом 3")
    assert texts(read(leaf)[0]) == ["устанавливает принципы и нормы", ", предусмотренные пунктом 3"]


def test_blocks_side_by_side_are_read_one_after_the_other():
    left = ["ҚАЗАҚСТАН РЕСПУБЛИКАСЫ", "ҒЫЛЫМ ЖӘНЕ БІЛІМ", "МИНИСТРЛІГІ"]
    right = ["МИНИСТЕРСТВО НАУКИ", "И ОБРАЗОВАНИЯ", "РЕСПУБЛИКИ КАЗАХСТАН"]
    leaf = Leaf().lines(50, 100, *left).lines(350, 100, *right).text(50, 160, "БҰЙРЫҚ осы мәтін бүкіл жолды алып тұр")
    assert [t for t in texts(read(leaf)[0]) if t] == [*left, *right, "БҰЙРЫҚ осы мәтін бүкіл жолды алып тұр"]


@pytest.mark.parametrize(("shift", "step"), [(0, 12), (6, 12), (0, 14)])
def test_stamps_side_by_side_need_no_common_base_lines(shift: int, step: int):
    left = ["Келісілген осы құжат", "бойынша ескертпелер жоқ", "министрлік", "төртінші жол"]
    right = ["Бекітілген осы бұйрықпен", "2023 жылғы 5 сәуірдегі", "№ 71 бұйрығына қосымша"]
    leaf = Leaf().lines(50, 100, *left).lines(320, 100 + shift, *right, step=step)
    assert texts(read(leaf)[0]) == [*left, *right]


def test_gazette_columns_have_edges_of_their_own():
    leaf = Leaf()
    for k in range(12):
        shift = 15 if k % 4 == 0 else 0
        leaf.text(50 + shift, 100 + k * 12, f"сол жақтағы бағанның жолы {k:02}")
        leaf.text(300 + shift, 100 + k * 12, f"оң жақтағы бағанның жолы {k:02}")
    lines = read(leaf)[0].lines
    assert [line.text[:3] for line in lines] == ["сол"] * 12 + ["оң "] * 12
    assert [line.indent for line in lines[12:17]] == [3.0, 0.0, 0.0, 0.0, 3.0]
    assert {line.align for line in lines} == {"left"}


def test_three_stamps_side_by_side_are_read_one_by_one():
    stamps = [("КЕЛІСІЛДІ", f"{name} министрлігі", "С. Ахметов") for name in ("Қаржы", "Әділет", "Еңбек")]
    leaf = Leaf()
    for x, stamp in zip((50, 220, 400), stamps, strict=True):
        leaf.lines(x, 100, *stamp)
    assert texts(read(leaf)[0]) == [line for stamp in stamps for line in stamp]


def test_the_rows_of_an_unruled_table_stay_rows():
    leaf = Leaf()
    for k in range(4):
        leaf.text(50, 100 + k * 12, str(k + 1)).text(90, 100 + k * 12, "Бас маман лауазымы")
        leaf.text(320, 100 + k * 12, "жоғары білім талап етіледі")
    assert [t.split("    ")[0] for t in texts(read(leaf)[0])] == ["1", "2", "3", "4"]


def test_the_rows_of_an_unruled_table_with_wrapped_cells_stay_beside_their_numbers():
    leaf, y = Leaf(), 100
    for number, post, code, need in (
        ("1", ["Бас маман-", "заңгер"], "C-O-1", ["жоғары заң білімі,", "үш жыл өтіл"]),
        ("2", ["Маман"], "C-O-5", ["жоғары білім,", "өтіл керек емес"]),
        ("3", ["Аға", "маман"], "C-O-6", ["орта білім"]),
    ):
        leaf.text(50, y, number).lines(80, y, *post).text(220, y, code).lines(300, y, *need)
        y += 12 * max(len(post), len(need)) + 4
    found = [" ".join(t.split()) for t in texts(read(leaf)[0]) if t]
    assert [t for t in found if t[0].isdigit()] == [
        "1 Бас маман- C-O-1 жоғары заң білімі,",
        "2 Маман C-O-5 жоғары білім,",
        "3 Аға C-O-6 орта білім",
    ]


def test_a_signature_stays_one_line():
    leaf = Leaf().lines(50, 100, "Қазақстан Республикасының", "Премьер-Министрі").text(420, 112, "А. Серіков")
    assert [t.split() for t in texts(read(leaf)[0])] == [
        ["Қазақстан", "Республикасының"],
        ["Премьер-Министрі", "А.", "Серіков"],
    ]
    line = read(leaf)[0].lines[1]
    assert "    " in line.text
    assert [line.text[w.start : w.stop] for w in line.words] == ["Премьер-Министрі", "А.", "Серіков"]


def test_a_name_between_the_lines_of_a_post_follows_the_post():
    leaf = Leaf().text(50, 100, "Президент").text(420, 106, "Н. ӘБІШЕВ").text(50, 112, "Қазақстан Республикасының")
    assert texts(read(leaf)[0]) == ["Президент", "Қазақстан Республикасының    Н. ӘБІШЕВ"]


def test_a_short_line_stretched_to_the_margin_is_closed_and_stands_at_the_indent():
    leaf = Leaf()
    for number in range(6):
        leaf.text(70, 100 + number * 24, "Осы Қағидаларда мынадай ұғымдар пайдаланылады және олардың")
        leaf.text(50, 112 + number * 24, "мағынасы осы тармақта ашылады олардың бәрі міндетті болады")
    leaf.text(180, 244, "1)", spacing=7).text(240, 244, "бюджеттік;", spacing=7).text(50, 256, "Соңғы жол осында")
    line = next(line for line in read(leaf)[0].lines if line.text.startswith("1"))
    assert line.text == "1) бюджеттік;"
    assert (line.indent, line.align) == (4.0, "left")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_the_reader_sees_it(turn: int):
    leaf = Leaf(wide=842, high=595, turn=turn)
    matrix = {90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}[turn]
    place = {90: (100, 50), 180: (742, 500), 270: (100, 500)}[turn]
    for row, text in enumerate(("бірінші жол", "екінші жол")):
        shift = {90: (row * 12, 0), 180: (0, row * 12), 270: (-row * 12, 0)}[turn]
        x, y = place[0] + shift[0], place[1] + shift[1]
        leaf.drawing.append(f"BT /R 10 Tf {matrix} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET".encode())
    (page,) = read(leaf)
    assert texts(page) == ["бірінші жол", "екінші жол"]
    assert page.lines[0].box is not None
    assert page.lines[0].box.x0 < page.lines[0].box.x1 <= page.width
    assert page.width == (842 if turn == 180 else 595)


def test_a_page_printed_sideways_is_read_upright():
    leaf = Leaf().upward(100, 700, "бірінші жол осында").upward(112, 700, "екінші жол").text(300, 800, "7")
    for x in (200, 230, 260):
        leaf.rule(x, 300, x, 500)
    for y in (300, 400, 500):
        leaf.rule(200, y, 260, y)
    leaf.upward(215, 490, "а").upward(215, 390, "б").upward(245, 490, "в").upward(245, 390, "г")
    (page,) = read(leaf)
    assert [line.text for line in page.lines if line.text][:4] == ["бірінші жол осында", "екінші жол", "а\tб", "в\tг"]
    assert (page.width, page.height) == (842.0, 595.0)


def test_sideways_heads_of_a_table_are_read_in_their_cells():
    leaf = Leaf().grid([50, 100, 150], [100, 200, 220]).upward(70, 190, "Саны").upward(82, 190, "мен үлесі")
    leaf.upward(120, 190, "Атауы").text(55, 215, "5").text(105, 215, "мектеп")
    leaf.lines(50, 300, "Бұл беттің мәтіні тік тұр және", "оның жолдары кестеден көп болады")
    assert texts(read(leaf)[0])[:2] == ["Саны мен үлесі\tАтауы", "5\tмектеп"]


def test_only_what_the_crop_box_shows_is_read():
    leaf = Leaf(crop=(0, 0, 595, 700)).text(50, 100, "көрінбейді").text(50, 300, "көрінеді")
    (page,) = read(leaf)
    assert texts(page) == ["көрінеді"]
    assert page.height == 700


def test_running_heads_page_numbers_and_side_stamps_are_furniture():
    leaves = []
    for number in range(1, 7):
        leaf = Leaf().text(50, 30, f"Ресми басылым, {number}-бет").text(290, 820, str(number))
        leaf.upward(585, 500, "https://example.org/check/ABC123")
        leaf.lines(50, 60, f"{number}. Осы тармақ {'әбвгдежз'[number]} туралы", "Келесі жол", "Тағы бір жол")
        leaves.append(leaf)
    for page in read(*leaves):
        roles = {line.text: line.role for line in page.lines if line.text}
        assert [text for text, role in roles.items() if role == "furniture"] != []
        kept = [text for text, role in roles.items() if role == ""]
        assert kept == [f"{page.number}. Осы тармақ {'әбвгдежз'[page.number]} туралы", "Келесі жол", "Тағы бір жол"]


def test_the_stamps_of_attachments_are_no_running_heads():
    leaves = [Leaf().lines(50, 60, "Бекітілсін:", "1. Қағидалар", "2. Нысандар")]
    for number in range(1, 9):
        leaf = Leaf().lines(350, 50, "Білім министрінің", "№ 122 бұйрығына", f"{number}-қосымша")
        leaves.append(leaf.text(50, 130, f"Нысан {'абвгдежзи'[number]}").text(50, 142, "Толтырылады"))
    assert not any(line.role for page in read(*leaves) for line in page.lines)


def test_a_number_that_does_not_count_pages_is_no_furniture():
    leaves = [Leaf().text(50, 60, number).lines(50, 100, "Мәтін осында", "және осында") for number in ("17", "4", "90")]
    assert all(line.role == "" for page in read(*leaves) for line in page.lines)


def test_the_tabs_of_a_portal_are_furniture_by_their_links():
    leaf = Leaf().text(50, 60, "Бұйрық туралы")
    for row, (tab, step) in enumerate([("Мәтін", ""), ("Ақпарат", "/info"), ("Тарихы", "/history"), ("Көшіру", "/dl")]):
        leaf.link(60, 80 + row * 12, tab, f"http://example.org/kaz/docs/V1600013418{step}")
    leaf.text(50, 130, "1. Бекітілсін:")
    leaf.link(50, 142, "16-тармақ", "http://example.org/kaz/docs/V2#z1").link(
        50, 154, "17-тармақ", "http://e.org/V2#z2"
    )
    roles = {line.text: line.role for line in read(leaf)[0].lines}
    assert [text for text, role in roles.items() if role == "furniture"] == ["Мәтін", "Ақпарат", "Тарихы", "Көшіру"]
