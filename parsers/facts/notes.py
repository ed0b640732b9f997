"""Amendments that editorial notes of a consolidated text tell of, and provisions repealed in place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models import Amendment
from parsers.facts.mentions import printed_date
from parsers.facts.provisions import Path, Run, eid_of, find_runs, steps_of, under, within
from parsers.facts.view import Found, Source, View, apart, fold, latin_roman

_NOTE = re.compile(r"__note(?:_\d+)?$")
_BRACKET = re.compile(r"\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
# A notice of an amendment to come is short; it may stand in the tree as an unnumbered part.
_MAX_NOTICE = 700
_DOUBLED = re.compile(r"(\d+)(\d)$")


def is_note(view: View, source: Source) -> bool:
    """Return whether a clause is an editorial note, or the trace that a repealed provision leaves."""
    folded = view.folded
    if not any(True for _ in source.matches("note_source", folded)):
        return False
    if view.clause.kind == "note":
        return source.hints("note_operation", folded)
    return source.hints("repealed_text", folded) or (len(folded) < _MAX_NOTICE and source.hints("foreseen", folded))


def find_noted(view: View, source: Source) -> list[Amendment]:
    """Return the amendments of a note: one for each amending act and each provision that it changed."""
    sources = apart(list(source.matches("note_source", view.folded)))
    operations = apart(list(source.matches("note_operation", view.folded)))
    if not sources or not operations:
        return []
    home = _home(view)
    made: list[Amendment] = []
    for at, one in enumerate(sources):
        operation = _operation(one, operations)
        edge = sources[at + 1].start if at + 1 < len(sources) else len(view.folded)
        rule = _effective(view, one.stop, edge, source)
        targets = _targets(view, source, operation, sources, home)
        first = operations[0]
        if first.pattern.sets["operation"] == "insert" and operation is not first and home in targets:
            targets = [home]  # the container that it was inserted into is not what changed later
        for eid in targets:
            made.append(_row(view, source, one, operation, eid, rule))
    return made


def _home(view: View) -> str:
    """Return the eid of the provision that a note stands under."""
    clause = view.clause
    if clause.kind == "alinea" and clause.parent_eid:
        return clause.parent_eid
    return _NOTE.sub("", clause.eid) if clause.kind == "note" else clause.eid


def _operation(one: Found, operations: Sequence[Found]) -> Found:
    """Return the operation that goes with an amending act: the last before it, or else the first after it."""
    before = [o for o in operations if o.start < one.start]
    return before[-1] if before else operations[0]


def _effective(view: View, start: int, stop: int, source: Source) -> str | None:
    """Return the bracket after an amending act that says when it takes effect."""
    for match in _BRACKET.finditer(view.text, start, stop):
        if source.hints("rule_in_force", view.folded[slice(*match.span(1))]):
            return match[1].strip()
    return None


def _targets(view: View, source: Source, operation: Found, sources: Sequence[Found], home: str) -> list[str | None]:
    """Return the eids of the amended provisions, as the tree names them."""
    after_sources = operation.start > sources[-1].stop
    edge = next((s.start for s in sources if s.start > operation.start), sources[0].start)
    edge = len(view.folded) if after_sources else edge
    lead = next((f.stop for f in source.matches("note_lead", view.folded)), 0)
    head_stop = min(operation.start, sources[0].start)
    head = find_runs(view.folded, source.grammar, lead, head_stop)
    paths = _paths(head)
    if operation.pattern.sets.get("operation") == "insert":
        inserted_from = operation.stop if edge > operation.stop and not after_sources else sources[-1].stop
        stop = edge if not after_sources else operation.stop
        inserted = _paths(find_runs(view.folded, source.grammar, inserted_from, stop))
        if inserted:
            paths = [under(paths[0] if paths else (), path) for path in inserted]
    words = view.folded[lead:head_stop]
    if not paths:
        return _without_number(view, words, home, operation, source)
    heading = "__heading" if source.hints("heading_word", words) else ""
    return [resolve(path, home, source) + heading for path in paths]


def _paths(runs: Sequence[Run]) -> list[Path]:
    return [reference.path for run in runs for reference in run.references]


def _without_number(view: View, words: str, home: str, operation: Found, source: Source) -> list[str | None]:
    """Return what a note that names no number speaks of: the preamble, the heading, or where it stands."""
    heading, preamble = source.hints("heading_word", words), source.hints("preamble_word", words)
    if home in {"title", ""}:
        named: list[str | None] = [*(["title"] if heading else []), *(["preamble"] if preamble else [])]
        gone = operation.pattern.sets["operation"] == "repeal"
        whole = not gone or any(p.regex.search(view.text) for p in source.grammar.patterns["whole_repealed"])
        return named or ([None] if whole else [])
    if preamble:
        return ["preamble"]
    return [f"{home}__heading" if heading else home]


def resolve(path: Path, home: str, source: Source) -> str:
    """Return the eid of a path that a note at `home` names: the nearest provision of the tree that fits it."""
    named = eid_of(path)
    if not named:
        return home
    for candidate in _candidates(named, home, source):
        if candidate == home or candidate in source.clauses:
            return candidate
    return eid_of(within(steps_of(home), path))


def _existing(home: str, source: Source) -> str | None:
    return home if home in source.clauses else None


def _candidates(named: str, home: str, source: Source) -> Iterator[str]:
    """Yield eids that a printed reference can mean, the likeliest first.

    A figure printed as superscript loses its dash in some texts: "253" for article 25-3.
    """
    spellings = [named]
    doubled = _DOUBLED.search(named.split("__", maxsplit=1)[0])
    if doubled and "-" not in named.split("__", maxsplit=1)[0]:
        first, *rest = named.split("__")
        spellings.append("__".join([f"{first[: -len(doubled[0])]}{doubled[1]}-{doubled[2]}", *rest]))
    for spelling in spellings:
        if home == spelling or home.endswith(f"__{spelling}"):
            yield home
        yield from (f"{c.eid}__{spelling}" for c in source.ancestors(_existing(home, source)))
        yield spelling


def _row(view: View, source: Source, one: Found, operation: Found, target: str | None, rule: str | None) -> Amendment:
    place = source.place(view, 0, len(view.text), 0.95)
    where = one.span("number")
    issuer = view.text[operation.stop : one.start].strip(" -–—,:;.(") if operation.stop < one.start else ""
    return Amendment(
        eid=place.eid,
        span=place.span,
        page=place.page,
        confidence=place.confidence,
        rule=f"note-{operation.rule}",
        source="note",
        operation=operation.pattern.sets["operation"],
        target_number=source.act.number,
        target_date=source.act.adopted_on,
        target_eid=target,
        amending_issuer=_issuer(issuer, source),
        amending_number=latin_roman(view.text[slice(*where)].strip(" .,-"), source.grammar) if where else None,
        amending_date=printed_date(one, source.grammar),
        effective_rule=rule,
    )


def _issuer(printed: str, source: Source) -> str | None:
    """Return the issuer as the note prints it, or None where other words, or only the country, stand there."""
    words = printed.split()
    noise = {*source.grammar.words["issuer_noise"], *source.grammar.maps["act_types"]}
    while words and fold(words[0], source.grammar) in noise:
        words.pop(0)
    while words and fold(words[-1], source.grammar) in noise:
        words.pop()
    return " ".join(words) if len(words) > 1 and not re.search(r"[();\d]", printed) else None
