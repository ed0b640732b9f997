"""PDFs that cannot or must not be read: each is refused with a reason and a remedy, in little time and memory."""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from pathlib import Path

import pytest

from ingest import pdf
from models import Document, LimitError, Limits, SourceError

sys.path.insert(0, str(Path(__file__).parent))
from pdf_writer import Leaf, file_of, stream, write

GOOD = write(*(Leaf().text(50, 100, "мәтін") for _ in range(3)))
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ENCRYPTED = (
    b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
    b"/Encrypt<</Filter/Standard/V 1/R 2/P -44/O<" + b"5a" * 32 + b">/U<" + b"a5" * 32 + b">>>"
)


def page_of(content: bytes, entries: bytes = b"", resources: bytes = b"", *more: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>" % resources
    return file_of([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(content, entries), *more])


def form(content: bytes, number: int) -> bytes:
    entries = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>" % number
    return stream(content, entries)


def nested_forms(depth: int) -> bytes:
    forms = [form(b"/X Do " * 10, 6 + k) for k in range(depth)]
    return page_of(b"/X Do", b"", b"/XObject<</X 5 0 R>>", *forms, form(b"0 0 m 9 9 l S", 5))


def bomb(layers: int) -> bytes:
    data = b"q Q " * 1_000_000
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return page_of(data, b"/Filter[%s]" % (b"/FlateDecode" * layers))


MANY = file_of(
    [CATALOG, b"<</Type/Pages/Kids[%s]/Count 3000>>" % (b"3 0 R " * 3000), b"<</Type/Page/MediaBox[0 0 9 9]>>"]
)
BAD = {
    "empty": (b"", SourceError, "not a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(500), SourceError, "not a PDF"),
    "half": (GOOD[: len(GOOD) // 2], SourceError, "cut short"),
    "without its end": (GOOD[:-40], SourceError, "cut short"),
    "a mended half": (GOOD + b"99 0 obj\n<<>>\n", SourceError, "cut short"),
    "rubbish": (b"%PDF-1.7\n" + b"\x00rubbish" * 200 + b"%%EOF", SourceError, "damaged"),
    "encrypted": (write(Leaf().text(50, 100, "x"), trailer=ENCRYPTED), SourceError, "password"),
    "no page": (file_of([CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]), SourceError, "no pages"),
    "pages of pages": (file_of([CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]), SourceError, "read"),
    "many pages": (MANY, LimitError, "3000 pages"),
    "bomb": (bomb(1), LimitError, "unpack"),
    "bomb in a bomb": (bomb(2), LimitError, "unpack"),
    "forms in forms": (nested_forms(9), LimitError, "forms"),
    "a form in itself": (
        page_of(b"/X Do", b"", b"/XObject<</X 5 0 R>>", form(b"/X Do /X Do", 5)),
        SourceError,
        "calls itself",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_words(name: str):
    data, error, reason = BAD[name]
    with pytest.raises(error, match=reason) as caught:
        pdf.read(Document("bad.pdf", data, "application/pdf"), Limits(unpacked_bytes=3_000_000))
    assert caught.value.source == "bad.pdf"
    assert caught.value.remedy


def test_the_good_file_is_read():
    assert [page.lines[0].text for page in pdf.read(Document("good.pdf", GOOD, "application/pdf"))] == ["мәтін"] * 3


def test_missing_pages_are_not_passed_over():
    data = GOOD.replace(b"/Count 3>>", b"/Count 9>>")
    with pytest.raises(SourceError, match="page 4"):
        pdf.read(Document("short.pdf", data, "application/pdf"))


def test_forms_that_are_drawn_a_few_times_are_read():
    assert len(pdf.read(Document("good.pdf", nested_forms(2), "application/pdf"))) == 1


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(bytes=100), "bytes"), (Limits(pages=2), "pages"), (Limits(lines=2), "lines")],
)
def test_limits_are_kept(limits: Limits, reason: str):
    with pytest.raises(LimitError, match=reason):
        pdf.read(Document("good.pdf", GOOD, "application/pdf"), limits)


def test_a_huge_page_is_read_but_not_pictured():
    document = Document("huge.pdf", write(Leaf(wide=14000, high=14000).text(50, 100, "мәтін")), "application/pdf")
    assert pdf.read(document)[0].lines[0].text == "мәтін"
    with pytest.raises(LimitError, match="pixels"):
        pdf.page_image(document, 1)


def test_a_page_that_is_not_there_has_no_picture():
    with pytest.raises(SourceError, match="page 7"):
        pdf.page_image(Document("good.pdf", GOOD, "application/pdf"), 7)


def test_letters_at_impossible_places_do_no_harm():
    leaf = Leaf().text(50, 100, "мәтін")
    leaf.drawing.append(
        b"BT /R 1e30 Tf 1e30 1e30 Td <0041> Tj ET BT /R 0 Tf 9 9 Td <0041> Tj ET 1e30 0 m 1e30 1e30 l S"
    )
    assert "мәтін" in {line.text for line in pdf.read(Document("odd.pdf", write(leaf), "application/pdf"))[0].lines}


def test_very_many_rules_are_bounded():
    leaf = Leaf().text(50, 100, "мәтін")
    for k in range(6000):
        leaf.rule(k % 500, 0, k % 500, 800).rule(0, k % 800, 500, k % 800)
    assert [line.text for line in pdf.read(Document("odd.pdf", write(leaf), "application/pdf"))[0].lines]


PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def test_a_file_that_only_forbids_copying_is_read():
    """Encrypted with an empty user password (PDF 32000-1, 7.6.3, revision 2): any viewer opens it."""
    identity, owner, rights = b"0123456789abcdef", rc4(hashlib.md5(PAD).digest()[:5], PAD), -44
    key = hashlib.md5(PAD + owner + struct.pack("<i", rights) + identity).digest()[:5]
    content = b"BT /F 12 Tf 50 700 Td (Hello) Tj ET"
    hidden = rc4(hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2)).digest()[:10], content)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    trailer = b"/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P %d/O<%s>/U<%s>>>" % (
        identity.hex().encode(),
        identity.hex().encode(),
        rights,
        owner.hex().encode(),
        rc4(key, PAD).hex().encode(),
    )
    data = file_of([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream(hidden), font], trailer)
    assert [line.text for line in pdf.read(Document("shut.pdf", data, "application/pdf"))[0].lines] == ["Hello"]
