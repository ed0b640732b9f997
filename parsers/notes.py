"""Which provision an editorial note speaks of."""

from __future__ import annotations

from models import Grammar
from parsers.marks import number_of
from parsers.node import Node


def target_of(text: str, here: Node, root: Node, grammar: Grammar) -> tuple[Node, tuple[str, str] | None]:
    """Return the node that holds the note: the one that it names, else the provision that it stands under.

    The second value is the kind and number of a provision that it names and that is not there (yet).
    """
    head = text[:160]
    missing = None
    for pattern in grammar.patterns["note_target"]:
        found = pattern.regex.search(head)
        if not found:
            continue
        groups = found.groupdict()
        named = None
        if groups.get("preamble"):
            named = next((n for n in root.children if n.kind == "preamble"), None)
        elif groups.get("title") and here.inside("attachment") is None:
            named = root if all(n.kind in {"preamble", "note"} for n in root.children) else None
        elif groups.get("level"):
            kind = next(level.kind for level in grammar.levels if groups["level"].lower() in level.forms)
            number = number_of(groups["number"], grammar)
            named = _find(kind, number, here, root)
            missing = (kind, number) if named is None else None
        if named is not None:
            return _part(named, groups.get("ordinal"), grammar), None
    drafted = any(p.sets.get("by") == "drafter" and p.regex.search(text) for p in grammar.patterns["note"])
    return ((here.inside("article", "attachment") or _default(here)) if drafted else _default(here)), missing


def _part(node: Node, ordinal: str | None, grammar: Grammar) -> Node:
    """Return the part of a provision that an ordinal names; the first part is the provision itself."""
    number = grammar.maps["ordinals"].get(ordinal.lower()) if ordinal else None
    parts = [n for n in node.children if n.kind == "alinea" and n.number == number]
    return parts[0] if parts else node


def _default(here: Node) -> Node:
    """Return the provision that a note without a name speaks of: never less than a paragraph or an article."""
    node = here
    while node.kind == "subparagraph" and node.parent is not None:
        node = node.parent
    return node


def _find(kind: str, number: str, here: Node, root: Node) -> Node | None:
    """Return the provision of this kind and number: one that is open, else the last one printed in this scope."""
    for node in here.up():
        if node.kind == kind and node.number == number:
            return node
    if kind not in {"section", "chapter", "article", "paragraph", "subparagraph", "attachment", "subchapter"}:
        return None
    scope = here.inside("attachment") or root
    nearby = [n for n in (here.inside("article") or scope).walk() if n.kind == kind and n.number == number]
    return nearby[-1] if nearby else None
