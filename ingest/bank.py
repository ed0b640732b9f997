"""Read an act of the reference control bank (zan.gov.kz): JSON with one typed block for each part of the act.

One public client describes the blocks (docs/sources.md); they are taken as hints, so an unknown type is plain text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import lxml.html

from models import Cell, Document, LimitError, Limits, Line, Page, SourceError

ROLES = {
    "title": "title",
    "heading": "heading",
    "subheading": "heading",
    "section": "heading",
    "subsection": "heading",
    "chapter": "heading",
    "note": "note",
    "sideNote": "note",
    "rcpi_notice": "notice",
    "attach": "stamp",
    "subattach": "stamp",
    "signature": "signature",
    "workPosition": "signature",
    "personName": "signature",
}
DROPPED = {"toc", "buffer", "image"}
_DEPTH = 60


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return the act as one page of whole paragraphs.

    Raises SourceError where the JSON is broken or holds no blocks, LimitError where it is too deep or too long.
    """
    try:
        data = json.loads(document.data)
    except (ValueError, RecursionError) as error:
        raise SourceError(document.source, f"broken JSON ({error})", "Fetch it again.") from error
    blocks = data.get("content") if isinstance(data, dict) else None
    if not isinstance(blocks, list):
        raise SourceError(
            document.source, "JSON without the list `content`", "Give an answer of /api/documents/{id}/{lang}."
        )
    lines: list[Line] = []
    for line in _Blocks(document.source).lines(blocks):
        if len(lines) >= limits.lines:
            raise LimitError(document.source, f"over {limits.lines} lines", "Raise the limit if it is wanted.")
        lines.append(line)
    if not any(line.text for line in lines):
        raise SourceError(document.source, "no text in any block", "Fetch the HTML page instead.")
    return (Page(1, tuple(lines), "html"),)


class _Blocks:
    """Walks the blocks of one document and counts its tables."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tables = 0

    def lines(self, blocks: list[Any], depth: int = 0) -> Iterator[Line]:
        if depth > _DEPTH:
            raise LimitError(self._source, f"blocks nested over {_DEPTH} deep", "Fetch the HTML page instead.")
        for block in blocks:
            if not isinstance(block, Mapping) or str(block.get("type")) in DROPPED:
                continue
            if block.get("type") == "table":
                yield from self._table(block)
                continue
            for text in _paragraphs(block.get("text")):
                yield Line(text, ROLES.get(str(block.get("type")), ""), whole=True)
            yield from self.lines(_children(block), depth + 1)

    def _table(self, block: Mapping[str, Any]) -> Iterator[Line]:
        number, self._tables = self._tables, self._tables + 1
        for row in _children(block):
            if not isinstance(row, Mapping):
                continue
            cells: list[Cell] = []
            texts: list[str] = []
            for column, cell in enumerate(c for c in _children(row) if isinstance(c, Mapping)):
                text = " ".join(_deep_text(cell))
                start = sum(len(t) + 1 for t in texts)
                rows, columns = _span(cell.get("rowspan")), _span(cell.get("colspan"))
                cells.append(Cell(start, start + len(text), column, rows, columns, row.get("type") == "tableHeaderRow"))
                texts.append(text)
            yield Line("\t".join(texts), whole=True, table=number, cells=tuple(cells))


def _children(block: Mapping[str, Any]) -> list[Any]:
    for key in ("content", "children", "rows", "cells"):
        if isinstance(block.get(key), list):
            return list(block[key])
    return []


def _deep_text(block: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    yield from _paragraphs(block.get("text"))
    for child in _children(block) if depth < _DEPTH else ():
        if isinstance(child, Mapping):
            yield from _deep_text(child, depth + 1)


def _paragraphs(text: object) -> list[str]:
    """Return the paragraphs of a block's text, which may hold HTML."""
    if not isinstance(text, str):
        return []
    if "<" in text:
        tree = lxml.html.fragment_fromstring(text.replace("<br", "\n<br"), create_parent="div")
        text = "".join(str(part) for part in tree.itertext())
    return [" ".join(part.split()) for part in unescape(text).splitlines() if part.strip()]


def _span(value: object) -> int:
    number = str(value)
    return min(int(number), 1000) if number.isdecimal() and int(number) > 0 else 1
