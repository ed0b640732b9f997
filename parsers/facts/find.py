"""Find all facts of an act: each kind of fact has its module, each rule is a pattern of the grammar."""

from __future__ import annotations

from dataclasses import dataclass, field

from models import Act, Amendment, Citation, Deadline, Definition, Facts, Grammar, Issue, Text
from parsers.facts.categories import find_categories
from parsers.facts.citations import Target, find_citations, stamp_citations
from parsers.facts.commands import Commands
from parsers.facts.deadlines import find_deadlines
from parsers.facts.definitions import find_definitions
from parsers.facts.mentions import Memory
from parsers.facts.notes import find_noted, is_note
from parsers.facts.positions import find_positions
from parsers.facts.view import Source, View

_NEAR = 100  # amendments among which those of the command above new text are looked for


@dataclass
class _Rows:
    deadlines: list[Deadline] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def find_facts(act: Act, text: Text, grammar: Grammar) -> tuple[Facts, tuple[Issue, ...]]:
    """Return the facts of the act, each kind in document order, and what no rule fits."""
    source = Source(act, text, grammar)
    memory = Memory()
    commands = Commands(source, memory)
    rows = _Rows()
    for view in source.views:
        if view.text:
            _read(view, source, memory, commands, rows)
    positions, unread = find_positions(act, text, grammar)
    facts = Facts(
        positions=positions,
        categories=find_categories(act, text, grammar, positions),
        deadlines=tuple(rows.deadlines),
        amendments=tuple(rows.amendments),
        citations=tuple(sorted([*rows.citations, *stamp_citations(source, rows.citations)], key=lambda c: c.span)),
        definitions=tuple(rows.definitions),
    )
    return facts, tuple(rows.issues) + unread


def _read(view: View, source: Source, memory: Memory, commands: Commands, rows: _Rows) -> None:
    """Add the facts of one clause."""
    if is_note(view, source):
        rows.amendments += find_noted(view, source)
        return
    if view.clause.kind == "note":
        return
    target = None
    if view.clause.kind == "quoted":
        told = [a.target_eid for a in rows.amendments[-_NEAR:] if a.eid == view.clause.parent_eid and a.target_eid]
        target = Target(commands.target_of(view.clause), tuple(told))
        memory = memory.copy()  # what new text of another act names is not named here
    rows.definitions += find_definitions(view, source, memory)
    amended, issues, is_command = commands.read(view)
    citations = find_citations(view, source, memory, is_command, target)
    amended = commands.repeals(view, citations) or amended
    rows.amendments += amended
    rows.issues += issues
    rows.citations += citations
    if not amended:  # words that a command replaces or adds set no deadline here
        rows.deadlines += find_deadlines(view, source)
