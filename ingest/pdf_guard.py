"""Take the bytes of a PDF, refuse those whose compressed streams unpack beyond the limit (decompression bombs).

pdfium unpacks a whole stream at once; here each is unpacked in small pieces that are counted and thrown away.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from models import Document, LimitError, Limits

STREAM = re.compile(rb"(?<!end)stream\r?\n")
PIECE = 1 << 20
MOST_RATIO = 1032  # deflate cannot do better
LOOK_BACK = 1024
FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
IMAGE = re.compile(rb"/Subtype\s*/Image\b")


def check_streams(document: Document, limits: Limits) -> None:
    """Raise LimitError where the file is too big or its streams (pictures apart) unpack to too much."""
    data = document.data
    if len(data) > limits.bytes:
        reason = f"it has {len(data)} bytes, more than {limits.bytes}"
        raise LimitError(document.source, reason, "Split it, or raise the limit of bytes")
    if len(data) * MOST_RATIO <= limits.unpacked_bytes:
        return
    left = limits.unpacked_bytes
    for match in STREAM.finditer(data):
        head = data[max(0, match.start() - LOOK_BACK) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        layers = len(FLATE.findall(head))
        if layers == 0 or (layers == 1 and IMAGE.search(head)):
            continue
        left -= _unpacked(memoryview(data)[match.end() :], layers, left)
        if left <= 0:
            reason = f"its streams unpack to more than {limits.unpacked_bytes} bytes"
            raise LimitError(document.source, reason, "It may be a decompression bomb; get another copy")


def _unpacked(packed: memoryview, layers: int, most: int) -> int:
    """Return how many bytes a stream unpacks to, over all its layers, giving up beyond `most`."""
    sizes: list[int] = []
    pieces: Iterator[bytes] = (bytes(packed[at : at + 65536]) for at in range(0, len(packed), 65536))
    for _ in range(layers):
        pieces = _inflate(pieces, sizes)
    for _ in pieces:
        if sum(sizes) > most:
            break
        sizes[:] = [sum(sizes)]
    return sum(sizes)


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
