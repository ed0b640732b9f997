"""What is decided about a page image before and after Tesseract reads it: size, columns, single words."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import ingest
from buyruq.pipeline import read_document
from ingest import ocr_doubts, ocr_engine
from ingest.image_lines import Band, one_column
from ingest.image_prepare import READING_HEIGHT, prepare
from ingest.ocr_engine import Token
from ingest.ocr_numbers import counted
from ingest.ocr_stops import without_false_stops, without_unseen_marks
from models import Document

sys.path.insert(0, str(Path(__file__).parent))
from paper_writer import Paper, Table
from scan_writer import FOLDER, SERIF, Sheet, font

pytestmark = [
    pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract or its models are not installed"),
    pytest.mark.skipif(not (FOLDER / f"{SERIF}-Regular.ttf").is_file(), reason="fonts-liberation2 is not installed"),
]

TEXT = "Осы қағидалар мемлекеттік қызметшілердің біліктілігін арттыру тәртібін айқындайды."


def bands(*boxes: tuple[int, int, int, int]) -> list[Band]:
    return [Band(x0, y0, x1, y1, (y0 + y1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in boxes]


LINES = ((100, 100, 900, 130), (100, 150, 900, 180), (100, 200, 900, 230), (100, 250, 500, 280))


@pytest.mark.parametrize(
    ("boxes", "one"),
    [
        (LINES, True),
        ((*LINES, (600, 252, 900, 281)), True),  # two parts of one line
        ((*LINES, (600, 267, 900, 297)), False),  # a name between two lines of a post
        ((*LINES[:3], (100, 215, 500, 245)), False),  # lines that run into each other
        (LINES[:2], False),  # too few to tell
    ],
)
def test_columns_are_looked_for_where_lines_stand_beside_each_other(boxes, one):
    assert one_column(sorted(bands(*boxes), key=lambda b: b.y0)) is one


def page(points: float) -> Sheet:
    sheet = Sheet(face=SERIF, points=points)
    for _ in range(12):
        sheet.paragraph(TEXT)
    return sheet


def test_large_print_is_read_smaller_and_small_print_as_it_is():
    large, small = (prepare(np.asarray(page(size).image.convert("L")), 300.0) for size in (14.0, 7.0))
    assert large.dpi < 200
    assert small.dpi == 300
    heights = [band.y1 - band.y0 for band in large.bands]
    assert np.percentile(heights, 10) == pytest.approx(READING_HEIGHT, abs=2)
    back = large.back(np.array([(large.picture.shape[1], large.picture.shape[0])], dtype=np.float64))
    assert back[0] == pytest.approx(page(14.0).image.size, abs=1)


def test_skewed_lines_keep_their_places_when_they_are_levelled():
    turned = page(12.0).image.convert("L").rotate(1.0, Image.Resampling.BICUBIC, fillcolor=255)
    level = prepare(np.asarray(turned), 300.0)
    assert level.skew == pytest.approx(-1.0, abs=0.15)
    for band in level.bands:  # the ink of each line lies inside its box, and little beside it
        part = level.picture[band.y0 : band.y1, band.x0 : band.x1]
        assert part.min() < 100


@pytest.mark.parametrize(
    ("first", "others", "wanted"),
    [
        ("141-МІІ", {"rus": ("141-МП", 0.7), "eng": ("141-VIl", 0.5)}, "141-VII"),
        ("256-УІІ", {"rus": ("256-УП", 0.3), "eng": ("256-Vill", 0.8)}, "256-VIII"),
        ("272-МІ!", {"rus": ("272-М!", 0.4), "eng": ("272-V\\", 0.6)}, "272-VI"),
        ("1-ші", {"rus": ("1-и", 0.5), "eng": ("1-ii", 0.9)}, "1-ші"),  # a small letter is no numeral
        ("3-ШІ", {"rus": ("3-Ш", 0.5), "eng": ("3-III", 0.9)}, "3-ШІ"),  # nor is the ending of an ordinal
        ("О", {"kaz": ("О", 0.6), "eng": ("D", 0.9)}, "D"),
        ("О", {"kaz": ("О", 0.9), "eng": ("O", 0.9)}, "О"),  # the preposition
    ],
)
def test_numerals_and_lone_letters_of_categories(first, others, wanted):
    text, confidence = ocr_doubts.settle((first, 0.7), others)
    assert text == wanted
    assert confidence <= 0.95


def test_a_numeral_of_which_readings_differ_stays_in_doubt():
    _, confidence = ocr_doubts.settle(("86-УІІ", 0.6), {"eng": ("86-VIll", 0.7)})
    assert confidence < 0.6


@pytest.mark.parametrize(
    ("printed", "read", "after", "confidence", "wanted"),
    [
        ("тұрақты", "тұрақты.", "негізде", 0.7, "тұрақты"),
        ("тұрақты.", "тұрақты.", "негізде", 0.7, "тұрақты."),  # it can be seen
        ("тұрақты", "тұрақты.", "Негізде", 0.7, "тұрақты."),  # a sentence may end here
        ("тұрақты", "тұрақты.", "негізде", 0.95, "тұрақты."),  # the model is sure
        ("обл", "обл.", "бюджет", 0.7, "обл."),  # an abbreviation
    ],
)
def test_a_full_stop_that_cannot_be_seen_is_none(printed, read, after, confidence, wanted):
    picture = Image.new("L", (600, 80), 255)
    face = font(SERIF, 9.6, 300)
    draw = ImageDraw.Draw(picture)
    draw.text((20, 60), printed, font=face, fill=0, anchor="ls")
    wide = draw.textlength(printed, font=face)
    tokens = [
        Token(read, 20, 25, 20 + wide, 68, confidence, 0, 60.0, 40.0),
        Token(after, 400, 25, 560, 68, 0.9, 0, 60.0, 40.0),
    ]
    assert without_false_stops(np.asarray(picture), tokens)[0].text == wanted


def words(*column: str | tuple[str, float]) -> list[Token]:
    texts = [(word, 0.95) if isinstance(word, str) else word for word in column]
    return [Token(text, 0, 0, 10, 10, confidence) for text, confidence in texts]


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (["9.", "10.", ("112", 0.5), "12."], ["9.", "10.", "11.", "12."]),
        ([("ТЕ", 0.4), "2.", "3."], ["1.", "2.", "3."]),
        (["9.", "10.", "1.", "12."], ["9.", "10.", "11.", "12."]),  # sure, near, and it cannot be
        (["26.", ("26-1.", 0.5), "28."], ["26.", ("26-1."), "28."]),  # too long for 27.
        (["9.", ("7.", 0.5), ("8.", 0.4), "12."], ["9.", "7.", "8.", "12."]),  # nothing tells
        (["3.", "55.", "5."], ["3.", "55.", "5."]),  # sure of another number: it stays, in doubt
        (["5.", "1.", "2."], ["5.", "1.", "2."]),  # the count begins anew
    ],
)
def test_a_number_that_its_neighbours_leave_no_choice_about(column, wanted):
    read = counted(words(*column))
    assert [word.text for word in read] == wanted
    changed = [word for word, old in zip(read, words(*column), strict=True) if word.text != old.text]
    assert all(word.confidence <= 0.6 for word in changed)


@pytest.mark.parametrize("turn", [0, 90])
def test_a_page_of_nothing_but_figures_comes_the_right_way_up(turn):
    rows = [["№", "2024", "2025", "2026"]]
    rows += [[f"{k}.", f"{k * 53 % 97},5", f"{k * 71 % 89}", f"{k * 29 % 83}"] for k in range(1, 19)]
    (image,) = Paper(SERIF, 12.0).set([Table((60.0, 130.0, 130.0, 130.0), rows, head=1)])
    file = io.BytesIO()
    image.rotate(turn, expand=True).save(file, "PNG", dpi=(300, 300))
    (page,) = ingest.read_pages(Document("made", file.getvalue(), "image/png"))
    read = [line.text.split("\t") for line in page.lines if line.cells]
    assert len(read) == len(rows)
    assert sum(row in rows for row in read) >= len(rows) - 1
    words = [(word.stop - word.start, word.confidence) for line in page.lines for word in line.words]
    mean = sum(size * sure for size, sure in words) / sum(size for size, _ in words)
    assert page.confidence == pytest.approx(mean, abs=1e-3)  # a row is no surer than its numbers, a page is no row


def scanned(sheet: Sheet) -> Document:
    file = io.BytesIO()
    sheet.image.save(file, "PNG", dpi=(300, 300))
    return Document("made", file.getvalue(), "image/png")


def test_centred_lines_of_a_scanned_head_are_told_apart():
    sheet = Sheet(face=SERIF, points=12.0)
    for line in (
        "Қазақстан Республикасы Су шаруашылығы министрінің",
        "2024 жылғы 3 мамырдағы № 77 бұйрығы",
        "Су пайдалану қағидаларын бекіту туралы",
    ):
        sheet.line(line, "center", bold=True)
    sheet.paragraph("Қазақстан Республикасы Су кодексінің 37-бабына сәйкес БҰЙЫРАМЫН:")
    sheet.paragraph("1. Қоса беріліп отырған Су пайдалану қағидалары бекітілсін.")
    sheet.paragraph("2. Осы бұйрық алғашқы ресми жарияланған күнінен бастап қолданысқа енгізіледі.")
    act = read_document(scanned(sheet)).act
    assert (act.title, act.number) == ("Су пайдалану қағидаларын бекіту туралы", "77")


def test_headings_of_words_that_the_uzbek_model_doubts_are_kept():
    sheet = Sheet(face=SERIF, points=12.0)
    text = "Mazkur yoʻriqnoma davlat xizmatchilarining malakasini oshirish tartibini belgilaydi."
    headings = ["BUYRUGʻI", "YOʻRIQNOMA", "UMUMIY QOIDALAR"]
    for heading in headings:
        sheet.line(heading, "center", bold=True)
        sheet.paragraph(text)
    (page,) = ingest.read_pages(scanned(sheet))
    lines = [line.text for line in page.lines]
    assert [heading for heading in headings if heading not in lines] == []


def test_a_dash_in_a_stretched_blank_is_none():
    picture = np.full((80, 600), 245, np.uint8)
    picture[30:60, 20:180] = 20  # a word
    picture[44:47, 300:330] = 60  # a dash
    tokens = [Token(text, x, 30, x + 30, 60, 0.4, 0, 60.0, 40.0) for text, x in (("сөз", 20), ("—", 220), ("—", 300))]
    assert [(t.text, t.x0) for t in without_unseen_marks(picture, tokens)] == [("сөз", 20), ("—", 300)]
