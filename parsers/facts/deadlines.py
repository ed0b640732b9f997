"""Deadlines: one row per term, each made by a pattern of [[pattern.deadline]]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models import Deadline
from parsers.facts.numbers import quantity
from parsers.facts.phrases import Phrases, phrases
from parsers.facts.view import Found, Sentence, Source, View, apart

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIME = re.compile(r"(\d{1,2})(?:\D+(\d{2}))?")
# A recurrence word governs a calendar point that stands at most this many characters away.
_NEAR = 90
# What a term means whose pattern names no relation: the contract leaves none without one.
_RELATIONS = {"commencement": "after", "duration": "within"}
# A count of so many years is the number of a year.
_YEARS = 1900


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline before its phrases are known, at characters `start:stop` of the clause."""

    found: Found
    start: int
    stop: int
    kind: str
    relation: str | None
    quantity: int | None = None
    unit: str | None = None
    recurrence: str | None = None
    time_from: str | None = None
    time_to: str | None = None


def find_deadlines(view: View, source: Source) -> list[Deadline]:
    """Return the deadlines of a clause, in order."""
    if not source.hints("deadline_hint", view.folded):
        return []
    made: list[Deadline] = []
    for sentence in view.sentences:
        if source.hints("deadline_hint", view.folded[sentence.start : sentence.stop]):
            terms = _terms(view, source, sentence)
            made += [_deadline(term, view, source, sentence, terms) for term in terms]
    return made


def _terms(view: View, source: Source, sentence: Sentence) -> list[Term]:
    folded = view.folded
    found = apart(list(source.matches("deadline", folded, sentence.start, sentence.stop)))
    if not found:
        return []
    vetoes = [(f.start, f.stop) for f in source.matches("deadline_veto", folded, sentence.start, sentence.stop)]
    terms = [_term(f, source) for f in found if not any(a < _core(f)[1] and _core(f)[0] < b for a, b in vetoes)]
    said = folded[sentence.start : sentence.stop]
    known = [t for t in terms if t and (not _is_every(t) or source.hints("recurring_predicate", said))]
    sure = [_commencing(t, view, source, sentence) for t in known if not _is_past(t, source)]
    return _merged([t for t in sure if t is not None], folded)


def _core(found: Found) -> tuple[int, int]:
    """Return the characters of the count itself, or of the whole match where there is no count."""
    return found.span("quantity") or (found.start, found.stop)


def _term(found: Found, source: Source) -> Term | None:
    """Return the term of a match, or None where its number cannot be read."""
    get = found.get
    kind = get("kind") or "period"
    relation = get("relation") or _RELATIONS.get(kind)
    term = Term(found, found.start, found.stop, kind, relation, recurrence=get("recurrence"))
    printed = get("quantity")
    if get("time_from"):
        return replace(term, time_from=_clock(get("time_from")), time_to=_clock(get("time_to")))
    if printed is None or printed == "none":
        return term
    count = quantity(printed, source.grammar)
    unit = _unit(found, source)
    if count is None or unit is None or (count >= _YEARS and "year" in unit):
        return None
    name, _, factor = unit.partition("*")
    return replace(term, quantity=count * int(factor or 1), unit=name)


def _unit(found: Found, source: Source) -> str | None:
    units = source.grammar.maps["units"]
    printed = found.get("unit") or ""
    modifier = found.get("modifier")
    whole = f"{modifier.strip()} {printed}" if modifier else printed
    return units.get(whole) or units.get(printed) or (printed if printed in units.values() else None)


def _clock(printed: str | None) -> str | None:
    match = _TIME.search(printed or "")
    return f"{int(match[1]):02d}:{match[2] or '00'}" if match else None


def _commencing(term: Term, view: View, source: Source, sentence: Sentence) -> Term | None:
    """Return the term as a commencement where the sentence says that an act enters into force then.

    None where the pattern saw an entry into force that is not an act's (a court's decision).
    """
    verbs = [f.stop for f in source.matches("in_force", view.folded, sentence.start, sentence.stop)]
    if term.kind == "commencement":
        return term if verbs else None
    near = any(abs(verb - edge) <= _NEAR for verb in verbs for edge in (term.start, term.stop))
    counted = term.relation in {"within", "after"} and term.quantity is not None
    return replace(term, kind="commencement") if near and counted and term.kind == "period" else term


def _merged(terms: Sequence[Term], folded: str) -> list[Term]:
    """Join a recurrence word to the calendar point it governs ("every year by 1 March" is one term)."""
    kept: list[Term] = []
    for term in terms:
        last = kept[-1] if kept else None
        if last and term.start - last.stop <= _NEAR and not set(";:") & set(folded[last.stop : term.start]):
            point, word = (term, last) if _is_point(term) else (last, term)
            if _is_point(point) and _is_every(word) and not _is_every(point):
                kept[-1] = replace(
                    point,
                    start=last.start,
                    stop=term.stop,
                    kind="recurring",
                    recurrence=word.recurrence or point.recurrence,
                )
                continue
            if (_is_clock(last) and _is_every(term)) or (_is_clock(term) and _is_every(last)):
                clock, every = (last, term) if _is_clock(last) else (term, last)
                kept[-1] = replace(clock, start=last.start, stop=term.stop, recurrence=every.recurrence)
                continue
        kept.append(term)
    return kept


def _is_past(term: Term, source: Source) -> bool:
    """Return whether a calendar point lies before the act was adopted: then it is no deadline."""
    year = _YEAR.search(term.found.get("point") or "")
    adopted = source.act.adopted_on
    return bool(year and adopted and int(year[0]) < adopted.year)


def _is_point(term: Term) -> bool:
    return term.found.get("point") is not None and term.kind != "commencement"


def _is_clock(term: Term) -> bool:
    return term.kind == "time_of_day"


def _is_every(term: Term) -> bool:
    return term.relation == "every" and term.quantity is None and not _is_clock(term)


def _deadline(term: Term, view: View, source: Source, sentence: Sentence, terms: Sequence[Term]) -> Deadline:
    said: Phrases = phrases(term.found, (term.start, term.stop), view, source, sentence, terms[0] is term)
    place = source.place(view, sentence.start, sentence.stop, float(term.found.get("trust") or 0.95))
    return Deadline(
        eid=place.eid,
        span=place.span,
        page=place.page,
        confidence=place.confidence,
        rule=term.found.rule,
        kind=term.kind,
        text=view.text[sentence.start : sentence.stop].strip(),
        quantity=term.quantity,
        unit=term.unit,
        relation=term.relation,
        recurrence=term.recurrence,
        time_from=term.time_from,
        time_to=term.time_to,
        trigger=said.trigger,
        actor=said.actor,
        action=said.action,
    )
