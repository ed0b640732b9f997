"""Walk an HTML tree and lay it out as lines: paragraphs, headings, lists, tables, stamps, signatures.

What a portal means by its classes and colours is told by `Rules`; the walk itself knows only HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from ingest.elements import (
    BLOCKS,
    BOLD,
    HEADINGS,
    SILENT,
    align_of,
    css_indent,
    hidden,
    list_number,
    own_cells,
    own_rows,
    span_of,
)
from ingest.grid import Entry, table_lines, tidy
from ingest.layout import is_frame, is_signature, is_stamp, signature_line, stamp_lines
from ingest.paragraph import PICTURE, Linked, Paragraph, Piece, lines_of
from ingest.stray import SUB, raised
from ingest.text import page_lines, split
from models import CELL_BREAK, Line, Link


@dataclass(frozen=True, slots=True)
class Mark:
    """What a portal's markup says of an element; `spaced` where a gap stands before it that nobody wrote."""

    role: str = ""
    align: str = ""
    bold: bool = False
    spaced: bool = False


PLAIN = Mark()


def no_mark(element: HtmlElement) -> Mark:
    """Return no mark: plain HTML says nothing beyond its headings."""
    return PLAIN


def never(thing: object) -> bool:
    """Hide nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Rules:
    """How to read a portal's pages: the marks of an element, the elements and lines that are not of the act."""

    mark: Callable[[HtmlElement], Mark] = no_mark
    hidden: Callable[[HtmlElement], bool] = never
    drops: Callable[[Line, tuple[Linked, ...]], bool] = lambda line, links: False


@dataclass(frozen=True, slots=True)
class Style:
    """The marks that an element puts on the text in it."""

    bold: bool = False
    role: str = ""
    target: str | None = None
    align: str = ""


