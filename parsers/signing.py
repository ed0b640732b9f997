"""Who signed an act: post and name of the first who did, from the lines below its last provision."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models import Grammar, Text
from parsers.marks import first
from parsers.passage import join
from parsers.unit import Unit

_RULE = re.compile(r"_{2,}|\u2026+|\.{3,}")
_EDGES = ' ,:;*_|/\\"\u00ab\u00bb\u201c\u201d\u2013\u2014-'


def signed(units: Sequence[Unit], text: Text, grammar: Grammar) -> tuple[str | None, str | None]:
    """Return (post, name) of the first who signed; a part that cannot be told from another signer's is None."""
    if not units:
        return None, None
    whole = _first_column(units, text, grammar) or _surname_first(units, grammar) or join(u.own for u in units).text
    agreed = first(grammar.patterns["agreement"], whole)
    whole = _RULE.sub(" ", whole[: agreed.start()] if agreed else whole)
    names = [m for p in grammar.patterns["person"] for m in p.regex.finditer(whole)]
    for kind in ("signature_name", "surname_first"):
        names = names or [m for p in grammar.patterns[kind] for m in p.regex.finditer(whole)]
    if not names:
        return tidy(whole, grammar), None
    name, before = names[0], whole[: names[0].start()]
    if len(names) == 1:
        after = whole[name.end() :]
        dated = any(first(grammar.patterns[kind], after) for kind in ("letterhead_date", "letterhead_number"))
        post: str | None = before if dated and any(c.isalpha() for c in before) else f"{before} {after}"
    elif not any(c.isalpha() for c in whole[name.end() : names[1].start()]):
        post = _parted(tidy(before, grammar) or "", grammar)
    else:
        post = before if any(c.isalpha() for c in before) else whole[name.end() : names[1].start()]
    return tidy(post or "", grammar), " ".join(name["name"].split())


def _surname_first(units: Sequence[Unit], grammar: Grammar) -> str:
    """Return the lines of the first who signed where his surname stands before his initials, else ""."""
    for at, unit in enumerate(units):
        if first(grammar.patterns["person"], unit.text):
            return ""
        if first(grammar.patterns["surname_first"], unit.text):
            return join(u.own for u in units[: at + 1]).text
    return ""


def tidy(phrase: str, grammar: Grammar) -> str | None:
    """Return a post or an issuer with its words parted and without marks at its ends, or None where nothing is left."""
    for pattern in grammar.patterns["glued"]:
        phrase = pattern.regex.sub(pattern.sets["to"], phrase)
    return " ".join(phrase.split()).strip(_EDGES) or None


def _first_column(units: Sequence[Unit], text: Text, grammar: Grammar) -> str:
    """Return the first column of a table in which each who signed has a column of his own, post over name; else ""."""
    rows = [text.line(line).split("\t") for u in units if u.table is not None for line in u.lines]
    if len(rows) < len(units) or min(len(row) for row in rows) < 2:
        return ""
    named = {at for row in rows for at, cell in enumerate(row) if first(grammar.patterns["person"], cell)}
    return " ".join(row[0] for row in rows) if 0 in named and len(named) > 1 else ""


def _parted(posts: str, grammar: Grammar) -> str | None:
    """Return the first of two posts that were read across two columns, or None where they cannot be told apart."""
    words = posts.split()
    same = next((n for n in range(len(words) // 2, 0, -1) if words[:n] == words[n : 2 * n]), 0)
    rest = " ".join(words[2 * same :])
    found = [m["post"] for p in grammar.patterns["post"] for m in p.regex.finditer(rest)]
    one = " ".join(words[:same] + found[0].split()) if len(found) == 2 else ""
    whole = sum(len(post.split()) for post in found) == len(rest.split())
    twice = len(one.lower().split()) > len(set(one.lower().split()))
    if not one or twice or not whole or min(len(post.split()) + same for post in found) < 2:
        return None
    return one
