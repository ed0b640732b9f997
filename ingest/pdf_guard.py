"""Take the bytes of a PDF, refuse what would break or flood the reader, before pdfium sees it.

pdfium unpacks a whole stream at once, draws a form as often as it is called, and mends a file that was cut short
without a word: so streams are unpacked here in small pieces that are counted and thrown away, calls of forms are
counted, and the end of the file is looked for.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, dict_value, resolve1, stream_value

from models import Document, LimitError, Limits, SourceError

STREAM = re.compile(rb"(?<!end)stream\r?\n")
END = b"%%EOF"
PIECE = 1 << 20
LOOK_BACK = 1024
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
IMAGE = re.compile(rb"/Subtype\s*/Image\b")
FORM = re.compile(rb"/Subtype\s*/Form\b")
CALL = re.compile(rb"/([^\s/\[\]<>(){}%]+)\s+Do\b")
MOST_CALLS = 20_000


def check_file(document: Document, limits: Limits) -> None:
    """Refuse a file that is too big, cut short, unpacks to too much, or calls its forms without end.

    Raises:
        SourceError: the file is no PDF or is cut short, or its forms call themselves.
        LimitError: its size, its unpacked size or the calls of its forms are over a limit.
    """
    data = document.data
    if len(data) > limits.bytes:
        reason = f"it has {len(data)} bytes, more than {limits.bytes}"
        raise LimitError(document.source, reason, "Split it, or raise the limit of bytes")
    if b"%PDF" not in data[:1024]:
        raise SourceError(document.source, "this is not a PDF", "Check where the file comes from")
    end = data.rfind(END)
    if end < 0 or b" obj" in data[end:]:
        raise SourceError(document.source, "the PDF is cut short", "Download it again")
    nested = _check_streams(document, limits)
    if nested:
        _check_forms(document)


def _check_streams(document: Document, limits: Limits) -> bool:
    """Count what the streams unpack to (pictures apart); tell whether a form may call another."""
    data = document.data
    left = limits.unpacked_bytes
    nested = False
    for match in STREAM.finditer(data):
        head = data[max(0, match.start() - LOOK_BACK) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        layers = len(FLATE.findall(head))
        form = FORM.search(head) is not None
        if form and layers == 0:
            stop = data.find(b"endstream", match.end())
            nested |= CALL.search(data, match.end(), stop if stop > 0 else len(data)) is not None
        if layers == 0 or (layers == 1 and IMAGE.search(head)):
            continue
        size, calls = _unpacked(memoryview(data)[match.end() :], layers, left, form)
        left -= size
        nested |= calls
        if left <= 0:
            reason = f"its streams unpack to more than {limits.unpacked_bytes} bytes"
            raise LimitError(document.source, reason, "It may be a decompression bomb; get another copy")
    return nested


def _unpacked(packed: memoryview, layers: int, most: int, form: bool) -> tuple[int, bool]:
    """Return how many bytes a stream unpacks to over all its layers (giving up beyond `most`), and if it calls."""
    sizes: list[int] = []
    calls = False
    pieces: Iterator[bytes] = (bytes(packed[at : at + 65536]) for at in range(0, len(packed), 65536))
    for _ in range(layers):
        pieces = _inflate(pieces, sizes)
    for piece in pieces:
        calls |= form and CALL.search(piece) is not None
        sizes[:] = [sum(sizes)]
        if sizes[0] > most:
            break
    return sum(sizes), calls or (form and not sizes)  # an encrypted form may call


def _inflate(packed: Iterator[bytes], sizes: list[int]) -> Iterator[bytes]:
    """Unpack in pieces, noting their sizes, up to the end of the deflated data or its first error."""
    pipe = zlib.decompressobj()
    for piece in packed:
        rest = piece
        while rest and not pipe.eof:
            try:
                grown = pipe.decompress(rest, PIECE)
            except zlib.error:
                return
            sizes.append(len(grown))
            yield grown
            rest = pipe.unconsumed_tail
        if pipe.eof:
            return


def _check_forms(document: Document) -> None:
    """Count how often the forms of each page are drawn, a form within a form each time."""
    try:
        pdf = PDFDocument(PDFParser(io.BytesIO(document.data)))
        for page in PDFPage.create_pages(pdf):
            content = b"\n".join(stream_value(part).get_data() for part in page.contents)
            if _drawn(content, dict_value(page.resources), {}, ()) > MOST_CALLS:
                reason = f"a page draws its forms more than {MOST_CALLS} times"
                raise LimitError(document.source, reason, "It may be a bomb; get another copy")
    except RecursionError as error:
        raise SourceError(document.source, "a form of the PDF calls itself", "Get another copy") from error
    except SourceError:
        raise
    except Exception:
        return


def _drawn(content: bytes, resources: dict[Any, Any], known: dict[int, int], path: tuple[int, ...]) -> int:
    """Return how many forms a content draws in all; a form that draws itself raises RecursionError."""
    forms = dict_value(resources.get("XObject", {}))
    total = 0
    for call in CALL.findall(content):
        form = resolve1(forms.get(call.decode("latin-1")))
        if not isinstance(form, PDFStream) or str(form.attrs.get("Subtype")) != "/'Form'":
            continue
        key = form.objid or id(form)
        if key in path:
            raise RecursionError
        if key not in known:
            own = dict_value(form.attrs["Resources"]) if "Resources" in form.attrs else resources
            known[key] = 1 + _drawn(form.get_data(), own, known, (*path, key))
        total += known[key]
        if total > MOST_CALLS:
            break
    return total
