"""Take the lines and grids of a page, give its printed items (lines and table rows) in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.pdf_columns import in_reading_order, turned_place
from ingest.pdf_glyphs import Sheet, Target
from ingest.pdf_gutters import upright_rules
from ingest.pdf_lines import UPRIGHT, Strip, WordBox, find_strips
from ingest.pdf_raised import number_raised
from ingest.pdf_tables import Grid, Square, assign_regions, find_grids
from ingest.pdf_turn import straighten
from models import CELL_BREAK

PARAGRAPH_STEP = 1.7  # font sizes
LONGEST_WORD = 60  # characters
HYPHENATED = re.compile(r"\w-$")
MARKS = '"«»“”„().,;:!?'
LETTERS_AT_START = re.compile(r"[^\W\d_]+")
LETTERS_AT_END = re.compile(r"[^\W\d_]+$")


@dataclass(slots=True)
class Part:
    """One cell of a printed table row: its characters in the row's text and the grid columns that it spans."""

    start: int
    stop: int
    column: int
    row_span: int
    column_span: int
    region: int
    centred: bool = False


@dataclass(slots=True)
class Item:
    """One line of running text, or one table row (then `grid` is the index of its table on the page)."""

    text: str
    words: list[WordBox]
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    bold: bool
    pitch: float
    turn: int = UPRIGHT
    grid: int | None = None
    parts: list[Part] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(default_factory=list)
    role: str = ""
    edge: float | None = None


@dataclass(slots=True)
class Layout:
    """The items of one page and the column edges of its tables, by grid index."""

    number: int
    width: float
    height: float
    items: list[Item]
    edges: list[list[float]]


def lay_out(sheet: Sheet, hyphens: Hyphens) -> Layout:
    """Return the items of a page in reading order."""
    sheet = straighten(sheet)
    if not len(sheet.glyphs.code):
        return Layout(sheet.number, sheet.width, sheet.height, [], [])
    grids = find_grids(sheet.across, upright_rules(sheet.across, sheet.down, sheet.glyphs))
    region = assign_regions(sheet.glyphs, grids)
    strips = find_strips(sheet.glyphs, region, bool(sheet.targets))
    return arrange((sheet.number, sheet.width, sheet.height), strips, grids, hyphens, sheet.targets)


def arrange(
    page: tuple[int, float, float],
    strips: list[Strip],
    grids: list[Grid],
    hyphens: Hyphens,
    targets: tuple[Target, ...] = (),
) -> Layout:
    """Put the lines of a page (its number, width and height) and its tables in reading order."""
    by_region: dict[int, list[Strip]] = {}
    for strip in strips:
        by_region.setdefault(strip.region, []).append(number_raised(strip))
    hyphens.learn(strips)
    grids = [g for g in grids if any(c.region in by_region for c in g.cells)]
    blocks: list[tuple[float, list[Item]]] = []
    for index, grid in enumerate(grids):
        blocks.append((grid.box[1], _table(grid, index, by_region, targets, hyphens)))
    tops = sorted(top for top, _ in blocks)
    for chunk in _between(by_region.get(0, []), tops):
        ordered = [_line(s, targets) for s in in_reading_order(chunk)]
        blocks.append((min(s.base - s.size for s in chunk), ordered))
    items = [item for _, block in sorted(blocks, key=lambda b: b[0]) for item in block]
    return Layout(*page, items, [g.edges for g in grids])


def _between(strips: list[Strip], tops: list[float]) -> list[list[Strip]]:
    """Part running lines at the tops of tables."""
    chunks: dict[int, list[Strip]] = {}
    for strip in strips:
        chunks.setdefault(sum(top < strip.base - 0.3 * strip.size for top in tops), []).append(strip)
    return list(chunks.values())


def _line(strip: Strip, targets: tuple[Target, ...]) -> Item:
    return Item(
        strip.text,
        strip.words,
        strip.x0,
        strip.top,
        strip.x1,
        strip.bottom,
        strip.base,
        strip.size,
        strip.bold,
        strip.pitch,
        turn=strip.turn,
        edge=strip.edge,
        links=[(a, b, address) for a, b, address in _links(strip, targets)],
    )


