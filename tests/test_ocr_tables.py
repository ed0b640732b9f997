"""Tables of positions on scans: over pages, with merged cells and faint rules, they are those of the clean act."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

import ingest
from buyruq.pipeline import read_with_pages
from ingest import ocr_engine
from ingest.media import HTML, TIFF
from models import Document, Limits, Line, Page, Position

sys.path.insert(0, str(Path(__file__).parent))
from paper_writer import Entry, Paper, Par, Part, Row, Table, as_html
from scan_writer import FOLDER, SANS, SERIF, office_scan, phone_photograph

pytestmark = [
    pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract or its models are not installed"),
    pytest.mark.skipif(not (FOLDER / f"{SERIF}-Regular.ttf").is_file(), reason="fonts-liberation2 is not installed"),
]

WIDTHS = (38.0, 110.0, 80.0, 85.0, 120.0)
SUBJECTS = {
    "kk": ["Құқықтану", "Экономика және бизнес", "Мемлекеттік басқару", "Ақпараттық жүйелер", "Су ресурстары"],
    "ru": ["Юриспруденция", "Экономика и финансы", "Государственное управление", "Водное хозяйство", "Экология"],
    "uz-Cyrl": ["Ҳуқуқшунослик", "Иқтисодиёт ва молия", "Давлат бошқаруви", "Сув хўжалиги", "Экология"],
}
Rows = list[list[tuple[str, int, int, int]]]
HEADS = {
    "kk": ["Р/с №", "Лауазымы", "Санаты", "Білімі", "Мамандығы"],
    "ru": ["№ п/п", "Должность", "Категория", "Образование", "Специальность"],
    "uz-Cyrl": ["№", "Лавозими", "Тоифаси", "Маълумоти", "Мутахассислиги"],
}
DEGREES = {"kk": "Жоғарыдан төмен емес", "ru": "Не ниже высшего", "uz-Cyrl": "Олий маълумот"}
DIVISIONS = {
    "kk": ["1-тарау. Су ресурстары басқармасының лауазымдары", "2-тарау. Өңірлік инспекцияның лауазымдары"],
    "ru": ["Глава 1. Должности управления водных ресурсов", "Глава 2. Должности региональной инспекции"],
    "uz-Cyrl": ["1-боб. Сув ресурслари бошқармасининг лавозимлари", "2-боб. Ҳудудий инспекциянинг лавозимлари"],
}
TITLES = {
    "kk": ["Басқарма бастығы", "Басқарма бастығының орынбасары", "Бөлім бастығы", "Бас маман", "Аға инспектор",
           "Инспектор", "Инспекция басшысы", "Бас инженер"],
    "ru": ["Руководитель управления", "Заместитель руководителя управления", "Начальник отдела", "Главный специалист",
           "Старший инспектор", "Инспектор", "Руководитель инспекции", "Главный инженер"],
    "uz-Cyrl": ["Бошқарма бошлиғи", "Бошқарма бошлиғининг ўринбосари", "Бўлим бошлиғи", "Бош мутахассис",
                "Катта инспектор", "Инспектор", "Инспекция раҳбари", "Бош муҳандис"],
}  # fmt: skip
OPENINGS = {
    "kk": "1. Су шаруашылығы органдары лауазымдарының санаттарына мынадай біліктілік талаптары белгіленсін:",
    "ru": "1. Установить следующие квалификационные требования к категориям должностей органов водного хозяйства:",
    "uz-Cyrl": "1. Сув хўжалиги органлари лавозимларининг тоифаларига қуйидаги малака талаблари белгилансин:",
}
CLOSINGS = {
    "kk": "2. Осы бұйрық алғашқы ресми жарияланған күнінен кейін он жұмыс күні өткен соң қолданысқа енгізіледі.",
    "ru": "2. Настоящий приказ вводится в действие по истечении десяти рабочих дней после дня его опубликования.",
    "uz-Cyrl": "2. Мазкур буйруқ расмий эълон қилинган кундан эътиборан ўн кун ўтгач кучга киради.",
}


def rows_of(code: str, count: int, divided: bool = True) -> list[Row]:
    """Return a table of posts: a head, divisions over all columns, specialities that span the rows of a division."""
    rows: list[Row] = [HEADS[code]]
    half = count // 2
    for part, numbers in enumerate((range(1, half + 1), range(half + 1, count + 1))):
        if divided:
            rows.append([Entry(DIVISIONS[code][part], columns=5)])
        for n in numbers:
            cells: list[Entry | str] = [f"{n}.", TITLES[code][n % 8], f"C-O-{n % 8 + 1}", DEGREES[code]]
            if n == numbers[0]:
                cells.append(Entry("\n".join(SUBJECTS[code][: 5 - part]), rows=len(numbers)))
            rows.append(cells)
    return rows


def act(code: str, count: int, divided: bool = True, **style: object) -> list[Part]:
    table = Table(WIDTHS, rows_of(code, count, divided), **style)  # type: ignore[arg-type]
    return [Par(OPENINGS[code]), table, Par(CLOSINGS[code])]


def scanned(images: Sequence[Image.Image], dpi: int = 300) -> Document:
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], dpi=(dpi, dpi))
    return Document("made.tiff", buffer.getvalue(), TIFF)


def table_of(pages: Sequence[Page]) -> Rows:
    """Return the rows of the tables: text, column and spans of each cell."""
    lines = [line for page in pages for line in page.lines if line.cells]
    return [[(cell_text(x, c.start, c.stop), c.column, c.row_span, c.column_span) for c in x.cells] for x in lines]


ALIKE = str.maketrans("СО", "CO")  # a code's letters are Latin in one act and Cyrillic in the next


def cell_text(line: Line, start: int, stop: int) -> str:
    text = " ".join(line.text[start:stop].replace("\x1f", " ").split())
    return text.translate(ALIKE) if "-" in text[:2] else text


def said(position: Position) -> tuple[object, ...]:
    return (position.row_num, position.category_code, position.title, position.education, set(position.specialities))


@cache
def clean(
    code: str, count: int, divided: bool = True
) -> tuple[tuple[Position, ...], list[list[tuple[str, int, int, int]]]]:
    """Return the positions and the rows of the act as a page of the web."""
    reading, pages = read_with_pages(Document("made.html", as_html(act(code, count, divided)), HTML, language=code[:2]))
    return reading.facts.positions, table_of(pages)


def close(found: Rows, wanted: Rows) -> float:
    """Return the share of cells that are equal, of rows whose columns and spans all are."""
    assert [[cell[1:] for cell in row] for row in found] == [[cell[1:] for cell in row] for row in wanted]
    pairs = [(a, b) for x, y in zip(found, wanted, strict=True) for a, b in zip(x, y, strict=True)]
    return sum(a == b for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("code", HEADS)
def test_a_table_over_pages_gives_the_positions_of_the_clean_act(code: str):
    images = Paper(SANS if code == "ru" else SERIF, numbered=True).set(act(code, 34, head=1))
    assert len(images) > 1
    reading, pages = read_with_pages(scanned(images), Limits(threads=2))
    positions, rows = clean(code, 34)
    assert len(positions) == 34
    assert close(table_of(pages), rows) >= 0.92
    wanted = [said(p) for p in positions]
    assert sum(said(p) in wanted for p in reading.facts.positions) >= 0.9 * len(wanted)
    assert len(reading.facts.positions) == len(wanted)
    assert all(0.5 < p.confidence < 1 for p in reading.facts.positions)


@pytest.mark.parametrize("age", [office_scan, phone_photograph])
def test_a_poor_scan_gives_nearly_all_positions(age: Callable[..., Image.Image]):
    dpi = 150 if age is office_scan else 300
    images = [age(image) for image in Paper().set(act("kk", 20, head=1))]
    reading, _ = read_with_pages(scanned(images, dpi), Limits(threads=2))
    wanted = {(p.row_num, p.category_code, p.title.lower()) for p in clean("kk", 20)[0]}
    found = {(p.row_num, p.category_code, p.title.lower()) for p in reading.facts.positions}
    assert 2 * len(wanted & found) / (len(wanted) + len(found)) >= 0.9


@pytest.mark.parametrize(
    "style",
    [{"outer": False}, {"double": True}, {"pen": 0.35, "ink": 190}, {"pad": 0}],
    ids=["without outline", "double rules", "faint rules", "no room around the text"],
)
def test_rules_of_every_kind_are_seen(style: dict[str, object]):
    (image,) = Paper().set(act("kk", 8, False, **style))
    assert table_of(ingest.read_pages(scanned([image]))) == clean("kk", 8, False)[1]


def test_a_merged_cell_goes_on_over_the_page():
    rows: list[Row] = [["1.", "Басқарма бастығы", Entry("\n".join(SUBJECTS["kk"] * 12), rows=2)], ["2.", "Бас маман"]]
    paper = Paper()
    paper.sheet.gap(25)
    images = paper.set([Table((40.0, 180.0, 180.0), rows, split=True)])
    assert len(images) == 2
    found = table_of(ingest.read_pages(scanned(images)))
    assert [[cell[0] for cell in row] for row in found] == [
        ["1.", "Басқарма бастығы", " ".join(SUBJECTS["kk"] * 12)],
        ["2.", "Бас маман"],
    ]
    assert found[0][2][1:] == (2, 2, 1)


def test_a_wide_table_that_stands_on_its_side():
    widths = tuple(1.6 * w for w in WIDTHS)
    (image,) = Paper(paper=(842.0, 595.0)).set([Table(widths, rows_of("kk", 10))])
    turned = image.rotate(90, expand=True)
    assert [[cell[0] for cell in row] for row in table_of(ingest.read_pages(scanned([turned])))] == [
        [cell[0] for cell in row] for row in clean("kk", 10)[1]
    ]


def test_a_stamp_over_a_table_leaves_its_rows():
    (image,) = Paper().set(act("kk", 8))
    draw = ImageDraw.Draw(image)
    draw.ellipse((1100, 800, 1700, 1400), outline=170, width=8)
    draw.ellipse((1180, 880, 1620, 1320), outline=170, width=5)
    rows = table_of(ingest.read_pages(scanned([image])))
    assert [len(row) for row in rows] == [len(row) for row in clean("kk", 8)[1]]


def test_a_form_whose_longest_lines_are_blanks_is_read_in_its_language():
    parts: list[Part] = [Par("_" * 60), Par("Осы куәлік берілді"), Par("_" * 58)]
    parts += [Par("(тегі, аты және әкесінің аты)"), Par("_" * 59), Par("(білім беру ұйымының атауы)"), Par("_" * 57)]
    (page,) = ingest.read_pages(scanned([office_scan(Paper().set(parts)[0])], 150))
    assert page.language == "kk"
    assert "білім беру ұйымының атауы" in " ".join(line.text for line in page.lines)
