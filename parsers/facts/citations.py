"""Citations: provisions and acts that a clause names, inside the act and outside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models import Citation, Clause, Passage, Segment
from parsers.facts.mentions import Cited, Memory, Mention, find_mentions
from parsers.facts.provisions import Reference, Run, eid_of, find_runs, rank, steps_of, within
from parsers.facts.view import Source, View, fold

_SPACE = re.compile(r"\s+")
_PART = re.compile(r"(?<=__)al_(\d)")
_POINT = re.compile(r"(?<=__)para_(\d)")
_PRINTED = re.compile(r"(?:^[\"«“]?|[.;:] )(\d+(?:-\d+)?)[.)] ")
_OWNER, _STEM = 40, 5
_MAX_STAMP, _MAX_NESTING = 700, 2


@dataclass(frozen=True, slots=True)
class Link:
    """A reference (or none) with the mention (or none) that it belongs to, at characters `start:stop`."""

    reference: Reference | None
    mention: Mention | None
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a command changes: the act, and the eids of the provisions whose new text it quotes."""

    act: Cited | None
    eids: tuple[str, ...] = ()

    def holding(self, part: str, view: View, at: int) -> str | None:
        """Return the eid of the amended provision of a level that new text is part of at a character, if it is sure."""
        paths = [steps_of(eid) for eid in self.eids]
        whole = [path[: [kind for kind, _ in path].index(part) + 1] for path in paths if part in dict(path)]
        known = {eid_of(path): path[-1][1] for path in whole}
        if len(known) <= 1:
            return next(iter(known), None)
        printed = [(m.end(), m[1]) for m in _PRINTED.finditer(view.text, 0, at) if m[1] in known.values()]
        last = printed[-1][1] if printed else None
        return next((eid for eid, number in known.items() if number == last), None)


def find_citations(view: View, source: Source, memory: Memory, command: bool, target: Target | None) -> list[Citation]:
    """Return the citations of a clause.

    `command`: the clause amends an act, so a provision that it names without an act is its target, no citation.
    `target`: in quoted new text, the amended act, which "this act" means there.
    """
    mentions = find_mentions(view, source, memory)
    if not mentions and not source.hints("citation_hint", view.folded):
        return _by_heading(view, source)
    runs = _unpublished(find_runs(view.folded, source.grammar), view, source)
    made = _by_heading(view, source)
    annexed = list(_annexed(view, source, mentions))
    whole = {id(link.mention) for link in annexed}  # their only attachment is cited, not they
    named = [k for k in links(view, source, mentions, runs) if k.reference or id(k.mention) not in whole]
    for link in [*named, *annexed, *_attached(view, source, mentions)]:
        citation = _citation(link, view, source, command, target)
        if citation:
            made.append(citation)
    return _distinct(sorted(made, key=lambda c: c.span.start))


def _unpublished(runs: list[Run], view: View, source: Source) -> list[Run]:
    """Return the runs that do not stand in a bracket that says where an act was published."""
    if not runs:
        return runs
    gazettes = [(f.start, f.stop) for f in source.matches("gazette", view.folded)]
    return [run for run in runs if not any(a < run.stop and run.start < b for a, b in gazettes)]


def links(view: View, source: Source, mentions: Sequence[Mention], runs: Sequence[Run]) -> Iterator[Link]:
    """Join each run of provisions to the act that it belongs to; yield acts alone too."""
    outward = "inner-first" in source.grammar.words["provision_order"]
    used: set[int] = set()
    for run in runs:
        owner = _owner_after(run, view, source, mentions) if outward else _owner_before(run, view, mentions)
        if owner is not None:
            used.add(owner)
        elif any(m.act and m.start < run.start and run.stop < m.stop for m in mentions):
            continue  # the title of an act names it
        mention = mentions[owner] if owner is not None else None
        for reference in run.references:
            yield Link(reference, mention, *_reach(reference, run, mention))
    for at, mention in enumerate(mentions):
        if at not in used:
            yield Link(None, mention, mention.start, mention.stop)


