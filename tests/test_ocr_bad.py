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
from ingest import ocr_doubts, ocr_engine, ocr_fixes
from ingest.image import shots
from ingest.media import PDF, PNG, TIFF
from models import Document, LimitError, Limits, SourceError

sys.path.insert(0, str(Path(__file__).parent))
from scan_writer import FOLDER, Sheet

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
