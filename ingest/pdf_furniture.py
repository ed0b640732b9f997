"""Take the laid-out pages of a document, mark what belongs to the paper or the portal and not to the act.

By repetition and place, not by words: running heads, page numbers, stamps in the margin, addresses and captions of
verification codes repeat at one place of many pages; a portal's tabs are a run of short lines that are wholly links
to one and the same document.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from urllib.parse import urlsplit

from ingest.pdf_flow import Item, Layout
from ingest.pdf_lines import UPRIGHT

EDGE_LINES = 4  # lines from the top and the bottom of a page that may be furniture
EDGE_SHARE = 0.2  # of the page's height
MARGIN_SHARE = 0.09
SAME_PLACE = 5.0
FEWEST_TABS = 3
LONGEST_TAB = 40
BULLETS = "".join(map(chr, (0x2022, 0x25CF, 0x25AA, 0xB7, 0xF0B7, 0x2D, 0x20)))
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"^\W*(?:\w+\W+)?(\d{1,4})(?:\W+(?:\w+\W+)?\d{1,4})?\W*$")


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
    for layout in layouts:
        _mark_tabs(layout)


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


def _mark_tabs(layout: Layout) -> None:
    """Mark the tabs of a portal's page: at least three short whole-line links to one document, one below the other."""
    run: list[Item] = []
    for item in [*layout.items, None]:
        if item is not None and item.grid is None and len(item.text) <= LONGEST_TAB and _goes_on(run, item):
            run.append(item)
            continue
        if len(run) >= FEWEST_TABS and _one_document(run):
            for tab in run:
                tab.role = "furniture"
        run = [item] if item is not None and _is_tab(item) else []


def _is_tab(item: Item) -> bool:
    """Tell whether a line is wholly a link, its bullet apart."""
    linked = sum(stop - start for start, stop, _ in item.links)
    return 0 < len(item.text) <= LONGEST_TAB and linked >= len(item.text.lstrip(BULLETS)) - 1


def _goes_on(run: list[Item], item: Item) -> bool:
    """Tell whether a line belongs to a run of tabs: it is one, or it has their bullet."""
    return bool(run) and (_is_tab(item) or (not item.text[0].isalnum() and item.text[:2] == run[0].text[:2]))


def _one_document(run: list[Item]) -> bool:
    """Tell whether the links of a run share a step of their path that names a document (it has a digit)."""
    tabs = [item for item in run if _is_tab(item)]
    steps: Counter[str] = Counter()
    for item in tabs:
        address = urlsplit(item.links[0][2])
        if not address.fragment:
            steps.update({step for step in address.path.split("/") if DIGITS.search(step)})
    return len(tabs) >= FEWEST_TABS and max(steps.values(), default=0) == len(tabs)
