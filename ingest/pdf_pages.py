"""Take the laid-out pages of a document, give `Page`s: indents, alignment, blank lines, furniture and tables settled.

These are judgements about the whole document: its margins, its leading, and what repeats on its pages.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from ingest.pdf_flow import Item, Layout
from ingest.pdf_lines import UPRIGHT
from ingest.pdf_spread import number_tables
from models import Box, Cell, Line, Link, Page, Word

EDGE_LINES = 4  # lines from the top and the bottom of a page that may be furniture
EDGE_SHARE = 0.2  # of the page's height
MARGIN_SHARE = 0.09
SAME_PLACE = 5.0
BLANK = 1.28  # times the leading: the step that shows a blank line
MOST_BLANKS = 4
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"^\W*(?:\w+\W+)?(\d{1,4})(?:\W+(?:\w+\W+)?\d{1,4})?\W*$")


def to_pages(layouts: list[Layout]) -> tuple[Page, ...]:
    """Return the pages of a document."""
    mark_furniture(layouts)
    tables, headers = number_tables(layouts)
    sides = _margins(layouts)
    leading = _leading(layouts)
    return tuple(_page(layout, sides[_side_key(layout)], leading, tables, headers) for layout in layouts)


def mark_furniture(layouts: list[Layout]) -> None:
    """Give role `furniture` to running heads, page numbers and stamps: what repeats at one place of many pages."""
    edges = [(layout, item) for layout in layouts for item in _edge_items(layout)]
    places: dict[str, list[tuple[Layout, Item]]] = defaultdict(list)
    for layout, item in edges:
        places[DIGITS.sub("#", item.text)].append((layout, item))
    enough = 2 if len(layouts) < 5 else max(3, round(0.04 * len(layouts)))
    for shape, found in places.items():
        for layout, item in found:
            alike = {other.number for other, it in found if _same_place(layout, item, other, it)}
            in_margin = item.turn != UPRIGHT or _in_margin(layout, item)
            if len(alike) < enough or (len(alike) < 3 and not in_margin):
                continue
            if any(c.isalpha() for c in shape) or _counts(item, layout, found):
                item.role = "furniture"


def _edge_items(layout: Layout) -> list[Item]:
    """Return the lines that stand near the top or the bottom of a page, and turned text, tables left out."""
    lines = sorted((i for i in layout.items if i.grid is None and i.turn == UPRIGHT), key=lambda i: i.base)
    top = [i for i in lines[:EDGE_LINES] if i.base < EDGE_SHARE * layout.height]
    bottom = [i for i in lines[-EDGE_LINES:] if i.base > (1 - EDGE_SHARE) * layout.height and i not in top]
    return top + bottom + [i for i in layout.items if i.turn != UPRIGHT and i.grid is None]


def _same_place(layout: Layout, item: Item, other: Layout, it: Item) -> bool:
    """Tell whether two lines stand at one distance from the top or from the bottom of their pages."""
    from_top = abs(item.base - it.base)
    from_bottom = abs((layout.height - item.base) - (other.height - it.base))
    return min(from_top, from_bottom) <= SAME_PLACE and (item.base < layout.height / 2) == (it.base < other.height / 2)


def _in_margin(layout: Layout, item: Item) -> bool:
    return not MARGIN_SHARE * layout.height < item.base < (1 - MARGIN_SHARE) * layout.height


def _counts(item: Item, layout: Layout, found: list[tuple[Layout, Item]]) -> bool:
    """Tell whether a bare number goes up with the pages."""
    match = PAGE_NUMBER.match(item.text)
    if match is None:
        return not any(c.isdigit() for c in item.text)
    offset = int(match.group(1)) - layout.number
    same = sum(
        (m := PAGE_NUMBER.match(it.text)) is not None and int(m.group(1)) - o.number == offset for o, it in found
    )
    return same >= 2


def _side_key(layout: Layout) -> tuple[int, int]:
    return round(layout.width), layout.number % 2


def _margins(layouts: list[Layout]) -> dict[tuple[int, int], tuple[float, float]]:
    """Return the left and right edge of the text on odd and on even pages of each width."""
    starts: dict[tuple[int, int], list[float]] = defaultdict(list)
    stops: dict[tuple[int, int], list[float]] = defaultdict(list)
    for layout in layouts:
        for item in layout.items:
            if item.role != "furniture" and item.turn == UPRIGHT:
                starts[_side_key(layout)].append(item.x0)
                stops[_side_key(layout)].append(-item.x1)
    sides: dict[tuple[int, int], tuple[float, float]] = {}
    for layout in layouts:
        key = _side_key(layout)
        if key not in sides:
            sides[key] = (_edge(starts[key], 0.0), -_edge(stops[key], -layout.width))
    return sides


def _edge(values: list[float], default: float) -> float:
    """Return the lowest value that at least a twentieth of the lines share (within two points)."""
    if not values:
        return default
    buckets = Counter(round(v / 2) for v in values)
    need = max(2, len(values) / 20) if len(values) > 3 else 1
    for bucket in sorted(buckets):
        if buckets[bucket] + buckets[bucket + 1] >= need:
            return min(v for v in values if round(v / 2) in {bucket, bucket + 1})
    return min(values)


def _leading(layouts: list[Layout]) -> dict[int, float]:
    """Return the usual step between base lines for each font size (rounded), 0 for the document's ratio to size."""
    steps: dict[int, Counter[float]] = defaultdict(Counter)
    ratios: Counter[float] = Counter()
    for layout in layouts:
        for upper, lower in zip(layout.items, layout.items[1:], strict=False):
            step = lower.base - upper.base
            if upper.grid is None and lower.grid is None and 0.8 * lower.size < step < 2.2 * lower.size:
                if round(upper.size) == round(lower.size):
                    steps[round(lower.size)][round(step * 2) / 2] += 1
                ratios[round(step / lower.size, 1)] += 1
    usual = {size: _mode(counter) for size, counter in steps.items() if counter.total() >= 3}
    usual[0] = _mode(ratios) if ratios else 1.2
    return usual