def _links(strip: Strip, targets: tuple[Target, ...]) -> list[tuple[int, int, str]]:
    """Return which characters of a line lie in which hyperlink's rectangle."""
    found: list[tuple[int, int, str]] = []
    middle = strip.base - 0.25 * strip.size
    for target in targets:
        if not strip.starts or not target.y0 <= middle <= target.y1 or target.x0 > strip.x1 or target.x1 < strip.x0:
            continue
        inside = [
            at
            for at, (low, high) in enumerate(zip(strip.starts, strip.stops, strict=True))
            if high > low and target.x0 - 0.5 <= (low + high) / 2 <= target.x1 + 0.5
        ]
        if inside:
            found.append((inside[0], inside[-1] + 1, target.address))
    return sorted(found)


def _table(
    grid: Grid, index: int, by_region: dict[int, list[Strip]], targets: tuple[Target, ...], hyphens: Hyphens
) -> list[Item]:
    rows: list[list[Square]] = [[] for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row].append(cell)
    return [_row(cells, index, by_region, targets, hyphens) for cells in rows]


def _row(
    cells: list[Square], index: int, by_region: dict[int, list[Strip]], targets: tuple[Target, ...], hyphens: Hyphens
) -> Item:
    """Join the cells of one row by tabs."""
    box = (min(c.x0 for c in cells), min(c.y0 for c in cells), max(c.x1 for c in cells), max(c.y1 for c in cells))
    row = Item("", [], *box, base=box[3], size=0.0, bold=False, pitch=5.0, grid=index)
    shown: list[Strip] = []
    for cell in sorted(cells, key=lambda c: c.column):
        if row.parts:
            row.text += "\t"
        start = len(row.text)
        strips = _cell_order(by_region.get(cell.region, []))
        cuts = _cuts(strips, cell, hyphens)
        for k, (above, strip) in enumerate(zip([None, *strips], strips, strict=False)):
            space = CELL_BREAK if above is not None and _parts(above, strip, strips, cell) else " "
            _append(row, start, strip, "" if k in cuts else space, targets, hyphens)
        part = Part(start, len(row.text), cell.column, cell.row_span, cell.column_span, cell.region)
        part.centred = bool(strips) and all(_is_centred(s, cell) for s in strips)
        row.parts.append(part)
        shown.extend(strips)
    if shown:
        row.size = sum(s.size for s in shown) / len(shown)
        row.pitch = sum(s.pitch for s in shown) / len(shown)
        row.bold = all(s.bold for s in shown)
    return row


def _cell_order(strips: list[Strip]) -> list[Strip]:
    turned = [s for s in strips if s.turn != UPRIGHT]
    if not turned:
        return strips
    return [s for s in strips if s.turn == UPRIGHT] + sorted(turned, key=turned_place)


def _is_centred(strip: Strip, cell: Square) -> bool:
    left, right = strip.x0 - cell.x0, cell.x1 - strip.x1
    return abs(left - right) < max(6.0, 0.1 * (cell.x1 - cell.x0))


def _parts(above: Strip, strip: Strip, strips: list[Strip], cell: Square) -> bool:
    """Tell whether a line of a cell begins a new paragraph: the first word would have fitted on the line above."""
    if above.turn != UPRIGHT or strip.turn != UPRIGHT:
        return False
    if strip.base - above.base > PARAGRAPH_STEP * max(strip.size, above.size):
        return True
    padding = max(min(s.x0 for s in strips) - cell.x0, 1.0)
    room = cell.x1 - cell.x0 - 2 * padding
    word = strip.words[0]
    return (above.x1 - above.x0) + (word[4] - word[2]) + strip.size < room


