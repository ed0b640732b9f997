"""Amendments that an amending act commands: a closed catalogue of formulas over the tree of lead-ins.

What a command changes is said in pieces: the act in one lead-in, the approved document in the next, the article in a
third, the paragraph in the command. `Scope` is what the lead-ins above a clause have said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models import Amendment, Citation, Clause, Issue
from parsers.facts.citations import same_document
from parsers.facts.mentions import Cited, Memory, find_mentions
from parsers.facts.provisions import Path, Reference, Run, chained, eid_of, find_runs, under
from parsers.facts.view import Found, Source, View, apart, fold

_QUOTED = re.compile(r'«[^«»]*(?:«[^«»]*»[^«»]*)*»|"[^"]*"')
_DIGIT = re.compile(r"\d")
_GLUED = re.compile(r"(.*\d)(?:\.[a-z]{3,4}|[^\W\d_]{5,})")
_MASK = "¤"
_NEAR = 25  # characters between the word for a title and the provision named beside it
_AT_END = 40  # characters after the act that a lead-in ends with: a provision of it, a colon
_COMMAND_KINDS = {"mod", "paragraph", "subparagraph", "alinea", "article"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What the lead-ins above a command name: the act, the approved document, the provision."""

    act: Cited | None = None
    doc: str | None = None
    base: Path = ()
    amending: bool = False
    named_by: str = ""  # the clause that names the document


