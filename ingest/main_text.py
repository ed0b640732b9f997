"""The main text of any page: trafilatura says which text it is, our own walk keeps its structure."""

from __future__ import annotations

import logging
from collections import Counter

import trafilatura
from lxml.html import HtmlElement, tostring

from ingest.elements import BLOCKS
from ingest.flow import Flow, Rules
from models import Line

CLUTTER = frozenset(("nav", "aside", "form", "footer", "header", "button", "iframe"))
# Characters of a page beyond which the extractor takes minutes; nearly all of such a page is its text.
LARGEST = 1_000_000
KEY = 40  # characters by which a paragraph is found again
SHARE = 0.9  # of the main text that the chosen element must hold


def read_any(page: HtmlElement) -> Flow:
    """Return the lines of a page that is built like no known portal; a headline above the main text is its title."""
    root = main_element(page)
    flow = Flow(Rules(hidden=is_clutter))
    headline = next(page.iter("h1"), None)
    if headline is not None and all(outer is not root for outer in headline.iterancestors()):
        text = " ".join(headline.text_content().split())
        flow.emit(Line(text, role="title", whole=True, bold=True))
    return flow.walk(root)


def is_clutter(element: HtmlElement) -> bool:
    """Tell whether an element is for moving about the site, not for reading."""
    return element.tag in CLUTTER and element.tag not in ("header", "form")  # a form may hold the whole page


def main_element(page: HtmlElement) -> HtmlElement:
    """Return the smallest element that holds the main text; the whole body where nothing but text is on the page."""
    body = next(page.iter("body"), page)
    if next(body.iterdescendants(*CLUTTER), None) is None:
        return body
    source = tostring(page, encoding="unicode")
    if len(source) > LARGEST:
        return body
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    extracted = trafilatura.extract(
        source,
        output_format="txt",
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
    )
    keys = Counter(key(line) for line in (extracted or "").splitlines() if len(line) >= KEY)
    return smallest(body, keys) if keys else body


def key(text: str) -> str:
    """Return the first letters of a paragraph without white space."""
    return "".join(text.split())[:KEY]


def smallest(body: HtmlElement, keys: Counter[str]) -> HtmlElement:
    """Return the deepest element in which at least `SHARE` of the paragraphs begin."""
    weight: dict[HtmlElement, int] = {}
    total = 0
    left = Counter(keys)
    for element in body.iterdescendants():
        if element.tag not in BLOCKS or any(child.tag in BLOCKS for child in element):
            continue
        found = key(element.text_content())
        if left.get(found, 0) > 0:
            left[found] -= 1
            total += 1
            weight[element] = weight.get(element, 0) + 1
            for outer in element.iterancestors():
                weight[outer] = weight.get(outer, 0) + 1
    enough = [e for e, found in weight.items() if found >= SHARE * total]
    return max(enough, key=lambda e: sum(1 for _ in e.iterancestors()), default=body)