def _mode(counter: Counter[float]) -> float:
    """Return the smallest of the values that are about as common as the commonest."""
    most = max(counter.values())
    return min(value for value, count in counter.items() if count >= 0.6 * most)


def _blanks(upper: Item, lower: Item, leading: dict[int, float]) -> int:
    """Return how many blank lines the space between two items is worth."""
    if lower.grid is not None and lower.grid == upper.grid:
        return 0
    size = max(upper.size, lower.size) or 10.0
    usual = leading.get(round(size), leading[0] * size)
    start = upper.y1 if upper.grid is not None else upper.base
    stop = lower.y0 if lower.grid is not None else lower.base
    step = stop - start + (usual if upper.grid is not None and lower.grid is not None else 0)
    if lower.grid is not None or upper.grid is not None:
        return 1 if step > BLANK * usual else 0
    if step <= BLANK * usual:
        return 0
    return min(max(round(step / usual) - 1, 1), MOST_BLANKS)


def _page(
    layout: Layout,
    sides: tuple[float, float],
    leading: dict[int, float],
    tables: dict[tuple[int, int], int],
    headers: set[int],
) -> Page:
    lines: list[Line] = []
    links: list[Link] = []
    before: Item | None = None
    for item in layout.items:
        if before is not None and item.role != "furniture":
            lines.extend([Line("")] * _blanks(before, item, leading))
        links.extend(Link(len(lines), start, stop, address) for start, stop, address in item.links)
        table = None if item.grid is None else tables[layout.number, item.grid]
        lines.append(_line(item, sides, table, id(item) in headers))
        before = item if item.role != "furniture" else before
    return Page(layout.number, tuple(lines), "pdf-text", layout.width, layout.height, tuple(links))


def _line(item: Item, sides: tuple[float, float], table: int | None, header: bool) -> Line:
    left, right = sides
    cells = tuple(
        Cell(p.start, p.stop, p.column, p.row_span, p.column_span, header or (p.bold and item.bold)) for p in item.parts
    )
    words = tuple([Word(a, b, Box(*box)) for a, b, *box in item.words])
    running = table is None and item.turn == UPRIGHT
    return Line(
        item.text,
        role=item.role,
        indent=max(round((item.x0 - left) / (item.pitch or 5.0), 1), 0.0) if running else 0.0,
        align=_align(item, left, right) if running else "",
        bold=item.bold,
        size=round(item.size, 2),
        box=Box(round(item.x0, 2), round(item.y0, 2), round(item.x1, 2), round(item.y1, 2)),
        words=words,
        table=table,
        cells=cells,
    )


def _align(item: Item, left: float, right: float) -> str:
    """Tell how a line stands between the margins."""
    before, after, width = item.x0 - left, right - item.x1, max(right - left, 1.0)
    em = item.size or 10.0
    if before > 0.45 * width or (before > 0.25 * width and after < em):
        return "right"
    if before > 2.5 * em and after > 2.5 * em and abs(before - after) < max(1.5 * em, 0.05 * width):
        return "center"
    return "left"
