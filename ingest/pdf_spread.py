"""Take the table rows of all pages, give each table one number, also where it runs over pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ingest.pdf_flow import Item, Layout, Part
from models import CELL_BREAK

SAME_EDGE = 4.0
OUTLINE_ONLY = 3
ENDS = (".", ";", ":", "!", "?")
DIGITS = re.compile(r"\d")
ALIKE, AGREEING = 0.9, 0.4  # likeness of two heads of which a letter is misread; share of it in cells that are equal


@dataclass(slots=True)
class _Run:
    """A table that may go on: its number, its rows so far, its column edges."""

    number: int
    edges: list[float]
    rows: list[Item] = field(default_factory=list)


def number_tables(layouts: list[Layout]) -> tuple[dict[tuple[int, int], int], set[int]]:
    """Number the tables through the document and join those that run over pages.

    Returns the number of each (page number, grid index), and the `id`s of the rows that are headers. Joined pages
    lose their repeated header rows, and a row that the page's end broke is continued in the row above.
    """
    numbers: dict[tuple[int, int], int] = {}
    runs: list[_Run] = []
    going: _Run | None = None
    for layout in layouts:
        body = [i for i in layout.items if i.role != "furniture"]
        for index, edges in enumerate(layout.edges):
            rows = [i for i in body if i.grid == index]
            if going is not None and body and body[0] in rows[:1] and _continues(going, edges, layout):
                _join(going, rows, edges, layout)
            else:
                runs.append(_Run(len(runs), edges, rows))
                going = runs[-1]
            numbers[layout.number, index] = going.number
        if body:
            going = going if body[-1].grid is not None and going is not None else None
            if going is not None and layout.edges and body[-1].grid != len(layout.edges) - 1:
                going = next(r for r in runs if r.number == numbers[layout.number, body[-1].grid or 0])
    headers = {id(row) for run in runs for row in _headers(run.rows)}
    return numbers, headers


def _continues(run: _Run, edges: list[float], layout: Layout) -> bool:
    """Tell whether a table has the columns of the one that the page before ended with (mirrored margins allowed)."""
    del layout
    shift = edges[0] - run.edges[0]
    moved = [e - shift for e in edges]
    if abs(moved[-1] - run.edges[-1]) > SAME_EDGE:
        return False
    few, many = sorted((moved, run.edges), key=len)
    return all(any(abs(a - b) <= SAME_EDGE for b in many) for a in few) and len(few) >= min(len(many), OUTLINE_ONLY)


def _join(run: _Run, rows: list[Item], edges: list[float], layout: Layout) -> None:
    """Add the rows of the next page to a table."""
    _renumber(run, rows, edges)
    same = _repeated(run.rows, rows)
    for row in rows[:same]:
        layout.items.remove(row)
    rows = rows[same:]
    if rows and run.rows:
        if _is_rest(run.rows, rows[0], rows[1:]):
            _continue(run.rows[-1], rows[0])
            layout.items.remove(rows[0])
            rows = rows[1:]
        elif _is_rest_of_merged(run.rows, rows[0], rows[1:]):
            _continue_merged(run.rows, rows[0])
            layout.items.remove(rows[0])
            rows = rows[1:]
        elif rows:
            _extend_spans(run.rows, rows)
    run.rows.extend(rows)


def _renumber(run: _Run, rows: list[Item], edges: list[float]) -> None:
    """Give both parts of a table the column numbers of all their edges together."""
    shift = edges[0] - run.edges[0]
    moved = [e - shift for e in edges]
    union = sorted([*run.edges, *(e for e in moved if all(abs(e - o) > SAME_EDGE for o in run.edges))])
    for old, part_rows in ((run.edges, run.rows), (moved, rows)):
        if len(old) == len(union):
            continue
        place = [min(range(len(union)), key=lambda k, e=e: abs(union[k] - e)) for e in old]  # type: ignore[misc]
        for row in part_rows:
            for part in row.parts:
                stop = place[min(part.column + part.column_span, len(place) - 1)]
                part.column = place[part.column]
                part.column_span = max(stop - part.column, 1)
    run.edges = union


def _texts(row: Item) -> list[str]:
    return [row.text[p.start : p.stop] for p in row.parts]


def _repeated(above: list[Item], rows: list[Item]) -> int:
    """Return how many first rows repeat rows of the table's head."""
    for skip in range(min(3, len(above))):
        same = 0
        while same < len(rows) and skip + same < min(len(above), 6) and _is_same(rows[same], above[skip + same]):
            same += 1
        if same and sum(map(len, _texts(rows[0]))) > 1 and len(above) > skip + same:
            for row in above[: skip + same]:
                row.role = "head"
            return same
    return 0


