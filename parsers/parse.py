"""Parse a repaired text into an act: header, clause tree, issues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models import Act, Clause, Document, Grammar, Issue, Passage, Text
from parsers.act import describe
from parsers.check import check
from parsers.facts.positions import holds_posts
from parsers.header import Header, read_header, whole_notices, whole_requisites
from parsers.marks import first
from parsers.node import Node, name
from parsers.passage import EMPTY, bounds, join
from parsers.runon import fill_gaps, part_headings, spread
from parsers.tree import Builder
from parsers.unit import Unit, units


@dataclass(frozen=True, slots=True)
class Outline:
    """The tree of a text before it becomes an act: for the checks, and to see what was left out."""

    head: Header
    root: Node
    builder: Builder
    repeated: list[tuple[Node, str]]

    @property
    def dropped(self) -> list[tuple[Unit, str]]:
        """Return the units that are no clause, each with the reason."""
        return [*self.head.dropped, *self.builder.dropped]


def parse(text: Text, grammar: Grammar, document: Document) -> tuple[Act, tuple[Issue, ...]]:
    """Return the act and what is odd in it; any text parses."""
    outline = read_outline(text, grammar)
    clauses = tuple(_untold(clause, text, grammar) for clause in _clauses(outline.root))
    act = describe(text, grammar, document, outline.head, outline.builder, clauses)
    return act, check(text, outline.root, outline.repeated, outline.builder)


def read_outline(text: Text, grammar: Grammar) -> Outline:
    """Return the tree of a text, with eids."""
    parted = fill_gaps(part_headings(spread(units(text, grammar), grammar), grammar), grammar)
    found = whole_notices(whole_requisites(parted, grammar), grammar)
    head = read_header(found, grammar)
    builder = Builder(text, found, grammar)
    note: Node | None = None
    for unit in head.notes:
        if note is None or not (len(note.text) < 40 and first(grammar.patterns["notice"], note.text)):
            note = builder.root.add(Node("note", "note"))
        builder.give(note, unit)
    builder.last = None
    root = builder.build(head.body, head.preamble)
    _repeal(root, grammar)
    return Outline(head, root, builder, name(root))


def _repeal(root: Node, grammar: Grammar) -> None:
    """Mark what holds nothing but a note that says that it is repealed."""
    for node in root.walk():
        notes = [child for child in node.children if child.kind == "note"]
        if node is root or node.own or not notes or len(notes) < len(node.children):
            continue
        if any(first(grammar.patterns["whole_repealed"], note.text) for note in notes):
            node.status = "repealed"


def _clauses(root: Node) -> tuple[Clause, ...]:
    nodes = [n for n in root.walk() if n is not root]
    return tuple(_clause(node, ord_, root) for ord_, node in enumerate(nodes, start=1))


def _untold(clause: Clause, text: Text, grammar: Grammar) -> Clause:
    """Return a clause without its text where it is a table of posts: the contract leaves that to the positions."""
    told = clause.kind != "table" or not holds_posts(text, clause.rows, grammar)
    return clause if told else replace(clause, own=EMPTY)


def _clause(node: Node, ord_: int, root: Node) -> Clause:
    own = join(node.own) if node.own else EMPTY
    heading = join(node.heading) if node.heading else None
    parts: Sequence[Passage] = [*node.mark, *node.heading, *node.own]
    span = bounds(parts)
    parent = node.parent
    return Clause(
        eid=node.eid,
        kind=node.kind,
        ord=ord_,
        own=own,
        parent_eid=parent.eid if parent is not None and parent is not root else None,
        num=node.num,
        heading=heading,
        status=node.status,
        page=node.page,
        span=span,
        rows=tuple(node.rows),
        confidence=round(sum(node.sure) / len(node.sure), 4) if node.sure else 1.0,
    )
