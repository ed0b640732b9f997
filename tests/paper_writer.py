"""Typeset whole acts with ruled tables over several pages, as pictures and as the HTML that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from PIL import Image, ImageFont
from scan_writer import A4, SERIF, Sheet, font


@dataclass(frozen=True)
class Entry:
    """A cell of a table: its text (paragraphs parted by line breaks), how many rows and columns it spans."""

    text: str = ""
    rows: int = 1
    columns: int = 1
    middle: bool = False
    bold: bool = False


Row = Sequence[Entry | str]


@dataclass
class Table:
    """A ruled table: column widths in points, rows of entries (what a span covers is left out), rows of its head.

    `pad` is the space above and below a cell's text together (leadings, 0 or 1), `split` lets a row break over pages,
    `outer` draws the outline, `closed` draws the rule at a page's end, `double` draws each rule twice.
    """

    widths: Sequence[float]
    rows: Sequence[Row]
    head: int = 0
    points: float = 10.0
    pad: int = 1
    split: bool = True
    outer: bool = True
    closed: bool = True
    double: bool = False
    pen: float = 0.6
    ink: int = 0


@dataclass
class Par:
    """A paragraph (or with `align` other than "left" a line of a heading or a signature)."""

    text: str
    align: str = "left"
    bold: bool = False
    space: float = 0.0


Part = Par | Table


@dataclass
class _Box:
    """An entry in its place: first row and column of the table, its printed lines, and where the text begins."""

    entry: Entry
    row: int
    column: int
    lines: list[str] = field(default_factory=list)
    start: int = 0


def as_html(parts: Sequence[Part]) -> bytes:
    """Return the act as a plain page."""
    body = []
    for part in parts:
        if isinstance(part, Par):
            body.append(f'<p align="{part.align}">{escape(part.text)}</p>')
            continue
        rows = ["".join(_html_cell(_entry(e)) for e in row) for row in part.rows]
        body.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    return ('<html><head><meta charset="utf-8"></head><body>' + "\n".join(body) + "</body></html>").encode()


def _html_cell(entry: Entry) -> str:
    text = "<br>".join(escape(line) for line in entry.text.split("\n"))
    return f'<td rowspan="{entry.rows}" colspan="{entry.columns}">{text}</td>'


def _entry(entry: Entry | str) -> Entry:
    return Entry(entry) if isinstance(entry, str) else entry


class Paper:
    """Pages that are being typeset, one after the other."""

    def __init__(
        self, face: str = SERIF, points: float = 12.0, paper: tuple[float, float] = A4, numbered: bool = False
    ) -> None:
        self.face, self.points, self.paper, self.numbered = face, points, paper, numbered
        self.sheets: list[Sheet] = []
        self._turn()

    def _turn(self) -> None:
        self.sheet = Sheet(face=self.face, points=self.points, paper=self.paper)
        self.sheets.append(self.sheet)
        if self.numbered and len(self.sheets) > 1:
            top, self.sheet.top = self.sheet.top, 30.0
            self.sheet.line(str(len(self.sheets)), "center")
            self.sheet.top = top

    def set(self, parts: Sequence[Part]) -> list[Image.Image]:
        """Typeset the parts of an act; return the pages."""
        for part in parts:
            if isinstance(part, Table):
                self._table(part)
            else:
                self._par(part)
        return [sheet.image for sheet in self.sheets]

    def _par(self, par: Par) -> None:
        self.sheet.gap(par.space)
        if par.align != "left":
            for line in self._wrap(par.text, 0.8 * self._width, font(self.face, self.points, 300, par.bold)):
                if self.sheet.room <= self.sheet.leading:
                    self._turn()
                self.sheet.line(line, par.align, par.bold)
            return
        rest = self.sheet.paragraph(par.text, bold=par.bold)
        while rest:
            self._turn()
            rest = self.sheet.paragraph(rest, 0.0, par.bold)

    @property
    def _width(self) -> float:
        return self.paper[0] - 2 * self.sheet.margin

    def _wrap(self, text: str, width: float, face: ImageFont.FreeTypeFont) -> list[str]:
        """Break a text into lines: at blanks and behind hyphens, and inside a word that is wider than a line."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                for k, piece in enumerate(_pieces(word)):
                    joined = line + piece if k else f"{line} {piece}".strip()
                    if face.getlength(joined) <= width * 300 / 72 or not line:
                        line = joined
                    else:
                        lines.append(line)
                        line = piece
                    while face.getlength(line) > width * 300 / 72:
                        cut = next(n for n in range(len(line), 0, -1) if face.getlength(line[:n]) <= width * 300 / 72)
                        lines.append(line[:cut])
                        line = line[cut:]
            lines.append(line)
        return lines

    def _table(self, table: Table) -> None:
        boxes, tops = self._placed(table)
        leading = 1.2 * table.points
        begin = 0
        head = tops[table.head]
        self.sheet.gap(0.5)
        while begin < tops[-1]:
            again = head if begin and table.head else 0
            room = int((self.paper[1] - self.sheet.margin - self.sheet.top - 4) / leading) - again
            stop = self._stop(table, tops, begin, begin + room)
            if stop <= begin:
                self._turn()
                continue
            if again:
                self._draw(table, boxes, tops, (0, head))
            self._draw(table, boxes, tops, (begin, stop))
            begin = stop if stop in tops else stop - table.pad  # a row that breaks has its padding twice
            if begin < tops[-1]:
                self._turn()
        self.sheet.gap(0.5)

    def _stop(self, table: Table, tops: list[int], begin: int, most: int) -> int:
        """Return where the table breaks: between rows, or inside a row that may be split."""
        whole = max((t for t in tops if t <= most), default=begin)
        if not table.split or whole == tops[-1]:
            return whole
        return most if most - whole > 1 + table.pad else whole

    def _placed(self, table: Table) -> tuple[list[_Box], list[int]]:
        """Return the entries in their places and the tops of the rows, in leadings."""
        boxes: list[_Box] = []
        busy: set[tuple[int, int]] = set()
        for row, entries in enumerate(table.rows):
            column = 0
            for entry in map(_entry, entries):
                while (row, column) in busy:
                    column += 1
                face = font(self.face, table.points, 300, entry.bold)
                width = sum(table.widths[column : column + entry.columns]) - 8
                box = _Box(entry, row, column, self._wrap(entry.text, width, face) if entry.text else [])
                boxes.append(box)
                busy |= {(row + r, column + c) for r in range(entry.rows) for c in range(entry.columns)}
                column += entry.columns
        heights = [1 + table.pad] * len(table.rows)
        for box in sorted(boxes, key=lambda b: b.entry.rows):
            rows = range(box.row, box.row + box.entry.rows)
            heights[rows[-1]] += max(len(box.lines) + table.pad - sum(heights[r] for r in rows), 0)
        tops = [sum(heights[:k]) for k in range(len(heights) + 1)]
        for box in boxes:
            spare = tops[box.row + box.entry.rows] - tops[box.row] - table.pad - len(box.lines)
            box.start = tops[box.row] + (spare // 2 if box.entry.middle else 0)
        return boxes, tops

    def _draw(self, table: Table, boxes: list[_Box], tops: list[int], piece: tuple[int, int]) -> None:
        """Draw what of a table lies between two heights (in leadings) at the place reached on the page."""
        begin, stop = piece
        leading, sheet = 1.2 * table.points, self.sheet
        left = sheet.margin + max((self._width - sum(table.widths)) / 2, -40)
        lefts = [left + sum(table.widths[:k]) for k in range(len(table.widths) + 1)]
        for box in boxes:
            y0, y1 = max(tops[box.row], begin), min(tops[box.row + box.entry.rows], stop)
            if y1 <= y0:
                continue
            x0, x1 = lefts[box.column], lefts[box.column + box.entry.columns]
            self._frame(table, (x0, sheet.top + (y0 - begin) * leading, x1, sheet.top + (y1 - begin) * leading), box,
                        (tops[box.row] >= begin, tops[box.row + box.entry.rows] <= stop))  # fmt: skip
            face = font(self.face, table.points, sheet.dpi, box.entry.bold)
            for n, line in enumerate(box.lines):
                if begin <= box.start + n < stop - (0 if stop in tops else table.pad):
                    base = sheet.top + (box.start + n - begin + table.pad / 2) * leading + table.points
                    sheet.text(x0 + 4, base, line, face)
        sheet.top += (stop - begin) * leading

    def _frame(
        self, table: Table, edges: tuple[float, float, float, float], box: _Box, ends: tuple[bool, bool]
    ) -> None:
        x0, y0, x1, y1 = edges
        first, last = box.column == 0, box.column + box.entry.columns == len(table.widths)
        shown = {
            (x0, y0, x0, y1): table.outer or not first,
            (x1, y0, x1, y1): table.outer or not last,
            (x0, y0, x1, y0): (ends[0] or table.closed) and (table.outer or box.row > 0 or not ends[0]),
            (x0, y1, x1, y1): ends[1] or table.closed,
        }
        for line, drawn in shown.items():
            if drawn:
                self.sheet.rule(line, table.pen, table.ink)
                if table.double:
                    a, b, c, d = line
                    by = (1.8, 0.0) if a == c else (0.0, 1.8)
                    self.sheet.rule((a + by[0], b + by[1], c + by[0], d + by[1]), table.pen, table.ink)


def _pieces(word: str) -> list[str]:
    """Part a word behind its hyphens."""
    parts = word.split("-")
    return [part + ("-" if k < len(parts) - 1 else "") for k, part in enumerate(parts)]
