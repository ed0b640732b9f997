"""Rows of cells to table lines: one line a row, cells joined by a tab, columns counted as they stand on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models import CELL_BREAK, Cell, Line

# No act has wider or longer merged cells; a page that claims so is broken or hostile.
MOST_COLUMNS = 1000
MOST_ROWS = 65_534


@dataclass(frozen=True, slots=True)
class Entry:
    """What a table cell holds, before its place is known; the printed lines of `text` are parted by `CELL_BREAK`."""

    text: str
    row_span: int = 1
    column_span: int = 1
    header: bool = False


def tidy(parts: Iterable[str]) -> str:
    """Return the printed lines of a cell as its text: each without outer white space, tabs or line breaks."""
    lines = (" ".join(part.split()) for part in parts)
    return CELL_BREAK.join(line for line in lines if line)


def row_line(entries: Sequence[Entry], columns: Sequence[int], table: int | None, role: str = "") -> Line:
    """Return the line of one row; `columns` says in which column each entry begins."""
    cells, at = [], 0
    for entry, column in zip(entries, columns, strict=True):
        stop = at + len(entry.text)
        cells.append(Cell(at, stop, column, entry.row_span, entry.column_span, entry.header))
        at = stop + 1
    text = "\t".join(entry.text for entry in entries)
    return Line(text, role=role, whole=True, table=table, cells=tuple(cells))


def table_lines(rows: Iterable[Sequence[Entry]], table: int) -> Iterator[Line]:
    """Yield the lines of a table whose merged cells are said by spans, as HTML and Word say them."""
    busy: dict[int, int] = {}  # column -> the first row in which it is free again
    for number, row in enumerate(rows):
        entries = [bounded(entry) for entry in row]
        columns = place(entries, busy, number)
        yield row_line(entries, columns, table)


def bounded(entry: Entry) -> Entry:
    """Return the entry with spans inside the limits."""
    rows = min(max(entry.row_span, 1), MOST_ROWS)
    columns = min(max(entry.column_span, 1), MOST_COLUMNS)
    return Entry(entry.text, rows, columns, entry.header)


def place(entries: Sequence[Entry], busy: dict[int, int], row: int) -> list[int]:
    """Return the column of each entry, past the columns that cells of earlier rows cover; enter the new ones."""
    columns, column = [], 0
    fresh: dict[int, int] = {}
    for entry in entries:
        while busy.get(column, 0) > row:
            column += 1
        columns.append(column)
        for covered in range(column, min(column + entry.column_span, MOST_COLUMNS)):
            fresh[covered] = row + entry.row_span
        column += entry.column_span
    for covered, free in fresh.items():
        busy[covered] = max(free, busy.get(covered, 0))
    return columns