class Commands:
    """Reads the commands of one act, clause by clause in document order."""

    def __init__(self, source: Source, memory: Memory) -> None:
        self.source = source
        self.memory = memory
        self.scopes: dict[str | None, Scope] = {None: Scope()}
        self.quoted: dict[str, str] = {}
        self.repealing = self._repealing()
        self.heads: set[str] = set()
        for clause in source.act.clauses:
            if clause.kind == "quoted" and clause.parent_eid:
                self.quoted[clause.parent_eid] = clause.text
            if clause.kind in {"mod", "quoted"}:
                self.heads.update(c.eid for c in source.ancestors(clause.parent_eid))
        self.heads |= self._led()

    def _led(self) -> set[str]:
        """Return the eids of lead-ins that end with the name of an act, over commands that quote no new text."""
        found: set[str] = set()
        for view in self.source.views:
            parent = self.source.clauses.get(view.clause.parent_eid or "")
            if parent is None or parent.eid in found or view.clause.kind not in _COMMAND_KINDS:
                continue
            lead = fold(parent.text, self.source.grammar).rstrip()
            if not lead.endswith(":") or not self.source.hints("formula_hint", view.folded):
                continue
            changes = any(f.rule != "repealed" for f in self._formulas(mask(view.folded)))
            if changes and any(len(lead) - f.stop <= _AT_END for f in self.source.matches("cited_act", lead)):
                found.add(parent.eid)
        return found

    def repeals(self, view: View, citations: Sequence[Citation]) -> list[Amendment]:
        """Return a repeal for every act or provision that a clause names, where it commands or lists repeals."""
        clause = view.clause
        named = [c for c in citations if c.scope == "external"]
        if clause.kind not in _COMMAND_KINDS or not named or self._scope(clause.parent_eid).amending:
            return []
        own = [f.rule for f in self._formulas(mask(view.folded))] == ["repealed"]
        if not own and clause.parent_eid not in self.repealing and self.source.container(clause) not in self.repealing:
            return []
        return [self._repeal(view, citation) for citation in named]

    def _repeal(self, view: View, cited: Citation) -> Amendment:
        act = self.source.act
        return Amendment(
            eid=cited.eid,
            span=cited.span,
            page=cited.page,
            confidence=cited.confidence,
            rule="command-repealed",
            source="command",
            operation="repeal",
            target_number=cited.target_number,
            target_date=cited.target_date,
            target_eid=cited.target_provision,
            amending_issuer=act.issuer,
            amending_number=bare_number(act.number),
            amending_date=act.adopted_on,
        )

    def _repealing(self) -> set[str]:
        """Return the eids of lead-ins and attachments whose items are acts that lose force."""
        found: set[str] = set()
        for view in self.source.views:
            clause, parent = view.clause, self.source.clauses.get(view.clause.parent_eid or "")
            heading = fold(clause.heading.text, self.source.grammar) if clause.heading else ""
            if clause.kind == "attachment" and self.source.hints("repeal_list", heading):
                found.add(clause.eid)
            elif not self.source.hints("formula_hint", view.folded):
                continue
            elif [f.rule for f in self._formulas(mask(view.folded))][-1:] == ["repealed"]:
                if view.text.rstrip().endswith(":"):
                    found.add(clause.eid)
                elif clause.kind == "subparagraph" and parent and parent.text.rstrip().endswith(":"):
                    found.add(parent.eid)  # the verb that closes a whole list stands in its last item
        return found

    def target_of(self, clause: Clause) -> Cited | None:
        """Return the act that a clause amends, where it stands in an amending command."""
        scope = self._scope(clause.parent_eid)
        return scope.act if scope.amending else None

    def _scope(self, eid: str | None) -> Scope:
        for clause in self.source.ancestors(eid):
            if clause.eid in self.scopes:
                return self.scopes[clause.eid]
        return Scope()

    def read(self, view: View) -> tuple[list[Amendment], list[Issue], bool]:
        """Return the amendments of a clause, what no formula fits, and whether it is a command at all."""
        clause = view.clause
        if clause.kind not in _COMMAND_KINDS:
            return [], [], False
        hinted = self.source.hints("formula_hint", view.folded)
        if not (hinted or clause.eid in self.heads or self._scope(clause.parent_eid).amending):
            return [], [], False
        masked = mask(view.folded)
        formulas = self._formulas(masked) if hinted else []
        scope = self._scope(clause.parent_eid)
        scope = self._with_act(view, masked, scope, bool(formulas))
        must = clause.kind == "mod" or clause.eid in self.quoted
        if not (scope.amending or must or (formulas and scope.act)):
            return [], [], False
        if not formulas or (masked.rstrip().endswith(":") and not self._has_text(clause) and not formulas):
            led = self._lead(view, masked, scope)
            self._pass_on(view, scope)
            return [], self._unfit(view, must and not led), led or self._scope(clause.parent_eid).amending
        made, base = self._rows(view, masked, scope, formulas)
        led_in = replace(scope, amending=True, base=base)
        if base != scope.base:
            self._remember(clause, led_in)
        else:  # a command says nothing of the next one
            self.scopes[clause.eid] = led_in
        return made, ([] if made else self._unfit(view, True)), True

    def _pass_on(self, view: View, scope: Scope) -> None:
        """Tell the attachment of this act that holds the changes which act they go into."""
        folded, grammar = view.folded, self.source.grammar
        found = list(self.source.matches("own_annex", folded))
        named = _references([run for f in found for run in find_runs(folded, grammar, f.start, f.stop)])
        eids = [eid_of(r.path[:1]) for r in named] or ["att_1"] * self.source.hints("attached", folded)
        if scope.act and scope.amending:
            self.scopes.update({eid: scope for eid in eids if eid.startswith("att_")})

    def _has_text(self, clause: Clause) -> bool:
        return clause.eid in self.quoted

    def _formulas(self, masked: str) -> list[Found]:
        return apart(list(self.source.matches("formula", masked)))

    def _unfit(self, view: View, really: bool) -> list[Issue]:
        if not really:
            return []
        place = self.source.place(view, 0, len(view.text))
        return [Issue("unfit-amendment", f"no formula fits: {view.text[:120]}", place.span, place.page, place.eid)]

    # -- lead-ins

    def _with_act(self, view: View, masked: str, scope: Scope, command: bool) -> Scope:
        """Return the scope with the act and the document that this clause names itself."""
        leads = list(self.source.matches("formula_lead", masked))
        head = view.clause.eid in self.heads and view.text.rstrip().endswith(":")
        if not (leads or scope.amending or command or head):
            return scope
        mentions = [m for m in find_mentions(view, self.source, self.memory) if m.act and m.bare]
        named = next((m for m in mentions if m.act and (m.act.number or m.act.title)), None)
        if named is None:
            return replace(scope, amending=scope.amending or bool(leads) or head)
        fresh = named.rule != "named-before" or named.act != scope.act
        if not fresh and scope.base and view.folded[: named.start].rstrip().endswith((";", ":", ".")) and not leads:
            return scope  # it is named for a later command of the same clause
        if fresh and not (leads or command or not scope.amending or view.text.rstrip().endswith(":")):
            return scope
        return Scope(named.act, named.doc, (), scope.amending or bool(leads) or head, view.clause.eid)

    def _lead(self, view: View, masked: str, scope: Scope) -> bool:
        """Take a clause without a formula as a lead-in, if it names a provision or an act and ends with a colon."""
        if view.clause.eid in self.quoted:
            return False
        runs = self._targets(view, masked, 0, len(masked))
        ends = masked.rstrip(" ;.").endswith(":")
        if not ends and not (runs and view.clause.kind == "mod"):
            return False
        if ends and (runs or self.source.hints("preamble_word", masked)):
            scope = replace(scope, base=chained(scope.base, runs[-1:])[-1] if runs else (("preamble", ""),))
        self._remember(view.clause, scope)
        return ends

    def _remember(self, clause: Clause, scope: Scope) -> None:
        """Keep a lead-in for what the clause holds, and, where it holds nothing itself, for what follows it."""
        self.scopes[clause.eid] = scope
        if clause.kind in {"alinea", "mod"} and clause.parent_eid:
            self.scopes[clause.parent_eid] = scope

    # -- commands

    def _rows(self, view: View, masked: str, scope: Scope, formulas: Sequence[Found]) -> tuple[list[Amendment], Path]:
        made: list[Amendment] = []
        start = 0
        base = scope.base
        named, last = list[Path](), list[Path]()
        for at, formula in enumerate(formulas):
            paths, heading, base = self._paths(view, masked, formula, start, base, last)
            last = paths or last
            if formula.pattern.sets["operation"] == "amend":  # more words of the provision that was named last
                paths = named = paths or named
            paths = paths or ([base] if base and not formula.get("inserted") else [])
            eids = self._eids(view, masked, formula, paths, heading, scope, start)
            operation = self._operation(view, masked[start : formula.start], formula, paths, scope)
            new = self._new_text(view, formula, start) if len(formulas) == 1 or at == len(formulas) - 1 else None
            made += [self._row(view, formula, operation, eid, scope, new, start) for eid in eids]
            start = formula.stop
        return _distinct(made), base

    def _paths(
        self, view: View, masked: str, formula: Found, start: int, base: Path, last: Sequence[Path]
    ) -> tuple[list[Path], bool, Path]:
        """Return the paths that a formula changes, whether it is their heading, and the base for the next formula.

        `last`: the provision that the formula before it changed; what is inserted in the same breath stands beside it.
        """
        source = self.source
        inserted = formula.span("inserted")
        operation = formula.pattern.sets["operation"]
        stop = formula.start
        colon = masked.rfind(":", start, stop) + 1 or start
        led = chained(base, self._targets(view, masked, start, colon)) if colon > start else []
        base = led[-1] if led else base
        if operation == "insert" and inserted:
            new = find_runs(masked, source.grammar, *inserted)
            above = chained(base, self._targets(view, masked, colon, stop))
            beside = bool(last) and not re.search("[;:]", masked[start:stop])
            root = above[-1] if above else last[-1] if beside else base
            return [under(root, r.path) for r in _references(new)], False, base
        runs = self._targets(view, masked, colon, stop, after=operation == "amend")
        tail = self._targets(view, masked, formula.stop, self._edge(masked, formula)) if not runs else []
        words = masked[colon:stop] if runs or not tail else masked[formula.stop :]
        heading = source.hints("heading_word", words)
        found = chained(base, runs or tail)
        if not runs and source.hints("annex_of", masked[colon:stop]):
            found = [(("att", "1"),)]
        return found, heading, base

    def _edge(self, masked: str, formula: Found) -> int:
        cut = re.compile(r"[;:]").search(masked, formula.stop)
        return cut.start() if cut else len(masked)

    def _targets(self, view: View, masked: str, start: int, stop: int, after: bool = False) -> list[Run]:
        """Return the provisions named in part of a command, without this act's own annexes and cited acts' own."""
        hidden = [
            (f.start, f.stop)
            for group in ("own_annex", "gazette")
            for f in self.source.matches(group, masked, start, stop)
        ]
        if after:
            hidden += [(f.start, f.stop) for f in self.source.matches("position_word", masked, start, stop)]
        runs = find_runs(masked, self.source.grammar, start, stop)
        kept = [r for r in runs if all(r.stop <= a or b <= r.start for a, b in hidden)]
        return [replace(r, nested=self._owned(r, masked)) for r in kept]

    def _owned(self, run: Run, masked: str) -> bool:
        """Return whether the words after an attachment name the attached document that it is an attachment of."""
        behind = _MASK + masked[run.stop : run.stop + 2 * _NEAR]
        return run.references[-1].path[0][0] == "att" and self.source.hints("other_owner", behind)

    def _eids(
        self,
        view: View,
        masked: str,
        formula: Found,
        paths: Sequence[Path],
        heading: bool,
        scope: Scope,
        start: int,
    ) -> Iterator[str | None]:
        operation = formula.pattern.sets["operation"]
        words = masked[start : formula.stop]
        if paths:
            whole = self._document(scope)
            if operation == "amend" and (whole or scope.doc is None) and self._title_too(masked, start, formula.start):
                yield f"{whole}__heading" if whole else "title"
            for eid in dict.fromkeys(eid_of(path) for path in paths):
                yield eid + ("__heading" if heading and operation == "new_redaction" else "")
        elif self.source.hints("preamble_word", words):
            yield "preamble"
        elif heading:
            whole = self._document(scope)
            if not _DIGIT.search(words) and (scope.doc is None or whole):
                yield f"{whole}__heading" if whole else "title"
        elif operation != "insert":
            yield self._document(scope)

    def _title_too(self, masked: str, start: int, stop: int) -> bool:
        """Return whether a command names the title beside provisions: "in the title and point 1 the words ..."."""
        runs = find_runs(masked, self.source.grammar, start, stop)
        edge = runs[0].start if runs else start
        joints = self.source.grammar.patterns["joint"]
        found = [f for f in self.source.matches("heading_word", masked, start, edge) if edge - f.stop <= _NEAR]
        return any(p.regex.match(masked, f.stop) for f in found for p in joints)

    def _document(self, scope: Scope) -> str | None:
        """Return the eid of a whole approved document: `att_1` where the act's title approves just that one."""
        if scope.doc is None:
            return None
        title = scope.act.title if scope.act else None
        return "att_1" if title and same_document(scope.doc, title, self.source) else None

    def _new_text(self, view: View, formula: Found, start: int) -> str | None:
        quoted = self.quoted.get(view.clause.eid)
        if quoted is not None:
            return _bare(quoted)
        parts = list(_QUOTED.finditer(view.folded, start, len(view.folded)))
        if not parts or formula.rule == "words-struck":
            return None
        last = parts[-1]
        return _bare(view.text[last.start() : last.end()])

    def _operation(self, view: View, words: str, formula: Found, paths: Sequence[Path], scope: Scope) -> str:
        """Return the operation; less than a provision (a sentence, a named row) only amends the nearest one."""
        operation = formula.pattern.sets["operation"]
        if operation == "insert" or self.source.hints("preamble_word", words):
            return operation
        if operation == "new_redaction" and self.source.hints("heading_word", words):
            return operation
        if self.source.hints("part_word", words):
            return "amend"
        unnamed = not paths or all(path == scope.base for path in paths)
        elsewhere = scope.doc is not None and scope.named_by != view.clause.eid
        return "amend" if unnamed and (elsewhere or scope.base) and not words.isspace() else operation

    def _row(
        self, view: View, formula: Found, operation: str, eid: str | None, scope: Scope, new: str | None, start: int
    ) -> Amendment:
        source, act = self.source, scope.act
        place = source.place(view, start, formula.stop, 0.9 if act else 0.6)
        return Amendment(
            eid=place.eid,
            span=place.span,
            page=place.page,
            confidence=place.confidence,
            rule=f"command-{formula.rule}",
            source="command",
            operation=operation,
            target_number=act.number if act else None,
            target_date=act.on if act else None,
            target_eid=eid or None,
            target_part=scope.doc,
            amending_issuer=source.act.issuer,
            amending_number=bare_number(source.act.number),
            amending_date=source.act.adopted_on,
            new_text=new if operation != "repeal" else None,
        )


def bare_number(number: str | None) -> str | None:
    """Return the number of an act without a word or the ending of a file's name that is glued to it."""
    glued = _GLUED.fullmatch(number or "")
    return glued[1] if glued else number


def _references(runs: Sequence[Run]) -> Iterator[Reference]:
    for run in runs:
        yield from run.references


def _distinct(rows: Sequence[Amendment]) -> list[Amendment]:
    """Return one row for each provision and operation of a command, the first."""
    kept: dict[tuple[str, str | None], Amendment] = {}
    for row in rows:
        kept.setdefault((row.operation, row.target_eid), row)
    return list(kept.values())


def _bare(quoted: str) -> str:
    """Return quoted text without its outer quotes and the closing mark of the command."""
    return quoted.strip().rstrip(";.").strip().strip('«»“”„"').strip()


def mask(folded: str) -> str:
    """Return the text with quoted stretches blotted out, as long as it was; a quoted letter is a provision's number."""
    return _QUOTED.sub(lambda m: m[0] if len(m[0]) == len("«a»") else _MASK * len(m[0]), folded)
