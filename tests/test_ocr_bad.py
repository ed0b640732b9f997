"""Pictures that are no readable act: a clear error inside the limits, and the rest of the document kept."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

import ingest
from buyruq.pipeline import read_document
from ingest import ocr_doubts, ocr_engine, ocr_fixes
from ingest.image import count, shots
from ingest.media import GIF, PDF, PNG, TIFF, WEBP
from models import Document, LimitError, Limits, SourceError

sys.path.insert(0, str(Path(__file__).parent))
from scan_writer import FOLDER, Sheet

OPENING = "1. Настоящие Правила определяют порядок регистрации обращений физических и юридических лиц"
needs_engine = pytest.mark.skipif(not ocr_engine.available(), reason="Tesseract or its models are not installed")


def read(data: bytes, kind: str = PNG, limits: Limits = Limits()):
    return ingest.read_pages(Document("made", data, kind), limits)


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(300, 300))
    return buffer.getvalue()


def first_shot(data: bytes) -> object:
    found = next(shots(Document("made", data, PNG), Limits()))
    if isinstance(found, SourceError):
        raise found
    return found


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(40_000, 20_000), (20_000, 12_000)])
def test_a_huge_picture_is_refused_before_it_is_decoded(size: tuple[int, int]):
    with pytest.raises(LimitError, match="million pixels"):
        first_shot(bomb(*size))


@needs_engine
def test_a_blank_page_is_said_to_be_blank():
    with pytest.raises(SourceError, match="blank"):
        read(png(Image.new("L", (1240, 1754), 250)))


@needs_engine
def test_noise_and_other_scripts_give_no_invented_text():
    grain = np.random.default_rng(1).integers(0, 256, (1200, 900), dtype=np.uint8)
    with pytest.raises(SourceError, match="no page shows text"):
        read(png(Image.fromarray(grain)))
    face = FOLDER / "noto" / "NotoSansYi-Regular.ttf"
    if not face.is_file():
        pytest.skip("no font of another script")
    page = Image.new("L", (1800, 1200), 255)
    for k in range(12):
        text = "".join(chr(0xA000 + (k * 41 + n * 17) % 1100) for n in range(30))
        ImageDraw.Draw(page).text((100, 80 + k * 70), text, font=ImageFont.truetype(face, 48), fill=0)
    with pytest.raises(SourceError, match="no page shows text"):
        read(png(page))


@needs_engine
def test_a_cut_off_tiff_keeps_the_pages_before_the_cut():
    sheet = Sheet()
    sheet.paragraph("1. Настоящие Правила определяют порядок регистрации обращений физических и юридических лиц.")
    buffer = io.BytesIO()
    sheet.image.save(buffer, "TIFF", save_all=True, append_images=[sheet.image], dpi=(300, 300))
    whole = buffer.getvalue()
    first, second = read(whole[: len(whole) * 3 // 4], TIFF)
    assert (second.lines, second.confidence) == ((), 0.0)
    assert first.lines[0].text.startswith("1. Настоящие Правила")
    with pytest.raises(SourceError):
        read(whole[:2000], TIFF)


@needs_engine
def test_a_long_pdf_of_noise_is_given_up_early():
    from pypdfium2 import PdfDocument

    grain = np.random.default_rng(1).integers(0, 256, (300, 220), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(grain).save(buffer, "PDF", resolution=26)
    page, long = PdfDocument(buffer.getvalue()), PdfDocument.new()
    for _ in range(40):
        long.import_pages(page)
    out = io.BytesIO()
    long.save(out)
    with pytest.raises(SourceError, match="none of its first 12 scanned pages"):
        read(out.getvalue(), PDF)


def short_page() -> Image.Image:
    """Return a page of a few lines, quick to read."""
    sheet = Sheet(dpi=200)
    sheet.paragraph(OPENING + " в течение 15 рабочих дней со дня их поступления в уполномоченный орган.")
    sheet.paragraph("2. Ответственные лица несут ответственность за сохранность документов и сведений.")
    return sheet.image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"dpi": (200, 200)} | options))
    return buffer.getvalue()


def turned_by_tag(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(image.rotate(90, expand=True), "JPEG", exif=exif)


def transparent(image: Image.Image) -> bytes:
    return saved(Image.merge("LA", (Image.new("L", image.size, 0), image.point(lambda value: 255 - value))), "PNG")


def sixteen_bits(image: Image.Image) -> bytes:
    return saved(Image.fromarray(np.asarray(image).astype(np.uint16) * 257), "PNG")


KINDS = {
    "g4.tiff": lambda image: saved(image.convert("1"), "TIFF", compression="group4"),
    "cmyk.jpg": lambda image: saved(image.convert("RGB").convert("CMYK"), "JPEG"),
    "palette.png": lambda image: saved(image.convert("RGB").convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "alpha.png": transparent,
    "sixteen.png": sixteen_bits,
    "turned.jpg": turned_by_tag,
    "scan.webp": lambda image: saved(image, "WEBP", lossless=True),
    "scan.bmp": lambda image: saved(image, "BMP"),
    "scan.gif": lambda image: saved(image, "GIF"),
    "ccitt.pdf": lambda image: saved(image.convert("1"), "PDF", resolution=200),
    "jpx.pdf": lambda image: saved(image.convert("RGBA"), "PDF", resolution=200),
    "no-resolution.pdf": lambda image: saved(image, "PDF", resolution=20),
}


@needs_engine
@pytest.mark.parametrize("name", KINDS)
def test_every_way_to_store_a_picture_is_read(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(KINDS[name](short_page()))
    (page,) = ingest.read_pages(ingest.open_document(tmp_path / name))
    assert page.lines[0].text.startswith("1. Настоящие Правила определяют порядок")
    assert page.language == "ru"
    assert page.width
    assert page.width < 1300


@needs_engine
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 2), (15, 400)])
def test_a_picture_too_small_for_a_word_is_refused(size: tuple[int, int]):
    with pytest.raises(SourceError, match="too few to show a word"):
        read(png(Image.new("L", size, 0)))


@needs_engine
def test_too_many_frames_are_refused_before_any_is_read():
    first, *rest = [Image.new("1", (32, 32), k % 2) for k in range(9)]
    data = saved(first, "TIFF", save_all=True, append_images=rest)
    with pytest.raises(LimitError, match="more than 8 pages"):
        read(data, TIFF, Limits(pages=8))
    assert count(Document("made", data, TIFF), Limits(pages=9)) == 9


@pytest.mark.parametrize(("kind", "media"), [("GIF", GIF), ("WEBP", WEBP), ("PNG", PNG)])
def test_a_moving_picture_is_one_page(kind: str, media: str):
    still = short_page()
    data = saved(still, kind, save_all=True, append_images=[still.rotate(180), still.rotate(90)])
    document = Document("made", data, media)
    assert len(list(shots(document, Limits()))) == count(document, Limits()) == 1


@needs_engine
def test_a_page_that_cannot_be_read_is_named_and_the_others_are_kept():
    grain = Image.fromarray(np.random.default_rng(1).integers(0, 256, (1200, 900), dtype=np.uint8))
    data = saved(short_page(), "TIFF", save_all=True, append_images=[grain, Image.new("L", (9, 9)), short_page()])
    reading = read_document(Document("made", data, TIFF))
    assert [page.confidence > 0.8 for page in reading.text.pages] == [True, False, False, True]
    assert [issue.page for issue in reading.issues if issue.code == "page-not-read"] == [2, 3]


@pytest.mark.parametrize(
    ("first", "others", "wanted"),
    [
        (("Мо", 0.9), {"rus": ("№", 0.97), "eng": ("Ne", 0.96)}, "№"),
        (("256-УІП", 0.38), {"rus": ("256-УШ", 0.9), "eng": ("256-VII", 0.7)}, "256-VIII"),
        (("419-У", 0.92), {"rus": ("419-У", 0.93), "eng": ("419-V", 0.92)}, "419-V"),
        (("С-5У-2", 0.8), {"rus": ("С-5У-2", 0.89), "eng": ("C-SV-2", 0.91)}, "C-SV-2"),
        (("С-5У-3", 0.8), {"rus": ("С-5У-3", 0.89), "eng": ("C-SV-8", 0.91)}, "С-5У-3"),
        (("03724197610833-сон", 0.71), {"rus": ("03/24/976/0833-сон", 0.92), "eng": ("03/24/976/0833-coH", 0.75)},
         "03/24/976/0833-сон"),
        (("305", 0.8), {"rus": ("306", 0.97), "eng": ("305", 0.6)}, "305"),
        (("305", 0.8), {"rus": ("306", 0.97), "eng": ("300", 0.97)}, "305"),
        (("ГехО", 0.89), {"rus": ("ГехО7,", 0.4), "eng": ("LexUZ", 0.91)}, "LexUZ"),
        (("қызмет", 0.7), {"rus": ("кызмет", 0.9), "eng": ("KbI3MeT", 0.5)}, "қызмет"),
        (("услуг", 0.8), {"kaz": ("услут", 0.3), "eng": ("yCJIyT", 0.45)}, "услуг"),
    ],
)  # fmt: skip
def test_a_second_reading_is_taken_only_where_it_is_better(first, others, wanted):
    assert ocr_doubts.settle(first, others)[0] == wanted


def test_no_certain_fix_can_touch_a_digit():
    for rule in ocr_fixes.rules():
        assert not any(c.isdigit() for c in rule.to)
        for number in ("0123456789", "12-1.", "2024", "305-сон", "C-SV-2", "№"):
            assert rule.word.sub(rule.to, number) == number
