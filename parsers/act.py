"""Put together what an act says of itself: its head, its signature, its own clauses, a sidecar's requisites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from models import Act, Clause, Document, Grammar, Text
from parsers.grammar import load_all
from parsers.header import Header, below_signature, day_of, nominative, own_script, pattern_type, requisites
from parsers.identity import identify
from parsers.marks import first
from parsers.passage import join
from parsers.unit import Unit

if TYPE_CHECKING:
    from parsers.tree import Builder


def describe(
    text: Text, grammar: Grammar, document: Document, head: Header, builder: Builder, clauses: tuple[Clause, ...]
) -> Act:
    """Return the act with every field of its header that the text, or else its sidecar, says."""
    post, signatory = _signature(builder, grammar)
    if "number" not in head.fields:
        after = [u for u, why in builder.dropped if why == "after the signature"][:4]
        below_signature([u.text for u in (*builder.signature, *after)], head, grammar)
    sidecar, spoken = _sidecar(document)
    number, adopted_on = _number(head, sidecar, builder, grammar, document)
    act_type = _type(head, sidecar, spoken, clauses, text, grammar)
    issuer = _issuer(head, post, act_type, clauses, text, grammar) or _stamped(builder, number, grammar)
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
        _commencement(clauses, grammar),
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
            stamped.setdefault(found["number"].strip(".,"), day_of(found.groupdict(), grammar.maps["months"]))
    if any(node.amending for node in builder.root.walk()):
        own = " ".join(n.text for n in builder.root.walk() if n.inside("attachment") is None)
        stamped = {n: day for n, day in stamped.items() if not re.search(rf"(?<!\w){re.escape(n)}(?!\w)", own)}
        if len(stamped) > 1:
            return None, None
    return next(iter(stamped.items()), (None, None))


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
    verb = first(grammar.patterns["enacting"], preamble)
    if verb:
        word = re.sub(r"\W+", " ", verb["verb"]).strip().lower()
        if word in grammar.maps["enacting_types"]:
            return grammar.maps["enacting_types"][word]
    return pattern_type(grammar.patterns["self_reference"], text.string[:400_000]) or "other"


def _issuer(
    head: Header, post: str | None, act_type: str, clauses: Sequence[Clause], text: Text, grammar: Grammar
) -> str | None:
    """Return who issued the act, in the nominative and the text's own script and case."""
    printed = head.fields.get("issuer")
    if printed:
        own = nominative(" ".join(own_script(printed, grammar).split()), grammar)
        return _own_case(own, text, grammar)
    preamble = next((c.text for c in clauses if c.kind == "preamble"), "")
    found = first(grammar.patterns["enacting_issuer"], preamble)
    if found:
        return " ".join(found["issuer"].split())
    if act_type in {"law", "code"}:
        return _titled(head, text, grammar)
    bare = _without_rank(post, grammar) if post and not first(grammar.patterns["person"], post) else ""
    return bare if len(bare.split()) > 1 else None


def _titled(head: Header, text: Text, grammar: Grammar) -> str | None:
    """Return the country whose code or law it is, where only the title prints it."""
    words = own_script(head.title.text, grammar).split() if head.title else []
    owner = nominative(" ".join(words[:2]), grammar)
    return _own_case(owner, text, grammar) if owner.lower() in grammar.maps["jurisdictions"] else None


def _stamped(builder: Builder, number: str | None, grammar: Grammar) -> str | None:
    """Return the issuer as the stamps of the act's attachments print it, where they bear the act's own number."""
    for stamp in builder.stamps.values():
        found = first(grammar.patterns["stamp_requisites"], stamp.text)
        if found and found["issuer"] and found["number"].strip(".,") == number:
            return nominative(" ".join(found["issuer"].split()), grammar)
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


def _without_rank(post: str, grammar: Grammar) -> str:
    for rank in grammar.words["ranks"]:
        post = re.sub(rf"\s*,?\s*\b{re.escape(rank)}\b.*$", "", post, flags=re.IGNORECASE)
    return post


def _signature(builder: Builder, grammar: Grammar) -> tuple[str | None, str | None]:
    """Return (post, name) of the first who signed."""
    if not builder.signature:
        return None, None
    units = _first_signed(builder.signature, grammar)
    whole = join(u.own for u in units).text
    agreed = first(grammar.patterns["agreement"], whole)
    whole = whole[: agreed.start()].strip(' "«“') if agreed and agreed.start() else whole
    found = next(
        (m for p in grammar.patterns["signature"] if (m := p.regex.search(whole)) and "name" in m.groupdict()), None
    )
    for unit in units if found is None else ():
        found = found or first(grammar.patterns["signature_name"], unit.text)
    found = found or first(grammar.patterns["person"], whole)
    if found is None:
        return whole or None, None
    post = whole.replace(found["name"], " ").strip(" ,*_")
    return " ".join(post.split()) or None, " ".join(found["name"].split())


def _first_signed(units: Sequence[Unit], grammar: Grammar) -> Sequence[Unit]:
    """Return the lines of the first who signed, where each of two or more has a post and a name of his own."""
    named = [at for at, unit in enumerate(units) if first(grammar.patterns["person"], unit.text)]
    signing = tuple(p for p in grammar.patterns["signature"] if "name" in p.regex.groupindex)
    if len(named) < 2 or not all(first(signing, units[at].text) for at in named):
        return units
    starts = [0, *(at + 1 for at in named[:-1])]
    posts = [join(u.own for u in units[a : b + 1]).text for a, b in zip(starts, named, strict=True)]
    return units[: named[0] + 1] if all(len(post.split()) > 3 for post in posts) else units


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


def _commencement(clauses: Sequence[Clause], grammar: Grammar) -> str | None:
    """Return the rule by which the act comes into force, as its last own provision prints it."""
    own = [c for c in clauses if not c.eid.startswith("att_") and c.kind not in {"note", "quoted", "preamble"}]
    for clause in reversed(own[-40:]):
        found = first(grammar.patterns["commencement"], clause.text)
        if found:
            return found["rule"].strip()
    return None
