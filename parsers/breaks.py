"""Sentences that old files broke in the middle: at the links to other acts, at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models import Grammar
from parsers.marks import NUMBERED, Mark
from parsers.node import Node
from parsers.unit import Unit

# The portal's code of a linked act, which stands alone at the head of a line.
_LINK = re.compile(r"[A-Z]\d{6,10}_?\s")


def is_cut(before: str, node: Node, unit: Unit, grammar: Grammar) -> bool:
    """Say whether a unit goes on with a text: that stops at a genitive, at a country's name, or before a link."""
    if before[-1:] in ".;:!?":
        return False
    if _LINK.match(unit.text):
        return True
    # "of the Republic" ends a phrase in Russian, and only begins one where the owner stands before what it owns
    ended = "inner-first" in grammar.words["provision_order"] and unit.text[:1].isalpha()
    country = node.kind in {*NUMBERED, "article"} and before.lower().endswith(tuple(grammar.maps["jurisdictions"]))
    country = country and not (ended and node.kind == "article" and not node.own)
    genitive = [p for p in grammar.patterns["nominative"] if p.regex.pattern.endswith("$")]
    return unit.finished and (country or any(p.regex.search(before) for p in genitive))


def is_finished(units: Sequence[Unit], marks: Sequence[Mark | None], at: int) -> bool:
    """Say whether the units in small letters from `at` on end like a sentence; the lines of a bare list do not."""
    while at < len(units) and marks[at] is None and units[at].text[:1].islower():
        if units[at].finished:
            return True
        at += 1
    return False
