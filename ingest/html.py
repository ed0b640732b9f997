"""Pages of adilet.zan.kz and lex.uz, Word's HTML and any other page, parsed without scripts, entities or network."""

from __future__ import annotations

import codecs
import re

from lxml.etree import LxmlError, ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.decode import BOMS, decode, fits
from ingest.flow import Flow
from ingest.main_text import read_any
from ingest.portals import adilet_root, lex_root, read_adilet, read_lex
from ingest.stray import CLOSE, OPEN
from models import CELL_BREAK, Document, LimitError, Limits, Page, SourceError

DECLARED = re.compile(
    rb"(?:<meta[^>]{0,200}?charset\s*=|^\s*<\?xml[^>]{0,100}?encoding\s*=)\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
HEAD = 4096
# Characters that `stray` marks raised text with while a paragraph is assembled.
# References to those and to other controls, which are characters only once the page is parsed.
CONTROLS = re.compile(
    r"&#(?:x0*(?:1?[0-9a-f]|e00[01])(?![0-9a-f])|0*(?:[12]?\d|3[01]|5734[45])(?!\d));?", re.IGNORECASE
)
RESERVED = {ord(OPEN): None, ord(CLOSE): None, ord(CELL_BREAK): None}
FRAMED = "Open the frame with the text by itself and save that page"
FETCH = "Fetch the page anew and save it whole"


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the act on a page as one page of whole paragraphs.

    Raises:
        LimitError: the page is nested too deep, or has too many lines.
        SourceError: the page is in a wrong encoding, or is none.
    """
    text = CONTROLS.sub(" ", page_text(document.source, document.data).translate(RESERVED))
    page = parse(document.source, text)
    if next(page.iter("frameset"), None) is not None:
        raise SourceError(document.source, "the page only frames other pages, the text is in those", FRAMED)
    flow = lay_out(page)
    if len(flow.lines) > limits.lines:
        raise LimitError(document.source, f"the page has more than {limits.lines} lines", "Split it by acts")
    return (Page(1, tuple(flow.lines), "html", links=tuple(flow.links)),)


def lay_out(page: HtmlElement) -> Flow:
    """Return the lines of a page with the reader of its portal."""
    root = adilet_root(page)
    if root is not None:
        return read_adilet(page, root)
    root = lex_root(page)
    return read_lex(root) if root is not None else read_any(page)


def page_text(source: str, data: bytes) -> str:
    """Return the text of a page: UTF-8, or the encoding that the page itself declares and its letters confirm."""
    if not data.startswith(tuple(mark for mark, _ in BOMS)):
        found = DECLARED.search(data[:HEAD])
        if found and not is_utf8(data):
            try:
                codec = codecs.lookup(found[1].decode("ascii")).name
                text = data.decode(codec)
            except (LookupError, UnicodeDecodeError, ValueError):
                return decode(source, data)
            if fits(data, codec):
                return text
    return decode(source, data)


def is_utf8(data: bytes) -> bool:
    """Tell whether the bytes are UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def parse(source: str, text: str) -> HtmlElement:
    """Return the tree of a page.

    lxml expands no entities of the page's own in HTML, loads nothing, and gives up beyond 256 levels.
    """
    parser = HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ParserError, ValueError, AssertionError) as error:
        raise SourceError(source, f"the page cannot be parsed: {' '.join(str(error).split())[:200]}", FETCH) from error
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT" or "xcessive depth" in entry.message:
            raise LimitError(source, f"the page is built too deep or too large: {entry.message}", FETCH)
    return page