def _is_same(row: Item, other: Item) -> bool:
    """Tell whether two rows say the same: letter by letter, or on scans but for a letter that was misread."""
    mine, its = _texts(row), _texts(other)
    if mine == its:
        return True
    if len(mine) != len(its) or any(DIGITS.findall(a) != DIGITS.findall(b) for a, b in zip(mine, its, strict=True)):
        return False
    agreeing = sum(len(a) for a, b in zip(mine, its, strict=True) if a == b)
    return agreeing >= AGREEING * len("".join(mine)) and SequenceMatcher(None, row.text, other.text).ratio() >= ALIKE


def _is_rest(above: list[Item], row: Item, after: list[Item]) -> bool:
    """Tell whether the first row of a page is the rest of the row that the page before ended with.

    Every filled cell must go on below a filled one; and either each goes on in the middle of a sentence, or the
    first column is empty although every other row fills it.
    """
    last = above[-1]
    filled = [p for p in row.parts if p.stop > p.start]
    if not filled or not last.text.strip() or any(p.row_span > 1 for p in row.parts):
        return False
    pairs = [(p, next((q for q in last.parts if q.column == p.column), None)) for p in filled]
    if any(q is None or q.column_span != p.column_span for p, q in pairs):
        return False
    flows = [q is not None and _flows(last.text[q.start : q.stop], row.text[p.start : p.stop]) for p, q in pairs]
    if all(flows):
        return True
    first = row.parts[0]
    return first.stop == first.start and any(p.stop > p.start for p in last.parts[:1]) and _keyed([*above, *after])


def _is_rest_of_merged(above: list[Item], row: Item, after: list[Item]) -> bool:
    """Tell whether the first row of a page only ends merged cells that the page before began, and a row beside them.

    The first of its cells that ends no merged one must be empty although the rows around it fill it; and what is
    filled must go on below a filled cell.
    """
    key = next((p for p in row.parts if not _is_merged(above, p)), None)
    if key is None or key.stop > key.start or not _fill([*above[-1:], *after[:1]], key.column):
        return False
    for part in row.parts:
        holder = _reaching(above, part.column)
        own = holder is not None and holder.column_span == part.column_span
        if part.stop > part.start and (not own or holder is None or holder.stop == holder.start):
            return False
        if part.row_span > 1 and not own:
            return False
    return any(_is_merged(above, part) for part in row.parts)


def _fill(rows: list[Item], column: int) -> bool:
    """Tell whether rows have a cell of their own with text in a column."""
    return all(any(p.column == column and p.row_span == 1 and p.stop > p.start for p in row.parts) for row in rows)


def _is_merged(above: list[Item], part: Part) -> bool:
    """Tell whether a cell ends one that spans rows."""
    holder = _reaching(above, part.column)
    return holder is not None and max(holder.row_span, part.row_span) > 1 and holder.stop > holder.start


def _continue_merged(above: list[Item], rest: Item) -> None:
    """Append each cell of the rest to the cell above it, in whichever row that begins."""
    for part in rest.parts:
        if part.stop == part.start and part.row_span == 1:
            continue
        holds = (any(p.column == part.column for p in row.parts) for row in reversed(above))
        back = list(holds).index(True) + 1
        row = above[-back]
        holder = next(p for p in row.parts if p.column == part.column)
        holder.row_span = max(holder.row_span, back) + part.row_span - 1
        alone = Item(rest.text, [], *(0.0,) * 6, bold=False, pitch=0.0, parts=[part])
        _continue(row, alone)


def _keyed(rows: list[Item]) -> bool:
    """Tell whether every row has a first cell of its own with text: an empty one is then no row's."""
    return all(r.parts and r.parts[0].column == 0 and r.parts[0].row_span == 1 and r.parts[0].stop > 0 for r in rows)


def _flows(before: str, after: str) -> bool:
    """Tell whether a text goes on in mid-sentence."""
    return bool(before) and not before.endswith(ENDS) and after[:1].islower()


