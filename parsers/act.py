"""Put together what an act says of itself: its head, its signature, its own clauses, a sidecar's requisites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from models import Act, Clause, Document, Grammar, Text
from parsers.grammar import load_all
from parsers.header import Header, below_signature, day_of, nominative, pattern_type, printed_number, requisites
from parsers.identity import identify
from parsers.issuer import issuer_of
from parsers.marks import first
from parsers.passage import bounds
from parsers.signing import signed

if TYPE_CHECKING:
    from parsers.tree import Builder


def describe(
    text: Text, grammar: Grammar, document: Document, head: Header, builder: Builder, clauses: tuple[Clause, ...]
) -> Act:
    """Return the act with every field of its header that the text, or else its sidecar, says."""
    post, signatory = signed(builder.signature, text, grammar)
    if "number" not in head.fields:
        after = [u for u, why in builder.dropped if why == "after the signature"][:4]
        below_signature([u.text for u in (*builder.signature, *after)], head, grammar)
    sidecar, spoken = _sidecar(document)
    number, adopted_on = _number(head, sidecar, builder, grammar, document)
    act_type = _type(head, sidecar, spoken, clauses, text, grammar)
    issuer = issuer_of(head, post, act_type, clauses, builder, number, text, grammar)
    named = nominative(sidecar.fields["issuer"], spoken) if "issuer" in sidecar.fields else issuer
    jurisdiction = _jurisdiction(text, grammar)
    act_id, work_id = identify(
        document,
        grammar,
        jurisdiction=jurisdiction,
        act_type=act_type,
        issuer=named or issuer or (_country(jurisdiction, grammar) if act_type in {"law", "code"} else None),
        adopted_on=adopted_on,
        number=number,
    )
    return Act(
        act_id,
        work_id,
        jurisdiction,
        grammar.language,
        grammar.script,
        act_type,
        clauses,
        issuer or named,
        number,
        adopted_on,
        _title(head, document, grammar),
        *_registration(head, sidecar, document),
        signatory,
        post,
        _commencement(clauses, builder, act_type, grammar),
    )


def _title(head: Header, document: Document, grammar: Grammar) -> str | None:
    if head.title:
        return head.title.text
    return document.requisites.titles.get(grammar.language) if document.requisites else None


def _registration(head: Header, sidecar: Header, document: Document) -> tuple[str | None, date | None]:
    """Return number and date of the state registration: as the text prints them, else as the sidecar does."""
    wanted = document.requisites
    if head.registered_number is not None or wanted is None:
        return head.registered_number, head.registered_on
    number = sidecar.registered_number or wanted.registered_number
    return number, sidecar.registered_on or wanted.registered_on


def _sidecar(document: Document) -> tuple[Header, Grammar]:
    """Return what the sidecar's sentence of requisites says, in whichever language it is written."""
    grammars = load_all()
    sentence = document.requisites.sentence if document.requisites else None
    for grammar in grammars.values():
        head = Header()
        if sentence and requisites(sentence, head, grammar):
            return head, grammar
    return Header(), next(iter(grammars.values()))


def _number(
    head: Header, sidecar: Header, builder: Builder, grammar: Grammar, document: Document
) -> tuple[str | None, date | None]:
    """Return number and date: as the head prints them, else the sidecar, else the stamps of its attachments."""
    wanted = document.requisites
    number = head.fields.get("number") or sidecar.fields.get("number") or (wanted.number if wanted else None)
    adopted_on = head.adopted_on or sidecar.adopted_on or (wanted.adopted_on if wanted else None)
    if number or adopted_on:
        return number, adopted_on
    stamped: dict[str, date | None] = {}
    for stamp in builder.stamps.values():
        found = None if stamp.nested else first(grammar.patterns["stamp_requisites"], stamp.text)
        if found:
            stamped.setdefault(printed_number(found["number"]), day_of(found.groupdict(), grammar.maps["months"]))
    title = head.title.text if head.title else ""
    if any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", title) for n in stamped) or any(
        node.amending for node in builder.root.walk()
    ):
        own = " ".join([title, *(n.text for n in builder.root.walk() if n.inside("attachment") is None)])
        own = _alike(own, grammar)
        stamped = {
            n: day for n, day in stamped.items() if not re.search(rf"(?<!\w){re.escape(_alike(n, grammar))}(?!\w)", own)
        }
        if len(stamped) > 1:
            return None, None
    return next(iter(stamped.items()), (None, None))


def _alike(words: str, grammar: Grammar) -> str:
    """Return words with plain hyphens and with the letters of roman numerals in one script, to compare numbers."""
    return printed_number(words).translate({ord(a): b for a, b in grammar.maps["roman_letters"].items()})


def _type(
    head: Header, sidecar: Header, spoken: Grammar, clauses: Sequence[Clause], text: Text, grammar: Grammar
) -> str:
    kinds = grammar.maps["act_types"]
    printed = head.fields.get("type", "").lower()
    if printed in kinds:
        return kinds[printed]
    if sidecar.fields.get("type", "").lower() in spoken.maps["act_types"]:
        return spoken.maps["act_types"][sidecar.fields["type"].lower()]
    preamble = next((c.text for c in clauses if c.kind == "preamble"), "")
    verb = first(grammar.patterns["enacting"], preamble) or first(grammar.patterns["enacting_issuer"], preamble)
    joint = verb and first(grammar.patterns["joint_enacting"], preamble)
    verb = joint or verb
    if verb:
        word = re.sub(r"\W+", " ", verb["verb"]).strip().lower()
        if word in grammar.maps["enacting_types"]:
            return grammar.maps["enacting_types"][word]
    return pattern_type(grammar.patterns["self_reference"], text.string[:400_000]) or "other"


def _jurisdiction(text: Text, grammar: Grammar) -> str:
    """Return the country that the text names most, the grammar's first one where it names none."""
    lower = " ".join(text.string[:200_000].lower().split())
    names = grammar.maps["jurisdictions"]
    counts = dict.fromkeys(names.values(), 0)
    for name, code in names.items():
        counts[code] += lower.count(name)
    return max(counts, key=lambda code: counts[code])


def _country(jurisdiction: str, grammar: Grammar) -> str | None:
    """Return what the grammar calls a country: the issuer of laws."""
    return next((name for name, code in grammar.maps["jurisdictions"].items() if code == jurisdiction), None)


def _commencement(clauses: Sequence[Clause], builder: Builder, act_type: str, grammar: Grammar) -> str | None:
    """Return the rule by which the act comes into force, as its last own provision above the signature prints it."""
    signed_at = bounds([u.own for u in builder.signature]).start if builder.signature else None
    above = [c for c in clauses if signed_at is None or c.span.start < signed_at]
    own = [c for c in above if not c.eid.startswith("att_") and c.kind not in {"note", "quoted", "preamble"}]
    for clause in reversed(own[-40:]):
        found = first(grammar.patterns["commencement"], clause.text)
        kind = grammar.maps["act_types"].get(found["kind"].lower(), act_type) if found else None
        if found and kind == act_type:  # not what an attached treaty says of itself
            return found["rule"].strip()
    return None
