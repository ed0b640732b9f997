"""Scans: what they show comes out letter by letter, in the right language, with tables, boxes and doubts."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

import ingest
from ingest import ocr, ocr_engine, ocr_language
from ingest.media import JPEG, PDF, PNG, TIFF
from models import Document, LimitError, Limits, Page, SourceError

sys.path.insert(0, str(Path(__file__).parent))
from scan_writer import DEJAVU, FOLDER, SERIF, Sheet, office_scan, phone_photograph

pytestmark = [
    pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract or its models are not installed"),
    pytest.mark.skipif(not (FOLDER / f"{SERIF}-Regular.ttf").is_file(), reason="fonts-liberation2 is not installed"),
]

ACTS = {
    "kk": [
        "1. Осы Қағидалар мемлекеттік қызметшілердің лауазымдық міндеттерін, өкілеттіктерін және жауапкершілігін "
        "айқындайды, сондай-ақ құжаттарды тіркеу мен сақтау тәртібін белгілейді.",
        "2) өтініш берушіге үш жұмыс күні ішінде жазбаша жауап беріледі;",
        "3) ұсынылған құжаттар № 305 бұйрыққа 2-қосымшаға сәйкес ресімделеді.",
    ],
    "ru": [
        "1. Настоящие Правила определяют порядок регистрации обращений физических и юридических лиц, сроки их "
        "рассмотрения и ответственность должностных лиц государственных органов.",
        "2) заявителю в течение трёх рабочих дней направляется письменный ответ;",
        "3) документы оформляются согласно приложению 2 к приказу № 305.",
    ],
    "uz-Cyrl": [
        "1. Мазкур Низом давлат органларининг мурожаатларни кўриб чиқиш тартибини, муддатларини ҳамда мансабдор "
        "шахсларнинг жавобгарлигини белгилайди ва ғайриқонуний ҳаракатларнинг олдини олишга қаратилган.",
        "2) аризачига уч иш куни ичида ёзма жавоб юборилади;",
        "3) ҳужжатлар 305-сон қарорнинг 2-иловасига мувофиқ расмийлаштирилади.",
    ],
    "uz-Latn": [
        "1. Mazkur Nizom davlat organlarining murojaatlarni koʻrib chiqish tartibini, muddatlarini hamda mansabdor "
        "shaxslarning javobgarligini belgilaydi va gʻayriqonuniy harakatlarning oldini olishga qaratilgan.",
        "2) arizachiga uch ish kuni ichida yozma javob yuboriladi va bu haqda eʼlon qilinadi;",
        "3) hujjatlar 305-son qarorning 2-ilovasiga muvofiq rasmiylashtiriladi.",
    ],
}


def typeset(code: str, face: str = SERIF) -> Sheet:
    sheet = Sheet(face=face)
    for paragraph in ACTS[code]:
        sheet.paragraph(paragraph)
    return sheet


def file_of(image: Image.Image, kind: str = PNG, dpi: int = 300, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF", PDF: "PDF"}[kind], dpi=(dpi, dpi), **options)
    return buffer.getvalue()


def read(data: bytes, kind: str = PNG, language: str | None = None, limits: Limits = Limits()) -> tuple[Page, ...]:
    return ingest.read_pages(Document("made", data, kind, language=language), limits)


def text_of(page: Page) -> str:
    return " ".join(" ".join(line.text for line in page.lines).split())


def errors(page: Page, sheet: Sheet) -> float:
    truth = " ".join(sheet.truth)
    return Levenshtein.distance(truth, text_of(page)) / len(truth)


@pytest.mark.parametrize("code", ACTS)
def test_a_clean_scan_is_read_in_its_language(code: str):
    sheet = typeset(code)
    (page,) = read(file_of(sheet.image))
    assert errors(page, sheet) <= 0.01
    assert page.origin == "ocr"
    assert page.language == code.partition("-")[0]
    assert page.dpi == pytest.approx(300, abs=1)
    assert page.seconds is not None
    assert 0.85 < page.confidence <= 1


@pytest.mark.parametrize("code", ["kk", "uz-Latn"])
def test_a_poor_scan_is_read(code: str):
    sheet = typeset(code)
    (page,) = read(file_of(office_scan(sheet.image), JPEG, 150, quality=60), JPEG)
    assert errors(page, sheet) <= 0.02
    assert page.skew == pytest.approx(-1.0, abs=0.15)


def test_a_photograph_is_read_and_its_boxes_are_those_of_the_photograph():
    sheet = typeset("ru")
    image = phone_photograph(sheet.image)
    (page,) = read(file_of(image, JPEG, quality=80), JPEG)
    assert errors(page, sheet) <= 0.06
    scale = page.width / image.width
    word = next(w for line in page.lines for w in line.words if line.text[w.start : w.stop] == "Правила")
    crop = image.crop(tuple(round(v / scale) for v in (word.box.x0, word.box.y0, word.box.x1, word.box.y1)))
    low, high = crop.getextrema()
    assert high - low > 60  # there is print in the box


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_turned_back(turn: int):
    sheet = typeset("kk")
    (page,) = read(file_of(sheet.image.rotate(turn, expand=True)))
    assert errors(page, sheet) <= 0.02


def test_pages_read_at_the_same_time_come_in_order_and_are_the_same():
    buffer = io.BytesIO()
    first, *others = [typeset(code).image.crop((0, 0, 2480, 1100)) for code in ("kk", "ru", "uz-Cyrl")]
    first.save(buffer, "TIFF", save_all=True, append_images=others, dpi=(300, 300))
    one, two = (read(buffer.getvalue(), TIFF, limits=Limits(threads=threads)) for threads in (1, 2))
    assert [page.language for page in two] == ["kk", "ru", "uz"]
    assert [page.lines for page in two] == [page.lines for page in one]


def test_the_language_can_be_told():
    (page,) = read(file_of(typeset("ru").image), language="kk")
    assert page.language == "kk"


def test_indents_and_vertical_gaps_are_kept():
    sheet = typeset("ru")
    sheet.gap(2)
    sheet.line("Министр труда", bold=True)
    (page,) = read(file_of(sheet.image))
    first = page.lines[0]
    assert first.indent == pytest.approx(5, abs=1)
    assert page.lines[1].indent < 1
    assert [line.text for line in page.lines][-2:] == ["", "Министр труда"]
    assert all(0 < w.confidence <= 1 for w in first.words)
    assert first.text[first.words[1].start : first.words[1].stop] == "Настоящие"


def test_numerals_codes_and_numero_signs_in_a_kazakh_act():
    sheet = Sheet()
    sheet.paragraph("Ескерту. 5-бап жаңа редакцияда – ҚР 14.07.2022 № 141-VII (алғашқы жарияланған күнінен бастап); "
                    "23.12.2023 № 50-VIII Заңымен. Лауазым C-SVO-7 санатына жатады.")  # fmt: skip
    (page,) = read(file_of(sheet.image))
    text = text_of(page)
    for wanted in ("№ 141-VII", "№ 50-VIII", "C-SVO-7", "14.07.2022", "23.12.2023"):
        assert wanted in text


ROWS = [
    ["Р/с №", "Лауазымы", "Санаты", "Мамандығы"],
    ["26-1.", "Департамент бастығы", "C-SV-2 (қызметкер)", "Құқықтану Экономика"],
    ["26-2.", "Басқарма бастығы", "C-SV-4 (қызметкер)", None],
    ["26-3.", "Бас маман", "C-SVO-8 (қызметкер)", "Қаржы"],
]


@pytest.mark.parametrize("age", ["clean", "office", "phone"])
def test_a_ruled_table_keeps_its_rows_and_merged_cells(age: str):
    sheet = Sheet()
    sheet.paragraph(ACTS["kk"][0])
    sheet.gap()
    sheet.table([50, 150, 120, 150], ROWS)
    sheet.gap()
    sheet.paragraph(ACTS["kk"][1])
    aged = {"clean": lambda i: i, "office": office_scan, "phone": phone_photograph}[age](sheet.image)
    (page,) = read(file_of(aged, dpi=150 if age == "office" else 300))
    rows = [line for line in page.lines if line.table is not None]
    assert [[line.text[c.start : c.stop] for c in line.cells] for line in rows] == [
        [cell for cell in row if cell is not None] for row in ROWS
    ]
    assert rows[1].cells[3].row_span == 2
    assert {line.table for line in rows} == {0}


def test_a_table_goes_on_over_the_page():
    pages = []
    for part in (ROWS[:2], [ROWS[0], ROWS[3]]):
        sheet = Sheet()
        sheet.table([50, 150, 120, 150], part)
        pages.append(sheet.image)
    first, second = read(file_of(pages[0], TIFF, save_all=True, append_images=pages[1:]), TIFF)
    assert {line.table for page in (first, second) for line in page.lines if line.cells} == {0}
    assert [line.text.split("\t")[0] for line in second.lines if line.cells] == ["26-3."]


def test_scanned_pages_of_a_pdf_are_read_in_place():
    from pdf_writer import Leaf, write
    from pypdfium2 import PdfDocument

    scan = file_of(typeset("kk", DEJAVU).image, PDF, resolution=300)
    born = write(Leaf().lines(50, 100, "1. Осы бұйрық жарияланған күнінен бастап қолданысқа енгізіледі."))
    joined = PdfDocument(born)
    joined.import_pages(PdfDocument(scan))
    joined.import_pages(PdfDocument(file_of(Image.new("L", (620, 877), 255), PDF, resolution=75)))
    buffer = io.BytesIO()
    joined.save(buffer)
    first, second, third = read(buffer.getvalue(), PDF)
    assert (first.origin, second.origin, third.origin) == ("pdf-text", "ocr", "ocr")
    assert errors(second, typeset("kk", DEJAVU)) <= 0.01
    assert third.lines == ()
    assert third.confidence == 1.0  # certainly blank; a page that could not be read has 0


def test_without_tesseract_scans_are_refused_with_what_to_install_and_the_rest_is_kept(monkeypatch: pytest.MonkeyPatch):
    from pdf_writer import Leaf, write
    from pypdfium2 import PdfDocument

    monkeypatch.setattr(ocr_engine, "available", lambda: False)
    scan = file_of(typeset("kk").image)
    with pytest.raises(SourceError, match=r"apt-get install tesseract-ocr .*tesseract-ocr-kaz"):
        read(scan)
    joined = PdfDocument(write(Leaf().lines(50, 100, "1. Осы бұйрық бүгін қолданысқа енгізіледі.")))
    joined.import_pages(PdfDocument(file_of(typeset("kk").image, PDF, resolution=300)))
    buffer = io.BytesIO()
    joined.save(buffer)
    first, second = read(buffer.getvalue(), PDF)
    assert first.lines[0].text.startswith("1. Осы бұйрық")
    assert (second.lines, second.confidence) == ((), 0.0)


def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ocr_language, "known_models", lambda: frozenset({"osd"}))
    monkeypatch.setattr(ocr_language, "missing_models", lambda models: models)
    ocr_language.tongues.cache_clear()
    try:
        with pytest.raises(SourceError, match=r"apt-get install .*tesseract-ocr-uzb-cyrl"):
            ocr.check_engine(Document("made", b"", PNG))
    finally:
        ocr_language.tongues.cache_clear()


def test_time_is_limited_page_by_page():
    data = file_of(typeset("kk").image)
    with pytest.raises(LimitError, match="took longer"):
        read(data, limits=Limits(seconds_per_page=0.001))


def test_what_was_read_is_drawn_onto_the_page(tmp_path: Path):
    from buyruq.page_images import read_drawn
    from buyruq.page_sheet import CLAUSE_COLOUR, LINE_COLOUR, SURE

    scan = tmp_path / "scan.png"
    scan.write_bytes(file_of(typeset("kk").image))
    reading = read_drawn(scan, None, tmp_path / "drawn")
    assert [clause.eid for clause in reading.act.clauses][:1] == ["para_1"]
    picture = Image.open(tmp_path / "drawn" / "scan-page-001.png").convert("RGB")
    assert picture.width > typeset("kk").image.width  # labels stand beside the page
    colours = {colour for _, colour in picture.getcolors(1_000_000)}
    assert {SURE, LINE_COLOUR, CLAUSE_COLOUR} <= colours


def test_a_text_layer_of_soup_gives_way_to_the_picture():
    from buyruq.pipeline import repair_document

    sheet = typeset("kk")
    for _ in range(3):
        for paragraph in ACTS["kk"]:
            sheet.paragraph(paragraph)
    engine = ocr_engine.tesserocr
    if engine is None:
        pytest.skip("the binding is needed to make a wrong text layer")
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    wrong = ocr_engine.recognise(np.asarray(sheet.image), ("eng",), 300)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.drawImage(ImageReader(sheet.image), 0, 0, 595, 842)
    for token in wrong:
        text = canvas.beginText(token.x0 * 0.24, 842 - token.base * 0.24)
        text.setFont("Helvetica", 11)
        text.setTextRenderMode(3)
        text.textOut(token.text.encode("latin-1", "ignore").decode("latin-1"))
        canvas.drawText(text)
    canvas.save()
    (page,) = repair_document(Document("made.pdf", buffer.getvalue(), PDF)).pages
    assert page.origin == "ocr"
    assert page.health > 0.9
    lost = [reading for reading in page.readings if not reading.chosen]
    assert lost
    assert {reading.method for reading in lost} == {"pdf-text"}
    assert any(reading.line and reading.health < 0.5 for reading in lost)
