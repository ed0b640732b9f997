"""What is odd in the structure of an act: gaps and repeats in the numbering, pages out of order, unread text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from models import Issue, Passage, Text
from parsers.node import Node
from parsers.passage import bounds

if TYPE_CHECKING:
    from parsers.tree import Builder

_NUMBERED = ("section", "chapter", "article", "paragraph", "subparagraph")
_FLOWING = frozenset({"paragraph", "subparagraph", "alinea", "article"})


def check(text: Text, root: Node, repeated: list[tuple[Node, str]], builder: Builder) -> tuple[Issue, ...]:
    """Return the issues of a tree in document order."""
    found = [*_gaps(text, root), *_repeats(text, repeated), *_disorder(text, root), *_unread(text, builder)]
    found += _unread_pages(text)
    found += _missed_models(text)
    return tuple(sorted(found, key=lambda issue: issue.span))


def _issue(code: str, note: str, parts: list[Passage], node: Node | None, text: Text) -> Issue:
    span = bounds(parts)
    return Issue(code, note, span, text.page_of(span.start), node.eid if node else None)


def _parts(node: Node) -> list[Passage]:
    return [*node.mark, *node.heading, *node.own]


def _gaps(text: Text, root: Node) -> Iterator[Issue]:
    """Yield a gap where a number is more than one above the one before it in the same numbering."""
    last: dict[str, int] = {}
    for node in root.walk():
        if node.kind not in _NUMBERED or not node.number[:1].isdigit():
            continue
        prefix = node.eid.rsplit("__", 1)[0] if "__" in node.eid else ""
        key = f"{prefix}/{node.kind}"
        value = int(node.number.split("-")[0].split(".")[0])
        before = last.get(key, 0)
        if value > before + 1 and node.status == "in_force":
            note = (
                f"{node.part}_{value} follows {node.part}_{before}" if before else f"{node.part}_{value} is the first"
            )
            yield _issue("numbering-gap", note, _parts(node), node, text)
        last[key] = max(before, value)


def _repeats(text: Text, repeated: list[tuple[Node, str]]) -> Iterator[Issue]:
    for node, wanted in repeated:
        yield _issue("repeated-number", f"{wanted} stands here once more, as {node.eid}", _parts(node), node, text)


def _disorder(text: Text, root: Node) -> Iterator[Issue]:
    """Yield scopes in which one text breaks off and another begins in the middle of a sentence: pages out of order."""
    for scope in [root, *(n for n in root.walk() if n.kind == "attachment")]:
        flow = [n for n in scope.walk() if n.kind in _FLOWING and n.text and (n.inside("attachment") or root) is scope]
        broken = [n for n in flow if n.kind == "alinea" and n.text[-1:].isalpha() and len(n.text) > 60]
        orphans = [
            node
            for before, node in pairwise(flow)
            if node.kind == "alinea"
            and node.text[:1].islower()
            and before.text[-1:] in ".!?"
            and before.kind == "alinea"
        ]
        if broken and orphans and broken[-1].parent is orphans[0].parent:
            note = f"{orphans[0].eid} begins in the middle of a sentence and {broken[-1].eid} breaks off"
            yield _issue("pages-out-of-order", note, _parts(orphans[0]), orphans[0], text)


def _unread(text: Text, builder: Builder) -> Iterator[Issue]:
    for node in builder.signatures.loose:
        note = "text after the signature without a stamp, read as an attachment"
        parts = [*_parts(node), *(part for child in node.children for part in child.own[:1])]
        yield _issue("unrecognised-block", note, parts, node, text)
    for unit, why in builder.dropped:
        if why == "unread":
            yield _issue("unrecognised-block", "text that no rule reads", [unit.own], None, text)


def _missed_models(text: Text) -> Iterator[Issue]:
    """Yield the models that OCR missed, each once, with the first page that it was missed on."""
    first = {page.lacking: page for page in reversed(text.pages) if page.lacking}
    for model, page in first.items():
        count = sum(other.lacking == model for other in text.pages)
        package = f"tesseract-ocr-{model}".replace("_", "-")
        note = f"Tesseract lacks the model {model}, which {count} pages need: another stood in for it and letters were "
        yield Issue("model-missing", f"{note}restored; install {package} and ingest again", page.span, page.number)


def _unread_pages(text: Text) -> Iterator[Issue]:
    """Yield the scanned pages that gave no text; a blank one is sure to have none."""
    for page in text.pages:
        if page.origin == "ocr" and page.confidence == 0:  # it may show a stamp of its text layer
            yield Issue("page-not-read", f"page {page.number} is a scan that could not be read", page.span, page.number)