def _reach(reference: Reference, run: Run, mention: Mention | None) -> tuple[int, int]:
    """Return the characters that print a reference: with the act where it stands beside it."""
    if mention is None:
        return reference.start, reference.stop
    first = min(r.start for r in run.references) == reference.start
    last = max(r.stop for r in run.references) == reference.stop
    if mention.start < run.start:
        return (mention.start if first else reference.start), reference.stop
    return reference.start, (mention.stop if last else reference.stop)


def _owner_before(run: Run, view: View, mentions: Sequence[Mention]) -> int | None:
    for at in range(len(mentions) - 1, -1, -1):
        mention = mentions[at]
        if mention.reach <= run.start and view.folded[mention.reach : run.start].strip(" №") == "":
            return at
        if mention.start < run.start < mention.reach and run.stop >= mention.stop - 2:
            return at
    return None


def _owner_after(run: Run, view: View, source: Source, mentions: Sequence[Mention]) -> int | None:
    for at, mention in enumerate(mentions):
        head = max(mention.head, mention.start)
        if head < run.stop:
            continue
        gap = view.folded[run.stop : head]
        bridged = any(p.regex.fullmatch(gap) for p in source.grammar.patterns["bridge"])
        approved = mention.doc and any(
            p.regex.fullmatch(gap.lstrip()) for p in source.grammar.patterns["approved_before"]
        )
        return at if bridged or approved else None
    return None


def _citation(link: Link, view: View, source: Source, command: bool, target: Target | None) -> Citation | None:
    mention, reference = link.mention, link.reference
    if view.clause.kind == "quoted" and (mention is None or mention.act is None):
        return _in_new_text(link, view, source, target)
    if mention is None:
        return _loose(link, view, source, command)
    act = mention.act
    if act is not None:
        if reference is None and not mention.bare:
            return None
        provision = eid_of(reference.path) if reference else _whole_document(mention, act, source)
        return _external(link, view, source, act, provision or None)
    if reference is None:
        return None
    return _internal(link, view, source, resolve(mention.base, reference, source), mention.trust, mention.rule)


def _in_new_text(link: Link, view: View, source: Source, target: Target | None) -> Citation | None:
    """Return a citation of the act that new text goes into, which names it "this", or names only its attachment.

    None where it names no provision, or one that is counted from a place that the command does not name.
    """
    mention, reference = link.mention, link.reference
    if reference is None or target is None or target.act is None:
        return None
    provision = eid_of(reference.path)
    if mention is None:
        # the stamp of an attachment ends the quotation that restates it: nothing refers to it there
        here = reference.path[0][0] == "att" and any(map(str.isalpha, view.text[link.stop :]))
        mention = Mention(link.start, link.stop, link.stop, "attachment-of-the-amended-act", None, trust=0.8)
        return _external(replace(link, mention=mention), view, source, target.act, provision) if here else None
    if mention.part:
        base = target.holding(mention.part, view, link.start)
        if base is None:
            return None
        provision = eid_of(within(steps_of(base), reference.path))
    return _external(link, view, source, target.act, provision or None)


def resolve(base: str, reference: Reference, source: Source) -> str:
    """Return the eid of a provision counted inside `base`; the act's own tree decides between readings."""
    provision = eid_of(reference.path)
    if not provision:
        return base
    if base and rank(reference.path[0][0]) <= rank(base.rsplit("__", 1)[-1].rpartition("_")[0]) != 0:
        return eid_of(within(steps_of(base), reference.path))
    bases = [base, *(c.eid for c in source.ancestors(base) if c.kind == "attachment" and c.eid != base)]
    readings = [f"{b}__{provision}" if b else provision for b in bases]
    for spelling in (str, _numbered_part, _listed_point):
        for reading in readings:
            if spelling(reading) in source.clauses:
                return spelling(reading)
    outer = [r for r in readings if r.count("att_") <= _MAX_NESTING]
    return (outer or readings)[0]


def _numbered_part(eid: str) -> str:
    """Return the eid with its parts as numbered ones: in some codes "part 3" of an article is printed "3."."""
    return _PART.sub(r"para_\1", eid)


def _listed_point(eid: str) -> str:
    """Return the eid with the points of an article as list items: in Uzbek laws the point of an article is "1)"."""
    return _POINT.sub(r"subpara_\1", eid)


