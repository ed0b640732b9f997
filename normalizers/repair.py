"""Repair the text of a document: the ordered list of fixes, each recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models import Block, Grammar, Page, Span, Text, TextLine, TextPage


def repair(pages: Sequence[Page], grammars: Mapping[str, Grammar], language: str | None = None) -> Text:
    """Return the repaired text of `pages`. STOPGAP: nothing repaired, one block per paragraph."""
    parts: list[str] = []
    lines: list[TextLine] = []
    spans: list[TextPage] = []
    at = 0
    for page in pages:
        begin = at
        for line in page.lines:
            parts.append(line.text)
            lines.append(
                TextLine(
                    Span(at, at + len(line.text)),
                    page.number,
                    line.role,
                    line.whole,
                    line.indent,
                    line.align,
                    line.bold,
                )
            )
            at += len(line.text) + 1
        spans.append(TextPage(page.number, Span(begin, at - 1), page.origin))
    blocks: list[Block] = []
    gap = 0
    for i, row in enumerate(lines):
        if row.span.start == row.span.stop:
            gap += 1
            continue
        if blocks and not gap and not row.indent and not row.whole:
            blocks[-1] = Block(blocks[-1].first, i, blocks[-1].role, None, blocks[-1].gap)
        else:
            blocks.append(Block(i, i, row.role, None, gap))
        gap = 0
    string = "\n".join(parts)
    return Text(string, string, tuple(lines), tuple(blocks), tuple(spans), grammar="kk")
