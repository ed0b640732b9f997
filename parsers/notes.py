"""Which provision an editorial note speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models import Grammar
from parsers.marks import number_of
from parsers.node import Node

_HEAD = 160
_NAMED = re.compile(r"\d{4}|\u2116")  # an act, by year or number
_DATE = re.compile(r"\d{2}\.\d{2}\.\d{4}|\d{4}\s")


def target_of(
    text: str, here: Node, root: Node, latest: Mapping[tuple[int, str, str], Node], grammar: Grammar
) -> tuple[Node, tuple[str, str] | None]:
    """Return the node that holds the note: the one that it names, else the provision that it stands under.

    The second value is the kind and number of a provision that it names and that is not there (yet).
    """
    date = _DATE.search(text)
    head = text[: min(date.start() if date else _HEAD, _HEAD)]
    missing: tuple[str, str] | None = None
    for pattern in grammar.patterns["note_target"]:
        named: list[Node] = []
        for found in pattern.regex.finditer(head):
            groups = found.groupdict()
            if groups.get("level"):
                wanted = (kind_of(groups["level"], grammar), number_of(groups["number"], grammar))
                node = find(*wanted, here, root, latest)
                missing = missing or (wanted if node is None else None)
                named += [_part(node, groups.get("ordinal"), grammar)] if node else []
            else:
                named += _whole(groups, here, root)
        if named:
            chain = list(here.up())
            return max(named, key=lambda n: (n in chain, len(list(n.up())) if n in chain else -named.index(n))), None
    drafted = any(p.sets.get("by") == "drafter" and p.regex.search(text) for p in grammar.patterns["note"])
    return ((here.inside("article", "attachment") or _default(here)) if drafted else _default(here)), missing


def _whole(groups: dict[str, str | None], here: Node, root: Node) -> list[Node]:
    """Return the preamble or the act where a note speaks of the preamble or the title."""
    if groups.get("preamble"):
        return [n for n in root.children if n.kind == "preamble"]
    above = here.inside("attachment") is None and all(n.kind in {"preamble", "note"} for n in root.children)
    return [root] if groups.get("title") and above else []


def kind_of(form: str, grammar: Grammar) -> str:
    """Return the kind of level that a case form names."""
    return next(level.kind for level in grammar.levels if form.lower() in level.forms)


def _part(node: Node, ordinal: str | None, grammar: Grammar) -> Node:
    """Return the part of a provision that an ordinal names; the first part is the provision itself."""
    number = grammar.maps["ordinals"].get(ordinal.lower()) if ordinal else None
    parts = [n for n in node.children if n.kind == "alinea" and n.number == number]
    return parts[0] if parts else node


def is_editorial(words: str) -> bool:
    """Say whether a note names an act by year or number: in a form, others are remarks that the form itself prints."""
    return _NAMED.search(words) is not None


def _default(here: Node) -> Node:
    """Return the provision that a note without a name speaks of: never less than a paragraph or an article."""
    node = here
    while node.kind == "subparagraph" and node.parent is not None:
        node = node.parent
    return node


def find(kind: str, number: str, here: Node, root: Node, latest: Mapping[tuple[int, str, str], Node]) -> Node | None:
    """Return the provision of this kind and number: one that is open, else the last one printed in this scope."""
    for node in here.up():
        if node.kind == kind and node.number == number:
            return node
    scope = here.inside("article") or here.inside("attachment") or root
    return latest.get((id(scope), kind, number))
