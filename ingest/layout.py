"""Tables that are no tables: signatures and approval stamps laid out as two cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.grid import Entry, row_line
from models import CELL_BREAK, Line

INITIAL = re.compile(r"\b([^\W\d_])\. ?")
LONGEST_NAME, LONGEST_POST, LONGEST_STAMP = 40, 250, 600

Rows = Sequence[Sequence[str]]


def is_frame(rows: Sequence[Sequence[tuple[int, bool]]]) -> bool:
    """Tell whether a table only frames paragraphs and tables: of each cell, how long its text is and if it holds one.

    A table of data may hold a small one in a cell; a frame has most of its text in the cells that hold tables.
    """
    if all(len(row) == 1 for row in rows):
        return True
    cells = [cell for row in rows for cell in row]
    return any(holds for _, holds in cells) and 2 * sum(n for n, holds in cells if holds) >= sum(n for n, _ in cells)


def is_stamp(rows: Rows) -> bool:
    """Tell whether rows are an approval stamp: an empty left cell and text in the right one."""
    filled = [row for row in rows if any(row)]
    return bool(filled) and all(len(row) == 2 and not row[0] and len(row[1]) < LONGEST_STAMP for row in filled)


def is_signature(rows: Rows) -> bool:
    """Tell whether each row is a post and a person with initials."""
    filled = [[cell for cell in row if cell] for row in rows if any(row)]
    return bool(filled) and len(filled) < 8 and all(len(row) == 2 and is_signed(*row) for row in filled)


def is_signed(post: str, name: str) -> bool:
    """Tell whether the right cell reads as a person's name and the left one as a post."""
    initials = INITIAL.findall(name)
    named = 0 < len(initials) < 3 and all(letter.isupper() for letter in initials)
    return named and len(name) < LONGEST_NAME and len(post) < LONGEST_POST and not post[:1].isdigit()


def stamp_line(row: Sequence[str]) -> Line:
    """Return the line of a stamp in plain text; a right cell without letters ends a quotation and is no stamp."""
    if not any(row):
        return Line("")
    role = "stamp" if any(c.isalpha() for c in row[1]) else ""
    return Line(row[1].replace(CELL_BREAK, " "), role=role, align="right" if role else "")


def stamp_lines(rows: Rows) -> Iterator[Line]:
    """Yield the printed lines of stamps, an empty line around each row."""
    yield Line("")
    for row in rows:
        if any(row):
            yield from (Line(text, role="stamp", align="right") for text in row[-1].split(CELL_BREAK) if text)
            yield Line("")


def signature_line(row: Sequence[str]) -> Line:
    """Return the line of a signature with the post and the name as cells of no table."""
    filled = [Entry(cell.replace(CELL_BREAK, " ")) for cell in row if cell]
    return replace(row_line(filled, range(len(filled)), None), role="signature") if filled else Line("")