def _loose(link: Link, view: View, source: Source, command: bool) -> Citation | None:
    """Return a citation of a provision named without its act, where the act has exactly such a provision."""
    assert link.reference is not None
    provision = eid_of(link.reference.path)
    if not provision or (command and not _own_annex(link, view, source)) or _of_another(link, view, source):
        return None
    annex = eid_of(link.reference.path[:1]) if link.reference.path[0][0] == "att" else provision
    spelled = (provision, _numbered_part(provision), _listed_point(provision))
    provision = next((eid for eid in spelled if eid in source.clauses), provision)
    for clause in source.ancestors(view.clause.eid):
        inside = f"{clause.eid}__{provision}"
        if inside == view.clause.eid:
            return None
        if inside in source.clauses or (annex != provision and f"{clause.eid}__{annex}" in source.clauses):
            return _internal(link, view, source, inside, 0.8, "provision-without-act")
    if (provision in source.clauses or annex in source.clauses) and provision != view.clause.eid:
        return _internal(link, view, source, provision, 0.8, "provision-without-act")
    if not source.container(view.clause) and _own_annex(link, view, source):
        return _internal(link, view, source, provision, 0.7, "own-annex-that-is-not-here")
    return None


def _own_annex(link: Link, view: View, source: Source) -> bool:
    """Return whether a command names an attachment of its own act, as the place of what it adopts or repeals."""
    return any(f.start <= link.start and link.stop <= f.stop for f in source.matches("own_annex", view.folded))


def _of_another(link: Link, view: View, source: Source) -> bool:
    """Return whether the words around a provision name a document other than the one that it is cited in."""
    around = view.folded[max(link.start - _OWNER, 0) : link.start] + "¤" + view.folded[link.stop : link.stop + _OWNER]
    here = source.clauses.get(source.container(view.clause))
    heading = fold(here.heading.text, source.grammar) if here and here.heading else ""
    owners = [found.get("owner") or "" for found in source.matches("other_owner", around)]
    return any(owner[:_STEM] not in heading for owner in owners)


def _internal(link: Link, view: View, source: Source, eid: str, trust: float, rule: str) -> Citation:
    place = source.place(view, link.start, link.stop, trust)
    return Citation(
        eid=place.eid,
        span=place.span,
        page=place.page,
        confidence=place.confidence,
        rule=rule,
        scope="internal",
        text=view.text[link.start : link.stop].strip(),
        target_provision=eid,
    )


def _external(link: Link, view: View, source: Source, act: Cited, provision: str | None) -> Citation:
    assert link.mention is not None
    place = source.place(view, link.start, link.stop, link.mention.trust)
    return Citation(
        eid=place.eid,
        span=place.span,
        page=place.page,
        confidence=place.confidence,
        rule=link.mention.rule,
        scope="external",
        text=view.text[link.start : link.stop].strip(),
        target_type=act.kind,
        target_number=act.number,
        target_date=act.on,
        target_title=act.title or link.mention.doc,
        target_provision=provision,
    )


def _whole_document(mention: Mention, act: Cited, source: Source) -> str | None:
    """Return `att_1` where the document that an act approved is named whole and the act's title approves just that."""
    if mention.doc is None or act.title is None or mention.rule != "named-before":
        return None
    return "att_1" if same_document(mention.doc, act.title, source) else None


def same_document(document: str, title: str, source: Source) -> bool:
    """Return whether the title of an act ("On approving the Rules of X") names this document."""
    words = [w[:5] for w in re.findall(r"\w{4,}", fold(document, source.grammar))][:8]
    head = "inner-first" in source.grammar.words["provision_order"]  # what it is called stands first there
    there = {w[:5] for w in re.findall(r"\w{4,}", fold(title, source.grammar))}
    named = bool(words) and (words[0] in there or not head)
    return named and sum(w in there for w in words) >= 0.75 * len(words)


def _attached(view: View, source: Source, mentions: Sequence[Mention]) -> Iterator[Link]:
    """Yield the single unnumbered attachment that a clause refers to ("the attachment to this order")."""
    for found in source.matches("attached", view.folded):
        owner = next((m for m in mentions if m.start < found.stop and found.start < m.stop), None)
        base = owner.base if owner and owner.act is None else source.container(view.clause) if found.get("own") else ""
        if (owner and owner.act is not None) or (owner is None and found.get("owner")):
            continue
        fake = Mention(found.start, found.stop, found.stop, found.rule, None, base)
        number = "1" if base else _plain(source)
        yield Link(Reference((("att", number),), found.start, found.stop), fake, found.start, found.stop)