def _continue(last: Item, rest: Item) -> None:
    """Append each cell of the rest to its cell in the last row (the words' boxes are on another page: left out)."""
    added = {p.column: rest.text[p.start : p.stop] for p in rest.parts if p.stop > p.start}
    shifts: list[tuple[int, int]] = []
    text = ""
    for part in last.parts:
        own = last.text[part.start : part.stop]
        start = len(text) + (1 if part is not last.parts[0] else 0)
        shifts.append((part.start, start - part.start))
        more = added.get(part.column, "")
        space = " " if _flows(own, more) else CELL_BREAK
        joined = own[:-1] + more if own.endswith("\u00ad") else space.join(t for t in (own, more) if t)
        text += ("" if part is last.parts[0] else "\t") + joined
        part.start, part.stop = start, start + len(joined)
    last.words = [(a + _shift(shifts, a), b + _shift(shifts, a), *box) for a, b, *box in last.words]  # type: ignore[misc]
    last.links = [(a + _shift(shifts, a), b + _shift(shifts, a), address) for a, b, address in last.links]
    last.text = text


def _shift(shifts: list[tuple[int, int]], at: int) -> int:
    return next((by for start, by in reversed(shifts) if start <= at), 0)


def _extend_spans(above: list[Item], rows: list[Item]) -> None:
    """Let a merged cell that the page's end cut span the rows of its empty rest on the next page."""
    first = rows[0]
    for part in list(first.parts):
        if part.stop > part.start:
            continue
        holder = _reaching(above, part.column)
        if holder is not None and holder.stop > holder.start and max(holder.row_span, part.row_span) > 1:
            holder.row_span += part.row_span
            _remove(first, part)


def _reaching(above: list[Item], column: int) -> Part | None:
    """Return the cell of a column that reaches down to the last row."""
    for back, row in enumerate(reversed(above), start=1):
        for part in row.parts:
            if part.column == column:
                return part if part.row_span >= back else None
    return None


def _remove(row: Item, part: Part) -> None:
    """Take an empty cell out of a row, with its tab."""
    at = row.parts.index(part)
    if len(row.parts) == 1:
        return
    cut = part.start if at == 0 else part.start - 1
    row.text = row.text[:cut] + row.text[cut + 1 :]
    row.parts.remove(part)
    for other in row.parts:
        if other.start > cut:
            other.start, other.stop = other.start - 1, other.stop - 1
    row.words = [(a - (a > cut), b - (a > cut), *box) for a, b, *box in row.words]  # type: ignore[misc]
    row.links = [(a - (a > cut), b - (a > cut), address) for a, b, address in row.links]


def _headers(rows: list[Item]) -> list[Item]:
    """Return the header rows: repeated ones, those down to a row that counts the columns, or a first row set apart."""
    marked = max((k for k, row in enumerate(rows[:6]) if row.role == "head"), default=-1)
    for row in rows[:6]:
        row.role = "" if row.role == "head" else row.role
    counted = next((k for k, row in enumerate(rows[:5]) if _counts_columns(row)), -1)
    if counted == 0 and len(rows) > 1 and _names_columns(rows[1]):  # some forms count above the names
        counted = 1
    last = max(marked, counted, _grouped(rows[0]) if rows else -1)
    if last < 0 and len(rows) > 1 and _stands_out(rows[0]) and not _stands_out(rows[1]):
        last = max((p.row_span for p in rows[0].parts), default=1) - 1
    return rows[: last + 1]


def _counts_columns(row: Item) -> bool:
    texts = _texts(row)
    return len(texts) > 1 and [t.strip(".") for t in texts] == [str(k + 1) for k in range(len(texts))]


def _names_columns(row: Item) -> bool:
    texts = _texts(row)
    return all(texts) and not any(t.strip(".").isdigit() for t in texts)


def _grouped(row: Item) -> int:
    """Return the last row of a head whose first row groups columns beside cells that reach down, else -1."""
    deepest = max((p.row_span for p in row.parts), default=1)
    return deepest - 1 if deepest > 1 and any(p.column_span > 1 for p in row.parts) else -1


def _stands_out(row: Item) -> bool:
    filled = [p for p in row.parts if p.stop > p.start]
    return len(filled) > 1 and (row.bold or all(p.centred for p in filled))
