"""What HTML elements are: which begin a paragraph, which are not shown, and what their attributes say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase

from lxml.html import HtmlElement

from ingest.figures import letters, roman

# fmt: off
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "hr", "html", "legend", "li", "main", "ol", "p", "section", "summary",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}
SILENT = frozenset({
    "applet", "audio", "button", "canvas", "del", "dialog", "embed", "head", "iframe", "input", "label", "map", "menu",
    "nav", "noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "video", "xml",
})
# fmt: on
BOLD = frozenset({"b", "strong", "th"})
# Lengths of CSS in points, and the width of a mean character in points.
POINTS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0, "em": 12.0}
CHARACTER = 6.0
INDENT = re.compile(r"text-indent\s*:\s*(-?\d{1,4}(?:\.\d{1,4})?)(pt|px|cm|mm|in|em)", re.IGNORECASE)
MARGIN = re.compile(r"margin-left\s*:\s*(-?\d{1,4}(?:\.\d{1,4})?)(pt|px|cm|mm|in|em)", re.IGNORECASE)
# "mso-hide" is hidden text of Word.
UNSEEN = ("display:none", "visibility:hidden", "mso-hide:all")
LIST_STYLE = re.compile(r"list-style(?:-type)?:[^;]*?\b(none|decimal|(?:lower|upper)-(?:roman|alpha|latin))\b")
KINDS = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
ALIGNS = frozenset({"left", "center", "right"})


def own_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the rows of a table, not those of tables inside it."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from child.iterchildren("tr")


def own_cells(row: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the cells of a row."""
    yield from row.iterchildren("td", "th")


def span_of(element: HtmlElement, name: str) -> int:
    """Return a row or column span; 1 where it is missing or no number."""
    value = (element.get(name) or "").strip()
    return int(value[:6]) if value[:6].isdecimal() else 1


def hidden(element: HtmlElement) -> bool:
    """Tell whether a browser would not show the element."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return any(rule in style for rule in UNSEEN) or element.get("hidden") is not None


def align_of(element: HtmlElement) -> str:
    """Return the alignment that an element asks for."""
    if element.tag == "center":
        return "center"
    style = (element.get("style") or "").replace(" ", "").lower()
    value = style.partition("text-align:")[2].partition(";")[0] or (element.get("align") or "").lower()
    return value if value in ALIGNS else ""


def css_indent(element: HtmlElement) -> float | None:
    """Return the indent of the first line that a style asks for, in characters; None where it asks for none."""
    found = [INDENT.search(element.get("style") or ""), MARGIN.search(element.get("style") or "")]
    points = sum(float(match[1]) * POINTS[match[2].lower()] for match in found if match)
    return max(points, 0.0) / CHARACTER if any(found) else None


def list_number(element: HtmlElement, reached: dict[HtmlElement, int]) -> str:
    """Return the number that a browser prints before an item of an ordered list; `reached` holds the last ones."""
    parent = element.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    value, start = (element.get("value") or "")[:6], (parent.get("start") or "")[:6]
    before = reached.get(parent, int(start) - 1 if start.isdecimal() else 0)
    number = reached[parent] = int(value) if value.isdecimal() else before + 1
    label = figure_of(number, list_kind(element) or list_kind(parent) or "decimal")
    own = element.text_content().lstrip()
    return "" if label and own.startswith((label, f"{label[:-1]})")) else label


def list_kind(element: HtmlElement) -> str:
    """Return how a list or an item asks for its numbers, "" where it does not."""
    said = LIST_STYLE.search((element.get("style") or "").replace(" ", "").lower())
    return said[1] if said else KINDS.get(element.get("type") or "", "")


def figure_of(number: int, kind: str) -> str:
    """Return the label of an item of an ordered list."""
    if kind == "none":
        return ""
    text = str(number)
    if kind.endswith("roman"):
        text = roman(number)
    elif kind.endswith(("alpha", "latin")) and 0 < number < 27:
        text = letters(number, ascii_lowercase)
    return f"{text.upper() if kind.startswith('upper') else text}."