def _plain(source: Source) -> str:
    """Return the number of the attachment whose stamp says "annex" and no number: others only say "approved"."""
    patterns = (*source.grammar.patterns["stamp_start"], *source.grammar.patterns["stamp_end"])
    end, bare = 0, []
    for view in source.views:
        clause = view.clause
        if clause.kind == "attachment" and clause.num is None and "__" not in clause.eid:
            stop = clause.heading.locate(0, len(clause.heading.text)).start if clause.heading else clause.span.start
            lines = source.text.string[max(end, stop - _MAX_STAMP) : stop].splitlines()
            found = [p.regex.search(line.strip(" \t>*")) for line in lines for p in patterns]
            bare += [clause.eid.rpartition("_")[2]] * any(m and m.groupdict().get("printed") for m in found)
        end = max(end, clause.span.stop)
    return bare[0] if bare else "1"


def _annexed(view: View, source: Source, mentions: Sequence[Mention]) -> Iterator[Link]:
    """Yield the single unnumbered attachment of an act that was named before ("the attachment to the said order")."""
    for found in source.matches("annex_of", view.folded):
        owner = next((m for m in mentions if m.act and m.start < found.stop and found.start < m.stop), None)
        if owner:
            reference = Reference((("att", "1"),), found.start, found.stop)
            yield Link(reference, owner, min(found.start, owner.start), max(found.stop, owner.stop))


def _by_heading(view: View, source: Source) -> list[Citation]:
    """Return citations of another attachment by its whole heading; only attachments cite each other so."""
    here = source.container(view.clause)
    if not here:
        return []
    made = []
    for eid, heading in source.headings:
        at = view.folded.find(heading)
        if at >= 0 and eid != here and not here.startswith(f"{eid}__") and view.clause.eid != eid:
            link = Link(None, None, at, at + len(heading))
            made.append(_internal(link, view, source, eid, 0.85, "heading-of-attachment"))
    return made


def _distinct(citations: Sequence[Citation]) -> list[Citation]:
    """Drop what a clause cites twice: one row per provision cited."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for one in citations:
        title = None if one.target_number else one.target_title
        key = (one.eid, one.scope, one.target_type, one.target_number, one.target_date, title, one.target_provision)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept


def stamp_citations(source: Source, cited: Sequence[Citation]) -> list[Citation]:
    """Return the acts that approval stamps above attachments name, other than the act itself.

    An act that prints no number of its own is told from others by what its text has `cited`.
    """
    made: list[Citation] = []
    known = {one.target_number for one in cited}
    end = 0
    for view in source.views:
        clause = view.clause
        if clause.kind == "attachment":
            stamped = _stamp(clause, end, source)
            made += [one for one in stamped if source.act.number is not None or one.target_number in known]
        end = max(end, clause.span.stop, view.passage.locate(0, len(view.text)).stop if view.text else 0)
    return made


def _stamp(clause: Clause, end: int, source: Source) -> Iterator[Citation]:
    heading = clause.heading.locate(0, len(clause.heading.text)).start if clause.heading else clause.span.start
    start = max(end, heading - _MAX_STAMP)
    if heading - start < 12:
        return
    passage = _passage(source.text.string, start, heading)
    view = View(replace(clause, heading=None), passage.text, fold(passage.text, source.grammar), passage)
    for mention in find_mentions(view, source, Memory()):
        act = mention.act
        if act and act.on and act.number != source.act.number:
            link = Link(None, replace(mention, doc=None), mention.start, mention.stop)
            yield _external(link, view, source, act, None)


def _passage(string: str, start: int, stop: int) -> Passage:
    """Return characters of the text as one line with the map back."""
    words = [(m.start(), m[0]) for m in re.finditer(r"\S+", string[start:stop])]
    text, segments = "", []
    for at, word in words:
        text += " " if text else ""
        segments.append(Segment(len(text), start + at, len(word)))
        text += word
    return Passage(text, tuple(segments))
