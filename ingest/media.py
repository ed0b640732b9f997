"""What a file is, from its bytes: the name of a file proves nothing."""

from __future__ import annotations

import io
import re
import zipfile

import filetype  # type: ignore[import-untyped]

from ingest.decode import decode
from ingest.markdown import FRONT
from models import SourceError

TEXT, MARKDOWN, HTML, PDF = "text/plain", "text/markdown", "text/html", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BANK = "application/json"  # an answer of the reference control bank
PNG, JPEG, TIFF = "image/png", "image/jpeg", "image/tiff"
WEBP, BMP, GIF = "image/webp", "image/bmp", "image/gif"
IMAGES = (PNG, JPEG, TIFF, WEBP, BMP, GIF)

HEAD = 4096
SAMPLE = 1_000_000  # characters in which the marks of Markdown are sought
MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"GIF8", GIF),
)
KINDS = "Give the act as text, Markdown, html, docx, pdf, png, jpeg, tiff, webp, bmp or gif"
PICTURES = "Save the picture as JPEG, PNG or TIFF (on a telephone: the camera's setting for compatible pictures)"
# Beginning of the file, what it is, what to do.
REFUSED = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file (.doc) or a docx locked with a password",
        "Open it in Word or LibreOffice, take off the password, save it as docx and ingest that",
    ),
    (b"{\\rtf", "an RTF file", "Convert it: soffice --headless --convert-to docx FILE"),
    (b"AT&TFORM", "a DjVu file", "Convert it: ddjvu -format=tiff FILE out.tiff"),
    (b"bplist00", "a web archive of Safari", "Open it in a browser and save the page as html"),
)
# A page begins with a document type, a root element or (a fragment) a block element.
PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
FRAGMENT = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:div|p|article|section|center|font|span|meta|h[1-6])[\s>]", re.IGNORECASE | re.DOTALL
)
# Header lines, the version of MIME among them.
ARCHIVED = re.compile(
    rb"\s*(?:[A-Za-z][A-Za-z-]*:[^\n]*\r?\n(?:[ \t][^\n]*\n)*)*?MIME-Version:[ \t]*1\.", re.IGNORECASE
)
XML = re.compile(rb"\s*<(?:\?xml|!DOCTYPE)\s", re.IGNORECASE)
MARKUP = re.compile(
    r"^#{1,6} +\S|^> ?\S|^\*\*[^*\n]+\*\*[ \t]*$|^</?(?:table|tr|td)\b|^<a id="
    r"|^\|?[ \t]*:?-{3,}:?[ \t]*\|[-:| \t]*$",
    re.MULTILINE,
)
BANKED = re.compile(r"\s*\{(?=[^\0]{0,100000}\"content\"\s*:\s*\[)")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def media_type(source: str, data: bytes) -> str:
    """Return the IANA media type that the bytes show.

    Raises:
        SourceError: the file is empty, or of a kind that no reader takes.
    """
    if not data.strip():
        raise SourceError(source, "the file is empty", "Fetch the file anew; there is nothing in it to read")
    if b"%PDF-" in data[:1024]:
        return PDF
    for start, kind in MAGIC:
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return BMP
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archive_type(source, data)
    refuse_known(source, data)
    if looks_html(data):
        return HTML
    return text_type(source, data)


def refuse_known(source: str, data: bytes) -> None:
    """Raise for the kinds of files that are known and not read."""
    for start, what, remedy in REFUSED:
        if data.lstrip()[: len(start)] == start:
            raise SourceError(source, f"the file is {what}, which is not read", remedy)
    if ARCHIVED.match(data[:HEAD]):
        remedy = "Open it in a browser and save the page as html (web page, complete)"
        raise SourceError(source, "the file is a web archive or letter (mht, eml), which is not read", remedy)
    kind = filetype.guess(data[:HEAD])
    if kind is not None:
        remedy = PICTURES if kind.mime.startswith("image/") else KINDS
        raise SourceError(source, f"the file is {kind.mime}, which is not read", remedy)


def archive_type(source: str, data: bytes) -> str:
    """Return DOCX for a zip archive that holds a Word document; refuse every other archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        reason = "the file begins as a zip archive (docx) but is cut off or damaged"
        raise SourceError(source, reason, "Fetch the file anew, or open it in Word and save it again") from None
    if "[Content_Types].xml" in names and any(n.startswith("word/") for n in names):
        return DOCX
    what = "a spreadsheet (xlsx)" if any(n.startswith("xl/") for n in names) else "a zip archive without a Word text"
    raise SourceError(source, f"the file is {what}, which is not read", f"{KINDS}; unpack an archive first")


def looks_html(data: bytes) -> bool:
    """Tell whether the bytes are a page or a fragment of one."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf")
    first = head.lstrip()[:1]
    return (first == b"<" and bool(PAGE.search(head) or FRAGMENT.match(head))) or bool(PAGE.match(head.lstrip()))


def text_type(source: str, data: bytes) -> str:
    """Return plain text or Markdown, which is text with at least two marks of it.

    Raises:
        SourceError: the bytes are no text, or in a wrong encoding.
    """
    text = decode(source, data)
    if BANKED.match(text):
        return BANK
    if XML.match(data[:HEAD].removeprefix(b"\xef\xbb\xbf")):
        raise SourceError(source, "the file is XML, which is not read", KINDS)
    if not any(c.isalnum() for c in text):
        raise SourceError(source, "the file holds no letter and no figure", "Fetch the file anew")
    if len(CONTROLS.findall(text[:SAMPLE])) > len(text[:SAMPLE]) // 100:
        raise SourceError(source, "the file is binary, not a text", KINDS)
    return MARKDOWN if len(MARKUP.findall(text[:SAMPLE])) > 1 or text.startswith("# ") or FRONT.match(text) else TEXT
