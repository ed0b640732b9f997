"""Write small PDFs for tests, every letter where the test wants it: no library needed.

Each glyph's code is its code point, each is a box half as wide as the font is high; y counts down from the top.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

WIDTH_OF_GLYPH = 0.5
TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Test def /CMapType 2 def 1 begincodespacerange <0000> <ffff> endcodespacerange
1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end end"""


def box_font() -> bytes:
    """Return a TrueType font of two glyphs, nothing and a box (OpenType specification, the tables it demands)."""
    box = struct.pack(">hhhhh", 1, 50, 0, 450, 700) + struct.pack(">HH", 3, 0) + bytes([1, 1, 1, 1])
    box += struct.pack(">hhhh", 50, 0, 400, 0) + struct.pack(">hhhh", 0, 700, 0, -700)
    tables = {
        b"glyf": box,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh", 0x10000, 0, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, -200, 500, 800, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, 800, -200, 0, 500, 0, 0, 450, 1, 0, 0, 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", 500, 0, 500, 50),
        b"loca": struct.pack(">III", 0, 0, len(box)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32)
    body, directory = b"", b""
    for name, data in tables.items():
        place = 12 + 16 * len(tables) + len(body)
        directory += name + struct.pack(">III", 0, place, len(data))
        body += data + bytes(-len(data) % 4)
    return head + directory + body


def width(text: str, size: float = 10.0) -> float:
    """Return how wide a text is printed."""
    return len(text) * size * WIDTH_OF_GLYPH


@dataclass
class Leaf:
    """One page under construction."""

    wide: float = 595.0
    high: float = 842.0
    turn: int = 0
    crop: tuple[float, float, float, float] | None = None
    drawing: list[bytes] = field(default_factory=list)
    links: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 10.0, font: str = "R", spacing: float = 0.0) -> Leaf:
        """Print `text` with its base line at `y`; font R is regular, B bold, N has no ToUnicode."""
        code = text.encode("utf-16-be").hex().encode()
        place = f"BT /{font} {size} Tf {spacing} Tc 1 0 0 1 {x} {self.high - y} Tm".encode()
        self.drawing.append(place + b" <" + code + b"> Tj ET")
        return self

    def upward(self, x: float, y: float, text: str, size: float = 10.0) -> Leaf:
        """Print a text that reads upwards."""
        place = f"BT /R {size} Tf 0 1 -1 0 {x} {self.high - y} Tm".encode()
        self.drawing.append(place + b" <" + text.encode("utf-16-be").hex().encode() + b"> Tj ET")
        return self

    def lines(self, x: float, y: float, *texts: str, size: float = 10.0, step: float = 12.0) -> Leaf:
        """Print lines one below the other."""
        for number, text in enumerate(texts):
            self.text(x, y + number * step, text, size)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Leaf:
        """Draw a straight line."""
        self.drawing.append(f"0.5 w {x0} {self.high - y0} m {x1} {self.high - y1} l S".encode())
        return self

    def grid(self, xs: list[float], ys: list[float]) -> Leaf:
        """Draw a full grid."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self

    def link(self, x: float, y: float, text: str, address: str, size: float = 10.0) -> Leaf:
        """Print a text that is a hyperlink."""
        self.text(x, y, text, size)
        self.links.append((x, self.high - y - 2, x + width(text, size), self.high - y + size - 2, address))
        return self


def write(*leaves: Leaf, trailer: bytes = b"") -> bytes:
    """Return the file."""
    fonts = {"R": (b"Test", True), "B": (b"Test-Bold", True), "N": (b"Nameless", False)}
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", stream(TO_UNICODE), stream(box_font())]
    objects.append(stream(zlib.compress(b"\x00\x01" * 65536), b"/Filter/FlateDecode"))
    named = b""
    for letter, (name, mapped) in fonts.items():
        number = len(objects) + 1
        named += f"/{letter} {number} 0 R".encode()
        unicode = b"/ToUnicode 3 0 R" if mapped else b""
        objects.append(
            b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H%s/DescendantFonts[%d 0 R]>>"
            % (name, unicode, number + 1)
        )
        objects.append(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/DW 500/CIDToGIDMap 5 0 R/FontDescriptor %d 0 R>>" % (name, number + 2)
        )
        objects.append(
            b"<</Type/FontDescriptor/FontName/%s/Flags 4/Ascent 800/Descent -200/FontBBox[0 -200 1000 800]"
            b"/ItalicAngle 0/CapHeight 700/StemV 80/FontFile2 4 0 R>>" % name
        )
    kids = b""
    for leaf in leaves:
        objects.append(stream(b"\n".join(leaf.drawing)))
        content = len(objects)
        for x0, y0, x1, y1, address in leaf.links:
            objects.append(
                f"<</Type/Annot/Subtype/Link/Rect[{x0} {y0} {x1} {y1}]/A<</S/URI/URI({address})>>>>".encode()
            )
        annots = b" ".join(b"%d 0 R" % (content + 1 + k) for k in range(len(leaf.links)))
        crop = b"/CropBox[%g %g %g %g]" % leaf.crop if leaf.crop else b""
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]%s/Rotate %d/Contents %d 0 R/Annots[%s]"
            b"/Resources<</Font<<%s>>>>>>" % (leaf.wide, leaf.high, crop, leaf.turn, content, annots, named)
        )
        kids += b"%d 0 R " % len(objects)
    objects[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(leaves))
    return file_of(objects, trailer)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%s>>stream\n" % (len(data), entries) + data + b"\nendstream"


def file_of(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """Return a file of objects numbered from 1, the first being the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)