def _cuts(strips: list[Strip], cell: Square, hyphens: Hyphens) -> set[int]:
    """Return the lines of a cell that go on in the word above them, which was too long for the cell.

    Such a word stands alone and fills its lines; the document must print the whole of it elsewhere.
    """
    found: set[int] = set()
    if len(strips) < 2 or any(s.turn != UPRIGHT for s in strips):
        return found
    padding = max(min(s.x0 for s in strips) - cell.x0, 0.0)
    room = cell.x1 - cell.x0 - 2 * padding
    full = [len(s.words) == 1 and room - (s.x1 - s.x0) < 1.5 * s.pitch for s in strips]
    first = 0
    while first < len(strips) - 1:
        last, whole = first, LETTERS_AT_END.search(strips[first].text.lower())
        word, best = whole.group() if whole else "", first
        while 0 < len(word) < LONGEST_WORD and full[last] and last + 1 < len(strips):
            last += 1
            more = LETTERS_AT_START.match(strips[last].text)
            if more is None or not more.group().islower():
                break
            word += more.group()
            best = last if hyphens.knows(word) else best
        found.update(range(first + 1, best + 1))
        first = max(best, first + 1)
    return found


def _append(row: Item, start: int, strip: Strip, space: str, targets: tuple[Target, ...], hyphens: Hyphens) -> None:
    """Add a line of a cell to the row behind a space or a break; a hyphenated word is closed."""
    if len(row.text) > start:
        verdict = hyphens.judge(row.text[start:], strip.text)
        if verdict == "drop":
            _cut_hyphen(row)
        elif verdict == "space":
            row.text += space
    offset = len(row.text)
    row.text += strip.text
    row.words.extend((a + offset, b + offset, *rest) for a, b, *rest in strip.words)  # type: ignore[misc]
    row.links.extend((a + offset, b + offset, address) for a, b, address in _links(strip, targets))


def _cut_hyphen(row: Item) -> None:
    row.text = row.text[:-1]
    if row.words:
        start, stop, *rest = row.words[-1]
        row.words[-1] = (start, stop - 1, *rest)  # type: ignore[assignment]


class Hyphens:
    """Judges a hyphen at the end of a line inside a table cell by the document's own words.

    A hyphen stays where the document prints the word with it inside a line, goes where it prints the closed word,
    and otherwise goes only in a document that parts words at the ends of lines: a real hyphen must not be lost.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._lines = 0
        self._breaks: list[tuple[str, str]] = []

    def learn(self, strips: list[Strip]) -> None:
        """Take in the words of a page."""
        for strip, below in zip_longest(strips, strips[1:]):
            self._lines += 1
            if HYPHENATED.search(strip.text):
                self._breaks.append(_halves(strip.text, below.text if below else "") or ("", ""))
            self._words.update(word.strip(MARKS) for word in strip.text.lower().split())

    def knows(self, word: str) -> bool:
        """Tell whether the document prints a word as a whole inside a line."""
        return word in self._words

    def judge(self, before: str, after: str) -> str:
        """Return what joins two lines of a cell: `space`, `keep` (the hyphen, no space) or `drop` (the hyphen)."""
        if before.endswith("\u00ad"):
            return "drop"
        if not HYPHENATED.search(before) or not after[:1].isalnum():
            return "space"
        halves = _halves(before, after)
        if halves is None:
            return "keep"
        left, right = halves
        if f"{left}-{right}" in self._words:
            return "keep"
        if left + right in self._words:
            return "drop"
        return "drop" if len(left) > 1 and len(right) > 1 and self._hyphenates() else "keep"

    def _hyphenates(self) -> bool:
        """Tell whether the document parts words at the ends of its lines, and does not just end lines at hyphens."""
        if len(self._breaks) <= 0.03 * self._lines:
            return False
        closed = sum(a + b in self._words for a, b in self._breaks if a and b)
        real = sum(f"{a}-{b}" in self._words for a, b in self._breaks if a and b)
        return closed > real


def _halves(before: str, after: str) -> tuple[str, str] | None:
    """Return the letters on both sides of a hyphen at the end of a line, where they may be one word."""
    tail, head = LETTERS_AT_END.search(before.removesuffix("-").lower()), LETTERS_AT_START.match(after)
    return (tail.group(), head.group()) if tail and head and head.group().islower() else None
