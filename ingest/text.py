"""Plain text: every line with its indent, tab- and bar-separated tables as rows, form feeds as pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from ingest.decode import decode
from ingest.grid import Entry, row_line, tidy
from ingest.layout import is_signature, is_stamp, signature_line, stamp_line
from ingest.stray import unmark
from models import CELL_BREAK, Document, LimitError, Limits, Line, Page

TAB_WIDTH = 4
# Controls other than tab and line breaks print nothing.
CONTROLS = dict.fromkeys([*range(9), *range(0x0E, 0x1C), 0x1F, 0x7F, 0xFEFF])
# How the tables of the portals come out as text: cells parted by tab, bar, tab.
BAR = re.compile(r"(?:^|\t)[ \xa0]*\|[ \xa0]*(?:\t|$)")
PIPE = re.compile(r"[|\u2502\u2503\u2551]")
OUTER = re.compile(rf"^{PIPE.pattern}|{PIPE.pattern}$")
TAB = re.compile(r"\t")
RULER = re.compile(r"(?=.*[-_=\u2500-\u257f]{2})(?=.*[|+\t\u250c-\u254b\u2551-\u256c])[-_=\u2500-\u257f|+:\s]+")
# "1.<tab>Text": Word's automatic numbering saved as text, no table.
LABEL = re.compile(r"\s*(?:\d[\d.-]*|\w|[-–•*])?[.)]?\s*")
# No label that spans the columns of a table is longer.
LABEL_WIDTH = 80
# Most lines without a separator that may stand between two rows of a table.
BETWEEN = 3
# A line with more tabs and bars is hostile (a flattened table of a real budget has 1,880 cells).
MOST_MARKS = 10_000
# Most rows of a signature or stamp.
FEW = 8


@dataclass(frozen=True, slots=True)
class Region:
    """Lines `first` to `last` (inclusive) of a page that form one table, and how its cells are parted."""

    first: int
    last: int
    separator: re.Pattern[str]


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return a page for each form feed of a plain text, one line for each line of the file."""
    text = decode(document.source, document.data)
    check_lines(document.source, text.count("\n"), limits)
    tables = count(1)
    pages = []
    for number, part in enumerate(text.split("\f"), start=1):
        pages.append(Page(number, tuple(page_lines(split(part), tables)), "text"))
    check_lines(document.source, sum(len(page.lines) for page in pages), limits)
    return tuple(pages)


def check_lines(source: str, found: int, limits: Limits) -> None:
    """Raise where a document has more lines than the limit."""
    if found > limits.lines:
        raise LimitError(source, f"the text has more than {limits.lines} lines", "Split the file by acts")


def split(text: str) -> list[str]:
    """Return the lines of a text without control characters, trailing white space kept."""
    return [line.translate(CONTROLS) for line in text.splitlines()]


def page_lines(rows: Sequence[str], tables: Iterator[int]) -> Iterator[Line]:
    """Yield one line for each row of a page; `tables` numbers the tables of the document."""
    at = 0
    for region in regions(rows):
        yield from map(plain_line, rows[at : region.first])
        yield from region_lines(rows[region.first : region.last + 1], region.separator, tables)
        at = region.last + 1
    yield from map(plain_line, rows[at:])


def plain_line(row: str) -> Line:
    """Return a line of running text: outer white space becomes the indent, tabs inside become spaces."""
    text = unmark(row).replace(CELL_BREAK, " ").replace("\t", " ").rstrip()
    bare = text.lstrip()
    return Line(bare, indent=indent_of(row) if bare else 0.0)


def indent_of(row: str) -> float:
    """Return the width of the white space before the text, in characters."""
    blank = row[: len(row) - len(row.lstrip())]
    return float(sum(TAB_WIDTH if c == "\t" else 1 for c in blank))


def regions(rows: Sequence[str]) -> Iterator[Region]:
    """Yield the tables of a page in order."""
    at = 0
    while at < len(rows):
        separator = separator_of(rows[at])
        last = at
        if separator is not None:
            last = extent(rows, at, separator)
            ruled = separator is PIPE and at > 0 and bool(RULER.fullmatch(rows[at - 1]))
            region = Region(at - ruled, last, separator)
            if is_table(rows[at : last + 1], separator):
                yield region
        at = last + 1


