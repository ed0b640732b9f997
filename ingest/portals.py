"""How the pages of adilet.zan.kz and lex.uz are built (the classes, colours and phrases are in `markup.toml`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from ingest.flow import PLAIN, Flow, Mark, Rules
from ingest.markup import knowledge
from ingest.paragraph import Linked
from models import Line

LONGEST_NOTICE = 200


def classes(element: HtmlElement) -> list[str]:
    """Return the classes of an element."""
    return (element.get("class") or "").split()


def first(elements: Iterable[HtmlElement]) -> HtmlElement | None:
    """Return the first element, or None."""
    return next(iter(elements), None)


# ---------------------------------------------------------------- adilet.zan.kz


def adilet_root(page: HtmlElement) -> HtmlElement | None:
    """Return the element with the text of an adilet page, or None for any other page."""
    article = first(page.iterdescendants("article"))
    if article is None:
        return None
    portal = any("container_gamma" in classes(outer) for outer in article.iterancestors())
    return article if portal or slogan(page) is not None else None


def slogan(page: HtmlElement) -> HtmlElement | None:
    """Return the header block of an adilet page."""
    return first(e for e in page.iterdescendants("div") if "slogan" in classes(e))


def read_adilet(page: HtmlElement, root: HtmlElement) -> Flow:
    """Return the lines of an adilet page: title, status and requisites of its header, then the act."""
    flow = Flow(Rules(adilet_mark, drops=adilet_drops))
    head = slogan(page)
    if head is not None:
        for element in head.iterdescendants("h1", "span", "p"):
            role = {"h1": "title", "p": "requisites"}.get(element.tag, "status")
            text = " ".join(element.text_content().split())
            if text and (element.tag != "span" or "status" in classes(element)):
                flow.emit(Line(text, role=role, whole=True, bold=role == "title"))
    return flow.walk(root)


def adilet_mark(element: HtmlElement) -> Mark:
    """Return the mark of an element: notes have a class, the portal's notices are red."""
    if "note" in classes(element):
        return Mark("note")
    if element.tag == "font" and (element.get("color") or "").lower() in knowledge()["adilet"]["notice_colours"]:
        return Mark("notice")
    return PLAIN


def adilet_drops(line: Line, links: tuple[Linked, ...]) -> bool:
    """Tell whether a line only leads to the portal's table of contents."""
    words, text = knowledge()["adilet"], line.text.lower()
    if len(text) > LONGEST_NOTICE:
        return False
    if text.strip() in words["navigation"]:
        return line.role == "notice" or any(link.target.endswith((".htm", ".html")) for link in links)
    return line.role == "notice" and any(phrase in text for phrase in words["contents"])


# ---------------------------------------------------------------- lex.uz


@dataclass(frozen=True, slots=True)
class Lex:
    """The classes of lex.uz: marks by class, and the classes that are not shown as part of an act."""

    marks: Mapping[str, Mark]
    hidden: frozenset[str]


@cache
def lex() -> Lex:
    """Return the classes of lex.uz from `markup.toml`."""
    table = knowledge()["lex"]
    roles = {name: role for role, names in table["roles"].items() for name in names}
    aligns = {name: align for align, names in table["aligns"].items() for name in names}
    bold, spaced = frozenset(table["bold"]), frozenset(table["spaced"])
    names = {*roles, *aligns, *bold, *spaced}
    marks = {n: Mark(roles.get(n, ""), aligns.get(n, ""), n in bold, n in spaced) for n in names}
    return Lex(marks, frozenset(table["hidden"]))


def lex_root(page: HtmlElement) -> HtmlElement | None:
    """Return the element with the text of a lex.uz page or Word export, or None for any other page."""
    root = first(e for e in page.iter("div") if e.get("id") in ("divCont", "divBody"))
    blocks = (e for e in (page if root is None else root).iterdescendants("div", "p") if lex_mark(e) is not PLAIN)
    found = first(e for e in blocks if any(c in lex().marks and c.isupper() for c in classes(e)))
    if found is None:
        return None
    return root if root is not None else found.getparent()


def read_lex(root: HtmlElement) -> Flow:
    """Return the lines of a lex.uz page or Word export."""
    return Flow(Rules(lex_mark, lex_hidden)).walk(root)


def lex_mark(element: HtmlElement) -> Mark:
    """Return the mark of the element's class."""
    return next((lex().marks[c] for c in classes(element) if c in lex().marks), PLAIN)


def lex_hidden(element: HtmlElement) -> bool:
    """Tell whether the element is the portal's own: links to earlier wordings, buttons, labels."""
    return not lex().hidden.isdisjoint(classes(element))