class Flow:
    """Lines and links of the elements walked so far; `tables` numbers the tables of the document."""

    def __init__(self, rules: Rules = Rules(), tables: Iterator[int] | None = None) -> None:
        self.rules = rules
        self.tables = count(1) if tables is None else tables
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self._pieces: list[Piece] = []
        self._frame = Paragraph()
        self._reached: dict[HtmlElement, int] = {}

    def walk(self, root: HtmlElement) -> Flow:
        """Lay out an element with everything in it."""
        styles = [Style()]
        walker = iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                style = self._style(element, styles[-1])
                if self._opens(element, style):
                    self._add(element.text, style)
                else:
                    walker.skip_subtree()
                styles.append(style)
            else:
                styles.pop()
                if element.tag in BLOCKS:
                    self.flush()
                if element is not root:
                    self._add(element.tail, styles[-1])
        self.flush()
        return self

    def _opens(self, element: HtmlElement, style: Style) -> bool:
        """Handle the start of an element; return whether its content is to be walked."""
        tag = element.tag
        if not isinstance(tag, str) or tag in SILENT or hidden(element) or self.rules.hidden(element):
            return False
        if tag == "br":
            self._pieces.append(Piece("\n"))
        elif tag == "img":
            self._picture(element, style)
        elif tag in ("sup", "sub"):
            text = element.text_content()
            self._add(raised(text) if tag == "sup" else text.translate(SUB), style)
            return False
        elif tag == "table":
            self.flush()
            return self._table(element)
        elif tag == "pre":
            self.flush()
            self.lines += page_lines(split(element.text_content()), self.tables)
            return False
        elif tag in BLOCKS:
            self.flush()
            self._frame = self._frame_of(element, style)
        return True

    def _frame_of(self, element: HtmlElement, style: Style) -> Paragraph:
        """Return what the element says of the paragraph that begins in it."""
        joined = element.tag in HEADINGS or style.role in ("heading", "title")
        prefix = list_number(element, self._reached) if element.tag == "li" else ""
        role = style.role if joined else ""
        return Paragraph(role, style.align, joined=joined, prefix=prefix, indent=css_indent(element))

    def _style(self, element: HtmlElement, outer: Style) -> Style:
        tag = element.tag
        if not isinstance(tag, str):
            return outer
        mark = self.rules.mark(element)
        if mark.spaced:
            self._pieces.append(Piece(" "))
        role = mark.role or ("heading" if tag in HEADINGS else outer.role)
        target = element.get("href") if tag == "a" else outer.target
        bold = outer.bold or mark.bold or tag in BOLD or tag in HEADINGS
        return Style(bold, role, target, align_of(element) or mark.align or outer.align)

    def _add(self, text: str | None, style: Style) -> None:
        if text:
            self._pieces.append(Piece(text, style.bold, style.role, style.target))

    def _picture(self, element: HtmlElement, style: Style) -> None:
        source = element.get("src") or ""
        if source.startswith("data:"):
            source = source.partition(",")[0]
        self._pieces.append(Piece(PICTURE, style.bold, style.role, source[:200] or None))

    def flush(self) -> None:
        """End the paragraph that is being read."""
        pieces, self._pieces = self._pieces, []
        frame, self._frame = self._frame, replace(self._frame, prefix="")
        if any(not piece.text.isspace() for piece in pieces):
            for line, links in lines_of(pieces, frame):
                if not self.rules.drops(line, links):
                    self.emit(line, links)

    def emit(self, line: Line, links: tuple[Linked, ...] = ()) -> None:
        """Append a line with its links."""
        if not line.text and (not self.lines or not self.lines[-1].text):
            return
        self.links += (Link(len(self.lines), link.start, link.stop, link.target) for link in links)
        self.lines.append(line)

    def _table(self, element: HtmlElement) -> bool:
        """Lay out a table as rows, a stamp or a signature; return True where it is only a frame for paragraphs."""
        rows = [list(own_cells(row)) for row in own_rows(element)]
        rows = [row for row in rows if row]
        measures = [
            [(len(c.text_content()), next(c.iterdescendants("table"), None) is not None) for c in r] for r in rows
        ]
        if is_frame(measures):
            return True
        read = [[self._cell(cell) for cell in row] for row in rows]
        texts = [[entry.text for entry, _ in row] for row in read]
        if not any(any(row) for row in texts):
            return False
        for caption in element.iterchildren("caption"):
            self.emit(Line(" ".join(caption.text_content().split()), whole=True))
        if is_stamp(texts):
            for line in stamp_lines(texts):
                self.emit(line)
        elif is_signature(texts) or self._signed(rows, texts):
            for row in texts:
                self.emit(signature_line(row))
        else:
            self._rows(read)
        return False

    def _signed(self, rows: list[list[HtmlElement]], texts: list[list[str]]) -> bool:
        """Tell whether the portal marks a two-cell table as a signature (all of it in italics)."""
        if len(rows) > 3 or any(len(row) != 2 or len(row[1]) > 60 for row in texts):
            return False
        return all(next(cell.iterdescendants("i", "em"), None) is not None for row in rows for cell in row)

    def _rows(self, read: list[list[tuple[Entry, tuple[Linked, ...]]]]) -> None:
        table = next(self.tables)
        for line, row in zip(table_lines([[e for e, _ in row] for row in read], table), read, strict=True):
            moved = [
                Linked(cell.start + link.start, cell.start + link.stop, link.target)
                for cell, (_, links) in zip(line.cells, row, strict=False)
                for link in links
            ]
            self.emit(line, tuple(moved))

    def _cell(self, element: HtmlElement) -> tuple[Entry, tuple[Linked, ...]]:
        """Return what a cell holds, and its links."""
        inner = Flow(self.rules, self.tables).walk(element)
        texts, links, at = [], [], 0
        for index, line in enumerate(inner.lines):
            text = tidy(line.text.split(CELL_BREAK))
            if text:
                links += [Linked(at + k.start, at + k.stop, k.target) for k in inner.links if k.line == index]
                texts.append(text)
                at += len(text) + 1
        header = element.tag == "th" or element.getparent().getparent().tag == "thead"
        entry = Entry(CELL_BREAK.join(texts), span_of(element, "rowspan"), span_of(element, "colspan"), header)
        return entry, tuple(links)