def separator_of(row: str) -> re.Pattern[str] | None:
    """Return what parts the cells of a row, or None for a line that is no row."""
    if not row.strip(" \t\xa0") or RULER.fullmatch(row) or row.count("\t") + row.count("|") > MOST_MARKS:
        return None
    if "\t" in row:
        return BAR if BAR.search(row) else TAB
    return PIPE if len(PIPE.findall(row)) > 1 or " | " in row else None


def extent(rows: Sequence[str], first: int, separator: re.Pattern[str]) -> int:
    """Return the last row of the table that begins at `first`.

    Rulers stand anywhere; one empty line may part two rows of a tabbed table (a page break of the original), a few
    full lines two rows of a barred one (cells that span all columns).
    """
    last, gap = first, 0
    for at in range(first + 1, len(rows)):
        row = rows[at]
        if separator_of(row) is separator:
            last, gap = at, 0
        elif RULER.fullmatch(row):
            last = at if not gap else last
        else:
            gap += 1
            if separator is BAR and last < first + FEW and apart([cut(r, BAR) for r in rows[first : last + 1]]):
                break
            allowed = BETWEEN * bool(row.strip()) if separator is BAR else not row.strip() and separator is TAB
            if gap > allowed and not (separator is TAB and gap == 1 and is_label(rows, last, at)):
                break
    return last


def is_label(rows: Sequence[str], last: int, at: int) -> bool:
    """Tell whether a short full line stands between two tabbed rows of as many columns, three at least."""
    columns = rows[last].count("\t")
    following = rows[at + 1].count("\t") if at + 1 < len(rows) else 0
    return len(rows[at].strip()) < LABEL_WIDTH and columns == following > 1


def apart(cells: Sequence[Sequence[str]]) -> bool:
    """Tell whether rows are a stamp or a signature, so that a table below a heading is not of the same table."""
    return is_stamp(cells) or is_signature(cells)


def is_table(rows: Sequence[str], separator: re.Pattern[str]) -> bool:
    """Tell whether rows with a separator are a table: bars always; tabs and pipes by their number."""
    cells = [[c for c in cut(row, separator) if c] for row in rows if separator_of(row) is separator]
    if separator is BAR:
        return True
    if separator is PIPE:
        return len(cells) > 1
    bare = [row.strip() for row in rows if row.strip()]
    if all(LABEL.fullmatch(row.split("\t")[0]) and row.count("\t") == 1 for row in bare):
        return False
    return len(cells) > 1 or max(len(row) for row in cells) > 2


def cut(row: str, separator: re.Pattern[str]) -> list[str]:
    """Return the cells of a row, each tidy; the outer bars of a piped row are no cells."""
    if separator is PIPE:
        row = OUTER.sub("", row.strip())
    return [tidy(unmark(cell).split(CELL_BREAK)) for cell in separator.split(row)]


def region_lines(rows: Sequence[str], separator: re.Pattern[str], tables: Iterator[int]) -> Iterator[Line]:
    """Yield the lines of a table, a stamp or a signature; rulers become empty lines, so that no line is lost."""
    cells = [cut(row, separator) if separator_of(row) is separator else [tidy([unmark(row)])] for row in rows]
    cells = [[] if RULER.fullmatch(row) or not row.strip() else found for row, found in zip(rows, cells, strict=True)]
    if separator is BAR and is_stamp(cells):
        yield from (stamp_line(found) for found in cells)
        return
    if separator is not PIPE and sum(map(any, cells)) == 1 and is_signature(cells):
        yield from (signature_line(found) for found in cells)
        return
    table = next(tables)
    headed = separator is PIPE and len(rows) > 1 and bool(RULER.fullmatch(rows[1]))
    for at, found in enumerate(cells):
        entries = [Entry(c, header=headed and not at) for c in found]
        yield row_line(entries, range(len(found)), table) if any(found) else Line("")
