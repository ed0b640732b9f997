"""The raw text of all pages as one string, line by line, and the way back to lines and pages of the repaired text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from models import Cell, Line, Page, Span, TextCell, TextLine, TextPage
from normalizers.language import furniture

# Furniture is short; a longer line may be text.
_LONG = 40
_TYPICAL = 20  # letters of a line that shows how wide letters are


@dataclass(frozen=True, slots=True)
class Sheet:
    """All lines of a document in order (`rows[n]` is line `n` of `raw`) and how many lines each page has."""

    raw: str
    rows: tuple[tuple[Line, int], ...]
    pages: tuple[Page, ...]


def lay_out(pages: Sequence[Page]) -> Sheet:
    """Return the lines of all pages as one raw string; a line feed inside a line counts as a space."""
    rows = tuple((line, page.number) for page in pages for line in page.lines)
    return Sheet("\n".join(line.text.replace("\n", " ") for line, _ in rows), rows, tuple(pages))


def roles(sheet: Sheet, string: str) -> list[str]:
    """Return the role of each line: what the reader said, or `furniture` for lines that a portal prints around.

    A reader may take a line for furniture that the text repeats by chance; where it goes on with the sentence of the
    line before, it is text.
    """
    tabs, always = furniture()
    bare = [text.strip().rstrip(".") for text in string.split("\n")]
    found: list[str] = []
    before = ""
    for n, ((line, _), text) in enumerate(zip(sheet.rows, bare, strict=True)):
        role = line.role
        if not role and text and (text in always or _among_tabs(bare, n, tabs)):
            role = "furniture"
        elif role == "furniture" and len(text) > _LONG and text[:1].islower() and before[-1:] not in ".;:":
            role = ""
        found.append(role)
        before = text if text and role != "furniture" else before
    return found


def _among_tabs(bare: Sequence[str], n: int, tabs: frozenset[str]) -> bool:
    return bare[n] in tabs and sum(other in tabs for other in bare[max(n - 4, 0) : n + 5]) >= 3


def text_lines(sheet: Sheet, string: str, roles: Sequence[str]) -> tuple[TextLine, ...]:
    """Return the lines of the repaired text: the spans are found again, the rest is what the reader said."""
    lines: list[TextLine] = []
    at = 0
    rulers = {page.number: _ruler(page) for page in sheet.pages}
    for (line, page), text, role in zip(sheet.rows, string.split("\n"), roles, strict=True):
        span = Span(at, at + len(text))
        lead = len(text) - len(text.lstrip(" ")) if text[:1] == " " else 0
        cells = _cells(line, text, at) if line.cells else ()
        lines.append(
            TextLine(
                span,
                page,
                role,
                line.whole,
                line.indent + lead,
                line.align,
                line.bold,
                line.size,
                line.table,
                cells,
                line.confidence,
                _reach(line, rulers[page]),
            )
        )
        at = span.stop + 1
    return tuple(lines)


def _ruler(page: Page) -> tuple[float, float] | None:
    """Return the left edge of a page's text and the mean width of its letters in points, None without boxes."""
    boxed = [(line.box, len(line.text)) for line in page.lines if line.box and not line.cells and line.text.strip()]
    long = [(box.x1 - box.x0) / size for box, size in boxed if size >= _TYPICAL]
    if not long:
        return None
    return min(box.x0 for box, _ in boxed), max(median(long), 1.0)


def _reach(line: Line, ruler: tuple[float, float] | None) -> float | None:
    if line.box is None or ruler is None:
        return None
    left, letter = ruler
    return (line.box.x1 - left) / letter


def _cells(line: Line, text: str, at: int) -> tuple[TextCell, ...]:
    """Return the cells of a table row in the repaired text; tabs between cells are never changed, so count them."""
    stops = [m.start() for m in re.finditer("\t", text)] + [len(text)]
    starts = [0] + [s + 1 for s in stops[:-1]]
    kept = text.count("\t") == line.text.count("\t")
    return tuple(_cell(line, cell, starts, stops, at, kept) for cell in line.cells)


def _cell(line: Line, cell: Cell, starts: Sequence[int], stops: Sequence[int], at: int, kept: bool) -> TextCell:
    first, last = line.text.count("\t", 0, cell.start), line.text.count("\t", 0, cell.stop)
    span = Span(at + starts[first], at + stops[last]) if kept else Span(at, at + stops[-1])
    return TextCell(span, cell.column, cell.row_span, cell.column_span, cell.header)


def text_pages(sheet: Sheet, lines: Sequence[TextLine], health: Sequence[float]) -> tuple[TextPage, ...]:
    """Return the pages of the repaired text; a page without lines is an empty span where it would stand."""
    pages: list[TextPage] = []
    at, first = 0, 0
    for page, share in zip(sheet.pages, health, strict=True):
        own = lines[first : first + len(page.lines)]
        span = Span(own[0].span.start, own[-1].span.stop) if own else Span(at, at)
        at, first = span.stop, first + len(page.lines)
        pages.append(
            TextPage(
                page.number,
                span,
                page.origin,
                page.language,
                share,
                page.confidence,
                page.dpi,
                page.skew,
                page.seconds,
                page.readings,
                page.lacking,
            )
        )
    return tuple(pages)
