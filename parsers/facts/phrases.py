"""What a term is counted from, who acts and what is done: printed phrases around a term."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models import Clause
from parsers.facts.view import Found, Sentence, Source, View, fold

_TRIM = " ,;:.-–—"
_MAX_TRIGGER_WORDS = 14
_WINDOW = 400  # characters before a term in which its event is looked for: keeps long sentences linear


@dataclass(frozen=True, slots=True)
class Phrases:
    """Printed phrases of a deadline, None where the sentence names none."""

    trigger: str | None
    actor: str | None
    action: str | None


def phrases(
    found: Found, term: tuple[int, int], view: View, source: Source, sentence: Sentence, first: bool
) -> Phrases:
    """Return the trigger, the actor and the action of a term."""
    trigger = _trigger(found, term, view, source, sentence)
    start, stop = term
    if trigger:
        start, stop = min(start, trigger[0]), max(stop, trigger[1])
    actor = _actor(view, source, sentence, start) if first else None
    return Phrases(
        view.text[slice(*trigger)].strip(_TRIM) if trigger else None,
        actor or _inherited(view, source),
        _action(view, sentence, (start, stop), actor),
    )


def _trigger(
    found: Found, term: tuple[int, int], view: View, source: Source, sentence: Sentence
) -> tuple[int, int] | None:
    """Return where the event or the calendar point is printed: inside the match, right after it, or right before."""
    inside = found.span("point") or found.span("trigger")
    if inside:
        return inside
    for group, at in (("trigger_after", term[1]), ("trigger_before", term[0])):
        for pattern in source.grammar.patterns[group]:
            if group == "trigger_after":
                match = pattern.regex.match(view.folded, at, sentence.stop)
                if match:
                    return match.span("trigger")
            else:
                floor = max(sentence.start, at - _WINDOW)
                match = pattern.regex.search(view.folded[floor:at])
                if match:
                    return _event(view, source, floor, floor + match.end())
    return None


def _event(view: View, source: Source, floor: int, stop: int) -> tuple[int, int]:
    """Return the phrase of an event that ends at `stop`: back to a comma, a clause end or the sentence's start."""
    ends = set(source.grammar.words["clause_ends"])
    start = stop
    for count, match in enumerate(reversed(list(re.finditer(r"\S+", view.folded[floor:stop])))):
        word = match[0]
        if count >= _MAX_TRIGGER_WORDS or (count and (word[-1] in ",;:)" or word in ends)):
            break
        start = floor + match.start()
    return start, stop


def _actor(view: View, source: Source, sentence: Sentence, before: int) -> str | None:
    """Return the subject that a pattern of [[pattern.actor]] finds at the head of the sentence."""
    for pattern in source.grammar.patterns["actor"]:
        match = pattern.regex.match(view.folded[sentence.start : sentence.stop].rstrip())
        if match:
            start, stop = match.span("actor")
            return view.text[sentence.start + start : sentence.start + stop].strip(_TRIM) or None
    return None


def _inherited(view: View, source: Source) -> str | None:
    """Return the actor that the lead-in of the parent names ("The Department shall: 1) ...")."""
    parent = source.clauses.get(view.clause.parent_eid or "")
    if parent is None or not parent.text.rstrip().endswith(":"):
        return None
    return lead_actor(parent, source)


def lead_actor(clause: Clause, source: Source) -> str | None:
    """Return whom a lead-in tells to act."""
    folded = fold(clause.text, source.grammar)
    for pattern in source.grammar.patterns["lead_actor"]:
        match = pattern.regex.match(folded)
        if match:
            return clause.text[slice(*match.span("actor"))].strip(_TRIM) or None
    return None


def _action(view: View, sentence: Sentence, term: tuple[int, int], actor: str | None) -> str | None:
    """Return the rest of the sentence without the term, its trigger and the actor."""
    rest = view.text[sentence.start : term[0]].strip() + " " + view.text[term[1] : sentence.stop].strip()
    rest = " ".join(rest.split()).strip(_TRIM)
    if actor and rest.startswith(actor):
        rest = rest[len(actor) :].strip(_TRIM)
    return rest or None
