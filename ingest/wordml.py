"""The elements of WordprocessingML (ECMA-376 part 1, chapter 17) that the docx reader looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from ingest.markup import knowledge
from ingest.paragraph import PICTURE

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TWIPS = 120  # twentieths of a point in the width of a mean character
WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))

# Codes of characters, and those that mean something in one font only.
CODE = re.compile(r"(?!00[01])(?:[0-9A-C][0-9A-F]|F0)[0-9A-F]{2}", re.IGNORECASE)
PRIVATE = re.compile(r"F0[0-9A-F]{2}", re.IGNORECASE)

Node = etree._Element


def value(node: Node | None, name: str, attribute: str = "val") -> str | None:
    """Return an attribute of a child element, "" where the child has none, None where there is no such child."""
    child = node.find(f"{W}{name}") if node is not None else None
    return None if child is None else child.get(f"{W}{attribute}", "")


def number(text: str | None, default: int = 0) -> int:
    """Return a small whole number of an attribute."""
    bare = (text or "").removeprefix("-")[:9]
    return (-int(bare) if (text or "").startswith("-") else int(bare)) if bare.isdecimal() else default


def switched(node: Node | None, name: str) -> bool | None:
    """Return whether a switch (bold, hidden) is on, off, or not said."""
    said = value(node, name)
    return None if said is None else said not in ("0", "false", "off", "none")


def blocks(node: Node) -> Iterator[Node]:
    """Yield the paragraphs and tables of a body, cell or text box, also inside content controls and insertions."""
    for child in node:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in WRAPPERS:
            yield from blocks(child)


def rows_of(table: Node) -> Iterator[Node]:
    """Yield the rows of a table that are not deleted."""
    for child in table:
        if child.tag == f"{W}tr" and child.find(f"{W}trPr/{W}del") is None:
            yield child
        elif child.tag in WRAPPERS:
            yield from rows_of(child)


def cells(row: Node) -> Iterator[Node]:
    """Yield the cells of a row that are not deleted."""
    for child in row:
        if child.tag == f"{W}tc" and child.find(f"{W}tcPr/{W}cellDel") is None:
            yield child
        elif child.tag in WRAPPERS:
            yield from cells(child)


def merged_up(cell: Node) -> bool:
    """Tell whether a cell continues the one above it."""
    return value(cell.find(f"{W}tcPr"), "vMerge") in ("", "continue")


def measure(cell: Node) -> tuple[int, bool]:
    """Return how long the text of a cell is, and whether it holds a table."""
    return sum(len(t.text or "") for t in cell.iter(f"{W}t")), next(cell.iter(f"{W}tbl"), None) is not None


def own_boxes(node: Node) -> Iterator[Node]:
    """Yield the text boxes that hang on a paragraph, not those inside them nor their copies for old programs."""
    for box in node.iter(f"{W}txbxContent"):
        inner = False
        for outer in box.iterancestors():
            if outer is node:
                break
            inner = inner or outer.tag in (f"{W}txbxContent", f"{MC}Fallback")
        if not inner:
            yield box


def notes_of(root: Node | None, kind: str) -> dict[str, Node]:
    """Return the footnotes or endnotes of a part by their ids; separators are none."""
    nodes = root.iterchildren(f"{W}{kind}") if root is not None else ()
    return {n.get(f"{W}id", ""): n for n in nodes if n.get(f"{W}type", "normal") == "normal"}


def starts_page(block: Node) -> bool:
    """Tell whether Word breaks the page inside a paragraph or table, so that the next one stands on a new page."""
    if next(block.iter(f"{W}lastRenderedPageBreak"), None) is not None:
        return True
    return any(br.get(f"{W}type") == "page" for br in block.iter(f"{W}br"))


def runs_on(node: Node) -> bool:
    """Tell whether the end of a paragraph is deleted, moved away or hidden, so that the next one goes on in it."""
    mark = node.find(f"{W}pPr/{W}rPr")
    if mark is None:
        return False
    return any(mark.find(f"{W}{name}") is not None for name in ("del", "moveFrom")) or bool(
        switched(mark, "specVanish") or switched(mark, "vanish")
    )


def symbol(font: str, code: str) -> str:
    """Return the character of a symbol font; one that only the font knows is a picture."""
    known = knowledge()["word"]["symbols"]
    if not CODE.fullmatch(code):
        return ""
    if PRIVATE.fullmatch(code):
        return str(known.get(font.lower(), {}).get(code[2:].upper(), PICTURE))
    return chr(int(code, 16))


def indent_of(layers: Sequence[Node]) -> float:
    """Return the indent of the first line, in characters."""
    twips = 0
    for names, sign in ((("left", "start"), 1), (("firstLine",), 1), (("hanging",), -1)):
        found = (v for layer in layers for name in names if (v := value(layer, "ind", name)))
        twips += sign * number(next(found, "0"))
    return max(twips, 0) / TWIPS
