"""Take the laid-out pages of a document, mark what belongs to the paper or the portal and not to the act.

By repetition and place, not by words: running heads, page numbers, stamps in the margin, addresses and captions of
verification codes repeat at one place of many pages; a portal's tabs are a run of short lines that are wholly links
to one and the same document.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from ingest.pdf_flow import Item, Layout
from ingest.pdf_lines import UPRIGHT

EDGE_LINES = 4  # lines from the top and the bottom of a page that may be furniture
EDGE_SHARE = 0.16  # of the page's height
SAME_PLACE = 5.0
FEWEST_PAGES = 3
COVERAGE = 0.8  # of the pages (all, odd or even) that running heads stand on
APART = 1.6  # font sizes: the least step from furniture to the text
FEWEST_TABS = 3
LONGEST_TAB = 40
BULLETS = "".join(map(chr, (0x2022, 0x25CF, 0x25AA, 0xB7, 0xF0B7, 0x2D, 0x20)))
DIGITS = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"^\W*(?:\w+\W+)?(\d{1,4})(?:\W+(?:\w+\W+)?\d{1,4})?\W*$")  # "- 5 -", "Page 5 of 9"
LAST_NUMBER = re.compile(r"(\d{1,4})(?!.*\d)")


def mark_furniture(layouts: list[Layout]) -> None:
    """Give role `furniture` to what is no text of the act.

    The stamps of attachments ("Attachment 3 to order 122") also repeat at the top of pages: so furniture must stand
    on most pages and apart from the text, its numbers must count the pages, and only a bare number may be offset.
    """
    repeats = _Repeats(layouts)
    repeated = {id(item) for layout in layouts for item in _outer(layout) if repeats.covers(layout, item)}
    for layout in layouts:
        top, bottom = _sides(layout)
        _mark_side(top, [i for i in _top(layout) if id(i) in repeated])
        _mark_side(bottom, [i for i in _bottom(layout) if id(i) in repeated])
        for item in layout.items:
            if item.turn != UPRIGHT and id(item) in repeated:
                item.role = "furniture"
        _mark_tabs(layout)


def _sides(layout: Layout) -> tuple[list[Item], list[Item]]:
    """Return the items of a page from its top inwards and from its bottom inwards, turned text left out."""
    items = sorted((i for i in layout.items if i.turn == UPRIGHT), key=lambda i: i.base)
    return items, items[::-1]


def _top(layout: Layout) -> list[Item]:
    """Return the first lines near the top of a page."""
    return [i for i in _sides(layout)[0][:EDGE_LINES] if i.grid is None and i.base < EDGE_SHARE * layout.height]


def _bottom(layout: Layout) -> list[Item]:
    """Return the last lines near the bottom of a page."""
    low = (1 - EDGE_SHARE) * layout.height
    return [i for i in _sides(layout)[1][:EDGE_LINES] if i.grid is None and i.base > low]


def _mark_side(items: list[Item], repeated: list[Item]) -> None:
    """Mark the outermost lines that repeat, where a gap parts them from the text."""
    among = {id(item) for item in repeated}
    count = next((k for k, item in enumerate(items) if id(item) not in among), len(items))
    if not count:
        return
    if count < len(items):
        last, first = items[count - 1], items[count]
        step = abs((first.y0 if first.grid is not None else first.base) - last.base)
        if first.grid is None and step < APART * max(last.size, first.size):
            return
    for item in items[:count]:
        item.role = "furniture"


def _outer(layout: Layout) -> list[Item]:
    """Return what may be furniture: the outermost lines, and turned text."""
    return [*_top(layout), *_bottom(layout), *(i for i in layout.items if i.turn != UPRIGHT)]


Sign = tuple[str, int]  # a text and 0, or the shape of a line with a number and its offset from the page's number
Place = tuple[bool, int]  # upper or lower half, and the distance from that edge in steps of SAME_PLACE


class _Repeats:
    """Knows on which pages which line stands at which place."""

    def __init__(self, layouts: list[Layout]) -> None:
        self._count = len(layouts)
        self._pages: dict[tuple[Sign, Place], set[int]] = defaultdict(set)
        self._near: dict[tuple[Sign, Place], set[int]] = {}
        for layout in layouts:
            for item in _outer(layout):
                for sign in _signs(layout, item):
                    self._pages[sign, _place(layout, item)].add(layout.number)

    def covers(self, layout: Layout, item: Item) -> bool:
        """Tell whether a line of this sign stands here on most pages."""
        place = _place(layout, item)
        alike = max((self._alike(sign, place) for sign in _signs(layout, item)), key=len)
        if _is_bare(item):
            counts = any(sign[0] != item.text for sign in _signs(layout, item))
            fewest = min(FEWEST_PAGES, max(self._count, 2))
            return counts and len(alike) >= max(fewest, 0.5 * self._count)
        half = (self._count + layout.number % 2) // 2
        one_side = len({n % 2 for n in alike}) == 1
        enough = len(alike) >= COVERAGE * self._count or (one_side and len(alike) >= 0.9 * half)
        return len(alike) >= FEWEST_PAGES and enough

    def _alike(self, sign: Sign, place: Place) -> set[int]:
        """Return the pages on which the sign stands within a step of the place."""
        if (sign, place) not in self._near:
            upper, step = place
            near = [self._pages.get((sign, (upper, s)), set()) for s in (step - 1, step, step + 1)]
            self._near[sign, place] = set().union(*near)
        return self._near[sign, place]


def _signs(layout: Layout, item: Item) -> list[Sign]:
    """Return by what a line is known on other pages: its text; its shape, where its number counts the pages."""
    match = PAGE_NUMBER.match(item.text) or LAST_NUMBER.search(item.text)
    offset = int(match.group(1)) - layout.number if match else None
    counted = offset is not None and (offset == 0 or _is_bare(item))
    shape = DIGITS.sub("#", item.text)
    return [(item.text, 0)] + ([(shape, offset)] if counted and offset is not None else [])


def _is_bare(item: Item) -> bool:
    """Tell whether a line is a number, or two ("5 / 9"), and no word."""
    return not any(c.isalpha() for c in item.text) and 0 < len(DIGITS.findall(item.text)) <= 2


def _place(layout: Layout, item: Item) -> Place:
    upper = item.base < layout.height / 2
    return upper, round((item.base if upper else layout.height - item.base) / SAME_PLACE)


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
    return bool(item.links) and len(item.text) <= LONGEST_TAB and linked >= len(item.text.lstrip(BULLETS)) - 1


def _goes_on(run: list[Item], item: Item) -> bool:
    """Tell whether a line belongs to a run of tabs: it is one, or it has their bullet."""
    return bool(run) and (_is_tab(item) or (not item.text[0].isalnum() and item.text[:2] == run[0].text[:2]))


def _one_document(run: list[Item]) -> bool:
    """Tell whether the links of a run share a step of their path that names a document (it has a digit)."""
    tabs = [item for item in run if _is_tab(item)]
    steps: Counter[str] = Counter()
    for item in tabs:
        path, _, fragment = item.links[0][2].partition("#")
        if not fragment:
            steps.update({step for step in path.split("/")[3:] if DIGITS.search(step)})
    return len(tabs) >= FEWEST_TABS and max(steps.values(), default=0) == len(tabs)
