"""Take the laid-out pages of a document, give `Page`s: indents, alignment, blank lines, furniture and tables settled.

These are judgements about the whole document: its margins, its leading, and what repeats on its pages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from ingest.pdf_flow import Item, Layout
from ingest.pdf_furniture import mark_furniture
from ingest.pdf_lines import UPRIGHT, is_stretched
from ingest.pdf_spread import number_tables
from models import Box, Cell, Line, Link, Page, Word

BLANK = 1.28  # times the leading: the step that shows a blank line
MOST_BLANKS = 4
UNSURE = 1.4  # font sizes: the leading of a size that is too rare to measure
SUPPORT = 0.25  # of the lines at the commonest left edge: enough to call another one a margin
USUAL_INDENT = 0.04  # of all lines


Side = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Margins:
    """Where the text stands between: left edge, right edge, and the places where paragraphs usually begin.

    `usual` is the commonest of them (0: none).
    """

    left: float
    right: float
    indents: tuple[int, ...]
    usual: float = 0.0


def to_pages(layouts: list[Layout]) -> tuple[Page, ...]:
    """Return the pages of a document."""
    mark_furniture(layouts)
    tables, headers = number_tables(layouts)
    sides = _margins(layouts)
    leading = _leading(layouts)
    return tuple(_page(layout, sides[_side_key(layout)], leading, tables, headers) for layout in layouts)


def _side_key(layout: Layout) -> Side:
    return round(layout.width), layout.number % 2


def _margins(layouts: list[Layout]) -> dict[Side, Margins]:
    """Return the edges of the text on odd and on even pages of each width."""
    found: dict[Side, list[Item]] = defaultdict(list)
    for layout in layouts:
        found[_side_key(layout)].extend(
            i for i in layout.items if i.role != "furniture" and i.turn == UPRIGHT and i.grid is None
        )
    return {key: _margin(items, float(key[0])) for key, items in found.items()}


def _margin(items: list[Item], width: float) -> Margins:
    """Return the left edge, the right edge and the usual first-line indents of some lines."""
    if not items:
        return Margins(0.0, width, ())
    starts = Counter(round(i.x0) for i in items)
    most = max(starts[x] + starts[x + 1] for x in starts)
    left = min(x for x in starts if starts[x] + starts[x + 1] >= SUPPORT * most)
    stops = sorted(i.x1 for i in items)
    right = stops[int(0.97 * (len(stops) - 1))]
    indents = [x for x in starts if x > left + 3 and starts[x] >= 3 and starts[x] >= USUAL_INDENT * len(items)]
    inside = [i.x0 for i in items if left <= round(i.x0) <= left + 1]
    begins = Counter({x: n for x, n in starts.items() if left + 3 < x < left + 0.15 * width})
    usual = float(begins.most_common(1)[0][0]) if begins else 0.0
    return Margins(min(inside, default=float(left)), right, tuple(sorted(indents)), usual)


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
    known = leading.get(round(size))
    usual = known or max(leading[0], UNSURE) * size
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
    margins: Margins,
    leading: dict[int, float],
    tables: dict[tuple[int, int], int],
    headers: set[int],
) -> Page:
    lines: list[Line] = []
    links: list[Link] = []
    before: Item | None = None
    begun = False  # the space below a running head is no gap in the text
    for item in layout.items:
        begun |= item.role != "furniture"
        if before is not None and begun and item.role != "furniture" and before.y0 <= item.y0:
            lines.extend([Line("")] * _blanks(before, item, leading))
        links.extend(Link(len(lines), start, stop, address) for start, stop, address in item.links)
        table = None if item.grid is None else tables[layout.number, item.grid]
        lines.append(_line(item, margins, table, id(item) in headers))
        before = item if begun else None
    return Page(layout.number, tuple(lines), "pdf-text", layout.width, layout.height, tuple(links))


def _line(item: Item, margins: Margins, table: int | None, header: bool) -> Line:
    cells = tuple(Cell(p.start, p.stop, p.column, p.row_span, p.column_span, header) for p in item.parts)
    words = tuple([Word(a, b, Box(*box)) for a, b, *box in item.words])
    running = table is None and item.turn == UPRIGHT
    indent, align = _stand(item, margins) if running else (0.0, "")
    return Line(
        item.text,
        role=item.role,
        indent=indent,
        align=align,
        bold=item.bold,
        size=round(item.size, 2),
        box=Box(round(item.x0, 2), round(item.y0, 2), round(item.x1, 2), round(item.y1, 2)),
        words=words,
        table=table,
        cells=cells,
    )


def _stand(item: Item, margins: Margins) -> tuple[float, str]:
    """Return indent (in characters) and alignment of a line.

    A short line stretched to the right margin stood at the paragraph's indent before it was stretched.
    """
    if item.edge is not None:
        return round((item.x0 - item.edge) / (item.pitch or 5.0), 1), "left"
    start, em = item.x0, item.size or 10.0
    pushed = margins.right - item.x1 < 5 * em and start > margins.usual > 0 and len(item.words) > 1
    if pushed and is_stretched(item.words, item.pitch, item.size):
        return round((margins.usual - margins.left) / (item.pitch or 5.0), 1), "left"
    return max(round((start - margins.left) / (item.pitch or 5.0), 1), 0.0), _align(item, margins)


def _align(item: Item, margins: Margins) -> str:
    """Tell how a line stands between the margins; the first line of a paragraph stands left however it ends."""
    before, after, width = item.x0 - margins.left, margins.right - item.x1, max(margins.right - margins.left, 1.0)
    em = item.size or 10.0
    if before > 0.45 * width or (before > 0.25 * width and after < em):
        return "right"
    if any(abs(item.x0 - indent) <= 1.5 for indent in margins.indents):
        return "left"
    if before > 2.5 * em and after > 2.5 * em and abs(before - after) < max(1.5 * em, 0.05 * width):
        return "center"
    return "left"
