"""Word documents (docx): paragraphs with their automatic numbers, tables, links, footnotes; macros stay unread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from ingest.grid import Entry, table_lines, tidy
from ingest.layout import is_frame, is_signature, is_signed, is_stamp, signature_line, stamp_lines
from ingest.numbering import HEADING, Numbering, Styles
from ingest.package import Package
from ingest.paragraph import PICTURE, Linked, Paragraph, Piece, lines_of
from ingest.stray import CLOSE, OPEN, raised
from ingest.wordml import (
    MC,
    Node,
    W,
    blocks,
    cells,
    indent_of,
    measure,
    merged_up,
    notes_of,
    number,
    own_boxes,
    rows_of,
    runs_on,
    starts_page,
    switched,
    symbol,
    value,
)
from models import CELL_BREAK, Document, LimitError, Limits, Line, Link, Page, SourceError

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
ALIGNS = {"left": "left", "start": "left", "center": "center", "right": "right", "end": "right"}
SILENT = frozenset(
    {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "delInstrText", "rt")}
    | {f"{MC}Fallback"}
)
SIGNS = {f"{W}noBreakHyphen": "-", f"{W}tab": "\t", f"{W}cr": "\n", f"{W}ptab": "\t"}
PICTURES = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
# Parts of other documents that only Word itself puts in.
FOREIGN = (f"{W}altChunk", f"{W}subDoc")
MERGE = "Open it in Word and save it again as docx, so that it is one text"
APART = re.compile(r"\t+|\s{5,}")
RESERVED = {ord(OPEN): None, ord(CLOSE): None, ord(CELL_BREAK): None}

Row = list[tuple[Entry, tuple[Linked, ...]]]


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the pages of a docx, as Word last broke them.

    Raises:
        LimitError: the package unpacks to more than the limits allow.
        SourceError: the package is damaged, locked, or holds no Word text.
    """
    package = Package(document.source, document.data, limits)
    name = package.main()
    root = package.part(name)
    body = root.find(f"{W}body") if root is not None else None
    if body is None:
        raise SourceError(document.source, "the docx holds no Word text", "Open it in Word and save it again as docx")
    pages = tuple(Body(package, name).pages(body))
    if len(pages) > limits.pages or sum(len(page.lines) for page in pages) > limits.lines:
        raise LimitError(document.source, "the docx has more pages or lines than the limit", "Split it by acts")
    return pages


