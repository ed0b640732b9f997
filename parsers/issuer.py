"""Who issued an act, in the nominative and in the text's own script and case."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models import Clause, Grammar, Text
from parsers.header import Header, nominative, own_script, printed_number
from parsers.identity import is_generic
from parsers.marks import first
from parsers.signing import tidy

if TYPE_CHECKING:
    from parsers.tree import Builder

_DEFINED = re.compile(r"\s*\([^()]*[-\u2013\u2014][^()]*\)")  # "(hereinafter - the Agency)"


def issuer_of(
    head: Header,
    post: str | None,
    act_type: str,
    clauses: Sequence[Clause],
    builder: Builder,
    number: str | None,
    text: Text,
    grammar: Grammar,
) -> str | None:
    """Return the issuer that the head prints, else that of the preamble, a stamp or the signature.

    One with a name of its own goes before one without ("the mayor of the district").
    """
    printed = head.fields.get("issuer")
    if printed:
        own = nominative(" ".join(own_script(_bare(printed, grammar), grammar).split()), grammar)
        return _own_case(own, text, grammar)
    preamble = next((c.text for c in clauses if c.kind == "preamble"), "")
    found = first(grammar.patterns["enacting_issuer"], preamble)
    enacting = _bare(found["issuer"], grammar) if found else None
    if act_type in {"law", "code"}:
        return enacting or _titled(head, text, grammar)
    stamped, signing = _stamped(builder, number, grammar), _of_post(post, grammar)
    known = [enacting, *((signing, stamped) if act_type == "order" else (stamped, signing))]
    return next((name for name in known if name and not is_generic(name)), next(filter(None, known), None))


def _bare(phrase: str, grammar: Grammar) -> str:
    """Return an issuer without a definition in brackets and without a second issuer after the enacting word."""
    phrase = _DEFINED.sub("", phrase)
    verbs = "|".join(re.escape(word) for word in grammar.words["enacting"])
    return tidy(re.split(rf"\s(?:{verbs})(?!\w)", phrase)[0], grammar) or phrase


def _of_post(post: str | None, grammar: Grammar) -> str | None:
    """Return the issuer that a post names: an office without its rank, a council for who chairs it."""
    if not post or first(grammar.patterns["person"], post):
        return None
    body = first(grammar.patterns["post_body"], post)
    if body:
        named = body.groupdict().get("issuer")
        return nominative(named, grammar) if named else None
    bare = _without_rank(post, grammar)
    return bare if len(bare.split()) > 1 or bare.lower() in grammar.words["sole_offices"] else None


def _without_rank(post: str, grammar: Grammar) -> str:
    for rank in grammar.words["ranks"]:
        post = re.sub(rf"\s*,?\s*\b{re.escape(rank)}\b.*$", "", post, flags=re.IGNORECASE)
    return post


def _titled(head: Header, text: Text, grammar: Grammar) -> str | None:
    """Return the country whose code or law it is, where only the title prints it."""
    words = own_script(head.title.text, grammar).split() if head.title else []
    owner = nominative(" ".join(words[:2]), grammar)
    return _own_case(owner, text, grammar) if owner.lower() in grammar.maps["jurisdictions"] else None


def _stamped(builder: Builder, number: str | None, grammar: Grammar) -> str | None:
    """Return the issuer as the stamps of the act's attachments print it, where they bear the act's own number."""
    for stamp in builder.stamps.values():
        found = first(grammar.patterns["stamp_requisites"], stamp.text)
        named = found["issuer"] if found else None
        if found and named and not any(c.isdigit() for c in named) and printed_number(found["number"]) == number:
            return nominative(tidy(named, grammar) or "", grammar)
    return None


def _own_case(issuer: str, text: Text, grammar: Grammar) -> str:
    """Return an issuer printed in capitals as the text writes it elsewhere, else as names are written."""
    if sum(c.isupper() for c in issuer) * 2 < sum(c.isalpha() for c in issuer):
        return issuer
    lower = issuer.lower()
    country = next((name for name in grammar.maps["jurisdictions"] if lower.startswith(name)), "")
    rest = lower[len(country) :].strip()
    whole, part = _written(issuer, text), _written(rest, text) if rest else None
    names = [word.capitalize() for word in country.split()]
    return whole or " ".join([*names, part or rest[:1].upper() + rest[1:]]).strip()


def _written(words: str, text: Text) -> str | None:
    """Return words as the text writes them where they are not all in capitals."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    for found in re.finditer(pattern, text.string, re.IGNORECASE):
        if not found[0].isupper():
            return " ".join(found[0].split())
    return None
