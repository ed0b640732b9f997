"""Pages as the readers give them: lines with text and, where the medium has them, boxes, cells and links.

A table is a run of lines that share a `table` number (counted through the document, also over pages); each such
line is
one row, its text is the cells joined by a tab, and `cells` says which characters are which column.
"""

from __future__ import annotations

from dataclasses import dataclass

# Stands in a cell's text where its printed lines or paragraphs part. It is white space to `str.split` and `\\s`, but no
# line break, so that a row stays one line.
CELL_BREAK = "\x1f"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points (1/72 inch), origin at the top left of the page."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line with its place in the line's text, its box and how sure the reading is (0..1)."""

    start: int
    stop: int
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: `start:stop` in the line's text, its column from 0, and the rows and columns that it spans."""

    start: int
    stop: int
    column: int
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: the line (index in its page) and the characters of it that are linked, and the target."""

    line: int
    start: int
    stop: int
    target: str


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, or one whole paragraph where the medium marks paragraphs (`whole`).

    `role` is what the medium's markup says the line is: `` (nothing said), `title`, `requisites`, `heading`, `note`,
    `notice`, `stamp`, `signature`, `status`, `toc`, `furniture`, `quote`, `form`. `indent` is in characters
    (text, html) or points
    divided by the font's mean character width (pdf). `align` is ``, `left`, `center` or `right`.
    """

    text: str
    role: str = ""
    whole: bool = False
    indent: float = 0.0
    align: str = ""
    bold: bool = False
    size: float | None = None
    box: Box | None = None
    words: tuple[Word, ...] = ()
    table: int | None = None
    cells: tuple[Cell, ...] = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class LineReading:
    """One of two readings of a printed line: `method` read `text`, of whose words `health` (0..1) read as words.

    `line` counts the lines of the page from 1; it is None where the text of the page shows no such line.
    """

    line: int | None
    method: str
    text: str
    health: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its lines in reading order, and how they were read.

    `origin` is `text`, `pdf-text`, `ocr`, `html` or `docx`. An empty line stands for vertical space. `language` is set
    only where the reader knows it (an OCR model choice). `dpi`, `skew` (degrees) and `seconds` are set by OCR.
    `readings` are those of lines that were read in two ways, by the text layer and by OCR. `lacking` is the model that
    OCR would have needed and did not have: another stood in for it.
    """

    number: int
    lines: tuple[Line, ...]
    origin: str
    width: float | None = None
    height: float | None = None
    links: tuple[Link, ...] = ()
    language: str | None = None
    confidence: float = 1.0
    dpi: float | None = None
    skew: float | None = None
    seconds: float | None = None
    readings: tuple[LineReading, ...] = ()
    lacking: str | None = None