class Body:
    """The text of a document in the making."""

    def __init__(self, package: Package, name: str) -> None:
        folder = name.rpartition("/")[0]
        self.relations = package.relations(name)
        self.styles = Styles(package.part(f"{folder}/styles.xml"))
        self.numbering = Numbering(package.part(f"{folder}/numbering.xml"))
        self.source = package.source
        self.notes = {kind: notes_of(package.part(f"{folder}/{kind}s.xml"), kind) for kind in ("footnote", "endnote")}
        self.tables = count(1)
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self._called: list[tuple[str, Node]] = []
        self._broken = False
        self._sign = 0
        self._carried: list[Piece] = []  # of paragraphs whose end is deleted or hidden

    def pages(self, body: Node) -> Iterator[Page]:
        """Yield the pages; a paragraph or table belongs to the page on which it begins."""
        if next(body.iter(*FOREIGN), None) is not None:
            raise SourceError(self.source, "the docx holds another document inside (altChunk, subDoc)", MERGE)
        at = 1
        for block in blocks(body):
            if self._broken and self.lines:
                yield Page(at, tuple(self.lines), "docx", links=tuple(self.links))
                at, self.lines, self.links = at + 1, [], []
            self._broken = starts_page(block)
            self.block(block)
        self.close()
        yield Page(at, tuple(self.lines), "docx", links=tuple(self.links))

    def block(self, block: Node) -> None:
        """Lay out one paragraph or table, and the footnotes that it calls."""
        if block.tag == f"{W}tbl":
            self.close()
            self.table(block)
        else:
            self.paragraph(block)
        called, self._called = self._called, []
        for sign, note in called:
            frame = Paragraph(role="note", prefix=sign, joined=True)
            pieces = [piece for p in note.iter(f"{W}p") for piece in (*self.pieces(p), Piece(" "))]
            self.emit(lines_of(pieces, frame))

    def emit(self, rows: Sequence[tuple[Line, tuple[Linked, ...]]]) -> None:
        """Append lines with their links."""
        for line, links in rows:
            self.links += (Link(len(self.lines), k.start, k.stop, k.target) for k in links)
            self.lines.append(line)

    def paragraph(self, node: Node) -> None:
        """Lay out one paragraph, then the text boxes that hang on it."""
        pieces = [*self._carried, *self.pieces(node)]
        self._carried = []
        goes_on = runs_on(node)
        if not goes_on:
            self.lay(pieces, self.frame(node))
        for box in own_boxes(node):
            self.inside(box)
        if goes_on:
            self._carried = pieces

    def inside(self, node: Node) -> None:
        """Lay out what a text box or a cell of a frame holds."""
        for block in blocks(node):
            self.block(block)
        self.close()

    def close(self) -> None:
        """Lay out what a paragraph without an end left behind where no paragraph follows."""
        pieces, self._carried = self._carried, []
        if pieces:
            self.lay(pieces, Paragraph())

    def lay(self, pieces: Sequence[Piece], frame: Paragraph) -> None:
        """Lay out the pieces of one paragraph; Word prints the number of an empty one too."""
        parts = [p.strip() for p in APART.split("".join(p.text for p in pieces)) if p.strip()]
        if len(parts) == 2 and not frame.prefix and is_signed(*parts):
            self.lines.append(signature_line(parts))
        elif any(not piece.text.isspace() for piece in pieces):
            self.emit(lines_of(pieces, frame))
        else:
            self.lines.append(Line(frame.prefix if any(map(str.isalnum, frame.prefix)) else "", whole=True))

    def frame(self, node: Node) -> Paragraph:
        """Return what the properties and styles of a paragraph say of it."""
        own = node.find(f"{W}pPr")
        layers = self.styles.layers(own)
        style = self.styles.name(value(own, "pStyle"))
        align = next((a for layer in layers if (a := value(layer, "jc")) is not None), "")
        level = next((v for layer in layers if (v := value(layer, "outlineLvl")) is not None), "9")
        role = "heading" if number(level, 9) < 9 or HEADING.match(style) else ""
        if style.lower() == "title":
            role = "title"
        elif style.lower().startswith("toc"):
            role = "toc"
        label, indent = self.label(layers, value(own, "pStyle")), indent_of(layers)
        return Paragraph(role, ALIGNS.get(align, ""), None, bool(role), label, indent)

    def label(self, layers: Sequence[Node], style: str | None) -> str:
        """Return the automatic number of a paragraph; a level that no property names is that of its style."""
        lists = [n for layer in layers if (n := layer.find(f"{W}numPr")) is not None]
        chosen = next((v for n in lists if (v := value(n, "numId")) is not None), None)
        if chosen in (None, "0"):
            return ""
        level = next((v for n in lists if (v := value(n, "ilvl")) is not None), None)
        at = self.numbering.level_of(chosen or "", style) if level is None else number(level)
        return self.numbering.label(chosen or "", at)

    def pieces(self, node: Node, target: str | None = None) -> Iterator[Piece]:
        """Yield the pieces of a paragraph or of an inline element in it."""
        bold = self.styles.bold(value(node.find(f"{W}pPr"), "pStyle")) if node.tag == f"{W}p" else False
        for child in node:
            if child.tag in SILENT or not isinstance(child.tag, str):
                continue
            if child.tag == f"{W}r":
                yield from self.run(child, bold, target)
            elif child.tag == f"{W}hyperlink":
                yield from self.pieces(child, self.address(child))
            elif child.tag.startswith(MATH):
                yield Piece("".join(t.text or "" for t in child.iter(f"{MATH}t")))
            elif child.tag not in (f"{W}p", f"{W}tbl"):
                yield from self.pieces(child, target)

    def address(self, node: Node) -> str | None:
        """Return the target of a hyperlink."""
        anchor = node.get(f"{W}anchor")
        target = self.relations.get(node.get(f"{R}id", ""), ("", ""))[1]
        return target + (f"#{anchor}" if anchor else "") or None

    def run(self, node: Node, bold: bool, target: str | None) -> Iterator[Piece]:
        """Yield the text of a run with its marks."""
        marks = node.find(f"{W}rPr")
        if switched(marks, "vanish"):
            return
        said = switched(marks, "b")
        heavy = said if said is not None else bold or self.styles.bold(value(marks, "rStyle"))
        high = value(marks, "vertAlign") == "superscript"
        for child in node:
            if child.tag in PICTURES or child.tag == f"{MC}AlternateContent":
                if not any(True for _ in own_boxes(child)):
                    yield Piece(PICTURE, heavy)
                continue
            text = self.text(child)
            if text == "\n":
                yield Piece("\n")
            elif text:
                yield Piece(raised(text) if high else text, heavy, "", target)

    def text(self, node: Node) -> str:
        """Return the text of one element of a run."""
        if node.tag == f"{W}t":
            return (node.text or "").translate(RESERVED).replace("\n", " ")
        if node.tag == f"{W}br":
            return "\n"
        if node.tag == f"{W}sym":
            return symbol(node.get(f"{W}font", ""), node.get(f"{W}char", ""))
        if node.tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            kind = node.tag.removeprefix(W).removesuffix("Reference")
            own = node.get(f"{W}customMarkFollows") in ("1", "true", "on")
            return self.call(kind, node.get(f"{W}id", ""), own)
        return SIGNS.get(node.tag, "")

    def call(self, kind: str, note_id: str, own: bool) -> str:
        """Note that a footnote is called here; return its raised sign, or "" where its `own` mark is printed."""
        note = self.notes[kind].get(note_id)
        if note is None:
            return ""
        self._sign += not own
        sign = "" if own else raised(str(self._sign))
        self._called.append((sign, note))
        return sign

    def table(self, node: Node) -> None:
        """Lay out a table as rows, a stamp or a signature; a one-column frame as the paragraphs in it."""
        rows = [list(cells(row)) for row in rows_of(node)]
        rows = [row for row in rows if row]
        if is_frame([[measure(cell) for cell in row] for row in rows]):
            for cell in (c for row in rows for c in row if not merged_up(c)):
                self.inside(cell)
            return
        read = self.rows(node)
        texts = [[entry.text for entry, _ in row] for row in read]
        if not any(any(row) for row in texts):
            return
        if is_stamp(texts):
            self.emit([(line, ()) for line in stamp_lines(texts)])
        elif is_signature(texts):
            self.emit([(signature_line(row), ()) for row in texts])
        else:
            self.grid(read)

    def grid(self, read: Sequence[Row]) -> None:
        """Append the rows of a table."""
        entries = [[entry for entry, _ in row] for row in read]
        for line, row in zip(table_lines(entries, next(self.tables)), read, strict=True):
            moved = [
                replace(link, start=cell.start + link.start, stop=cell.start + link.stop)
                for cell, (_, links) in zip(line.cells, row, strict=False)
                for link in links
            ]
            self.emit([(line, tuple(moved))])

    def rows(self, table: Node) -> list[Row]:
        """Return the rows of a table; cells merged downwards are one entry that spans rows."""
        read: list[Row] = []
        open_cells: dict[int, tuple[int, int]] = {}  # column -> where the entry that spans it stands
        for node in rows_of(table):
            marks = node.find(f"{W}trPr")
            column = number(value(marks, "gridBefore"))
            row: Row = [(Entry("", column_span=column), ())] if column else []
            header = bool(switched(marks, "tblHeader"))
            for cell in cells(node):
                width = max(number(value(cell.find(f"{W}tcPr"), "gridSpan"), 1), 1)
                if merged_up(cell) and column in open_cells:
                    at, index = open_cells[column]
                    entry, links = read[at][index]
                    read[at][index] = (replace(entry, row_span=entry.row_span + 1), links)
                else:
                    open_cells.pop(column, None)
                    if value(cell.find(f"{W}tcPr"), "vMerge") is not None:
                        open_cells[column] = (len(read), len(row))
                    row.append(self.cell(cell, width, header))
                column += width
            read.append(row)
        return read

    def cell(self, node: Node, width: int, header: bool) -> tuple[Entry, tuple[Linked, ...]]:
        """Return what a cell holds, and its links."""
        outer, self.lines, self.links = (self.lines, self.links), [], []
        self.inside(node)
        texts: list[str] = []
        links: list[Linked] = []
        at = 0
        for index, line in enumerate(self.lines):
            text = tidy(line.text.split(CELL_BREAK))
            if text:
                links += [Linked(at + k.start, at + k.stop, k.target) for k in self.links if k.line == index]
                texts.append(text)
                at += len(text) + 1
        self.lines, self.links = outer
        return Entry(CELL_BREAK.join(texts), 1, width, header), tuple(links)
