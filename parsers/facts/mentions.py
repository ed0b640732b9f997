"""Mentions of acts in running text: by number and date, by title, by a defined term, "this order", "the said order"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from models import Grammar
from parsers.facts.provisions import part_of
from parsers.facts.view import Found, Source, View, apart, fold, latin_roman

_QUOTED = r'(?:«[^«»]*(?:«[^«»]*»[^«»]*)*»|"[^"]{3,700}")'
_QUOTED_LEFT = re.compile(_QUOTED + r"\w*\s*$")
_QUOTED_START = re.compile(_QUOTED)
_STOP_CLAUSE = re.compile(r"[;:]|\. ")
_STOP = re.compile(r'[;:«»"\d]')
_OPENING = re.compile(r"(?:^|\s)[«\"](?=\w)")
_STEM, _ISSUER_WORDS, _COUNTRY_WORDS = 9, 4, 2
_MAX_ISSUER, _MAX_TITLE, _MAX_DOCUMENT = 220, 700, 460


@dataclass(frozen=True, slots=True)
class Cited:
    """An act as it is cited. `kind` is the contract's `act_type`, or None where none is printed."""

    kind: str | None = None
    number: str | None = None
    on: date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `start:stop` name an act; a provision may follow at `reach` (after brackets, the approved document).

    `act` is None for the act itself, then `base` is the eid in which its provisions are numbered.
    """

    start: int
    stop: int
    reach: int
    rule: str
    act: Cited | None
    base: str = ""
    doc: str | None = None
    bare: bool = True  # whether it is a citation where no provision is named
    trust: float = 0.95
    part: str = ""  # the level that "this ..." names
    head: int = -1  # where the act itself begins, if the approved document stands before it

    @property
    def names(self) -> bool:
        """Return whether a number, a date or a title tells which act is meant."""
        return self.act is not None and bool(self.act.number or self.act.on or self.act.title)


@dataclass(frozen=True, slots=True)
class Term:
    """A defined term that stands for an act, or for the act itself (`act` None)."""

    regex: re.Pattern[str]
    act: Cited | None
    base: str = ""


class Memory:
    """The acts named so far in an act, and the terms that stand for acts."""

    def __init__(self) -> None:
        self.latest: dict[str, Cited] = {}
        self.terms: dict[str, Term] = {}

    def copy(self) -> Memory:
        """Return a memory that can learn without teaching this one."""
        twin = Memory()
        twin.latest, twin.terms = dict(self.latest), dict(self.terms)
        return twin

    def note(self, act: Cited) -> None:
        """Remember an act that the text has just named."""
        if act.kind and (act.number or act.title):
            self.latest[act.kind] = act


def printed_date(found: Found, grammar: Grammar) -> date | None:
    """Return the date that a match names by day, month word or figure, and year; None where there is none such."""
    year, month, day = found.get("year"), found.get("month"), found.get("day")
    if not (year and month and day):
        return None
    number = month if month.isdigit() else grammar.maps["months"].get(month, "")
    try:
        return date(int(year), int(number), int(day))
    except ValueError:
        return None


def act_type(printed: str | None, grammar: Grammar) -> str | None:
    """Return the contract's kind of a printed name of an act, in any case form."""
    return None if printed is None else grammar.maps["act_types"].get(printed)


def find_mentions(view: View, source: Source, memory: Memory) -> list[Mention]:
    """Return the mentions of acts in a clause, in order; acts named on the way go into `memory`."""
    folded = view.folded
    gazettes = [(f.start, f.stop) for f in source.matches("gazette", folded)]
    cited = [f for f in source.matches("cited_act", folded) if not any(a < f.start < b for a, b in gazettes)]
    found = apart([*source.matches("own_act", folded), *_listed(source, folded), *cited])
    named: list[Mention] = []
    for one in sorted([*found, *source.matches("named_before", folded)], key=lambda f: f.start):
        mention = _mention(one, view, source, memory)
        if mention is None:
            continue
        if named and _is_alias(named[-1], mention, folded):
            continue
        if named and mention.act and named[-1].act and _titled(named[-1], one.start, source, folded):
            mention = _around(named.pop(), mention)
        if _inside(mention, named):
            continue
        while named and mention.start <= named[-1].start:
            named.pop()  # an act that the title of this one names
        if named and _continues(named[-1], mention, folded):
            mention = _whole(named.pop(), mention)
        named.append(mention)
        if mention.act and mention.rule != "named-before":
            memory.note(mention.act)  # "the said order" may follow in the same clause
    for mention in named:
        if mention.act:
            memory.note(mention.act)
    named += _terms(view, memory, named)
    named += _bare(view, source, named)
    named += [m for m in _levels(view, source) if all(m.stop <= n.start or m.start >= n.stop for n in named)]
    return sorted(named, key=lambda m: m.start)


def _listed(source: Source, folded: str) -> Iterator[Found]:
    """Yield the acts that a list names by their titles under one noun ("the laws "On X" and "On Y"")."""
    for whole in source.matches("act_list", folded):
        yield from apart(list(source.matches("act_list_item", folded, whole.start, whole.stop)))


def _is_alias(first: Mention, second: Mention, folded: str) -> bool:
    """Return whether a bracket after an act holds nothing but its other name ("the Code "On taxes" (the Tax Code)")."""
    titled = first.act is not None and first.act.title is not None and second.act is not None
    return titled and folded[first.stop : second.start].strip() == "(" and folded[second.stop : second.stop + 1] == ")"


def _inside(mention: Mention, named: list[Mention]) -> bool:
    return bool(named) and named[-1].start < mention.start < named[-1].stop


def _titled(first: Mention, start: int, source: Source, folded: str) -> bool:
    """Return whether an act stands in the title of the next one, whose quotes do not pair."""
    between = folded[first.stop : start]
    return (
        len(between) <= _MAX_TITLE
        and "." not in between
        and source.hints("title_end", between)
        and (not _OPENING.search(between))
    )


def _continues(first: Mention, second: Mention, folded: str) -> bool:
    """Return whether two mentions are date and number of one act, parted by a title whose quotes do not pair."""
    if not (first.act and second.act and first.act.on and not first.act.number):
        return False
    near = second.start - first.stop <= _MAX_ISSUER and not _STOP_CLAUSE.search(folded, first.stop, second.start)
    return near and second.rule == "numbered-act" and "»" in folded[first.stop : second.start]


def _around(inner: Mention, outer: Mention) -> Mention:
    """Return the act whose title names the one before it; a date that stands before the title is its own."""
    assert inner.act is not None
    assert outer.act is not None
    act = outer.act if outer.act.on else replace(outer.act, on=inner.act.on)
    return replace(outer, start=min(inner.start, outer.start), act=act)


def _whole(first: Mention, second: Mention) -> Mention:
    assert first.act is not None
    assert second.act is not None
    act = replace(first.act, number=second.act.number, kind=second.act.kind)
    return replace(second, start=first.start, act=act)


def _mention(found: Found, view: View, source: Source, memory: Memory) -> Mention | None:
    grammar, folded = source.grammar, view.folded
    if found.pattern in grammar.patterns["own_act"]:
        noun = found.span("noun") or (found.start, found.stop)
        base = own_base(view, source, folded[slice(*noun)])
        return Mention(found.start, found.stop, _after_brackets(folded, found.stop, grammar), found.rule, None, base)
    kind = act_type(found.get("type"), grammar)
    if found.pattern in grammar.patterns["named_before"]:
        known = memory.latest.get(kind or "")
        if known is None:
            return None
        return _with_document(Mention(found.start, found.stop, found.stop, found.rule, known, trust=0.9), view, source)
    if (
        found.rule == "constitution"
        and source.act.act_type == "other"
        and (found.get("code") or "")[:_STEM] in fold(source.act.title or "", grammar)
    ):
        return Mention(found.start, found.stop, found.stop, found.rule, None)
    start = _left_edge(found, view, source)
    act = Cited(
        kind or found.pattern.sets.get("type"), latin_roman(_number(found, view), grammar), printed_date(found, grammar)
    )
    act = replace(act, kind=_CONTRACT_KINDS.get(act.kind or "", act.kind), title=_title(found, start, view, grammar))
    if act.number is None and act.on is None and act.title is None:
        return None
    return _with_document(Mention(start, found.stop, found.stop, found.rule, act), view, source)


_CONTRACT_KINDS = {"constitution": "other"}


def _number(found: Found, view: View) -> str | None:
    where = found.span("number")
    return view.text[slice(*where)].strip(" -.") if where else None


def _title(found: Found, start: int, view: View, grammar: Grammar) -> str | None:
    """Return the quoted title, or the name of a code put into the nominative."""
    where = found.span("title")
    if where:
        return _unquoted(view.text[slice(*where)])
    code = found.span("code")
    if code:
        return _nominative(view.text[start : found.stop], grammar)
    left = _QUOTED_START.match(view.folded[start : found.stop])
    return _unquoted(view.text[start : start + len(left[0])]) if left else None


def _unquoted(title: str) -> str:
    return title.strip().strip('«»“”„"').strip()


def _nominative(name: str, grammar: Grammar) -> str:
    """Return a code's name in the nominative, word by word through [map.code_names]."""
    forms = grammar.maps["code_names"]
    words = name.split(" ")
    done = [_capital_like(word, forms[word.lower()]) if word.lower() in forms else word for word in words]
    return " ".join(done).strip()


def _capital_like(word: str, form: str) -> str:
    return form[0].upper() + form[1:] if word[0].isupper() else form


def _left_edge(found: Found, view: View, source: Source) -> int:
    """Return where a mention begins: at its issuer, or at the quoted title before that."""
    if found.pattern.sets.get("left") == "none":
        return found.start
    floor = max(found.start - _MAX_ISSUER, 0)
    start = found.start
    issuers = [f.start for f in source.matches("issuer_start", view.folded, floor, found.start)]
    between = view.folded[max(issuers) : found.start] if issuers else ""
    titled = found.get("title") is not None and found.match.start("title") == found.start
    near = len(between.split()) <= (_COUNTRY_WORDS if found.get("code") else _ISSUER_WORDS)
    starts = [start]
    if issuers and not _STOP.search(between) and (near or not (titled or found.get("code"))):
        starts = sorted(issuers, reverse=True)  # a body may have the country in its name twice
    for start in starts if found.get("title") is None else ():
        floor = max(start - _MAX_TITLE, 0)
        title = _QUOTED_LEFT.search(view.folded[floor:start])
        if title and not _STOP.search(view.folded, start, found.start):
            return floor + title.start()
    return starts[0]


def _after_brackets(folded: str, at: int, grammar: Grammar) -> int:
    match = grammar.patterns["bracket"][0].regex.match(folded, at)
    return match.end() if match else at


def own_base(view: View, source: Source, noun: str) -> str:
    """Return the eid inside which "this ..." counts its provisions: the attachment, or "" for the act's body."""
    if act_type(noun, source.grammar) == source.act.act_type:
        return ""
    return source.container(view.clause)


def _with_document(mention: Mention, view: View, source: Source) -> Mention:
    """Extend a mention over its brackets and the approved document that follows it."""
    grammar, folded = source.grammar, view.folded
    reach = _after_brackets(folded, mention.stop, grammar)
    for pattern in grammar.patterns["approved"]:
        match = pattern.regex.match(folded, reach)
        if match:
            reach = _after_brackets(folded, match.end(), grammar)
            return replace(mention, stop=match.end(), reach=reach, doc=view.text[slice(*match.span("doc"))])
    mention = replace(mention, reach=reach, head=mention.start)
    floor = max(mention.start - _MAX_DOCUMENT, 0)
    for found in source.matches("approved_before", folded, floor, mention.start):
        where = found.span("doc")
        if where and found.stop == mention.start:
            return replace(mention, start=found.start, doc=view.text[slice(*where)])
    return mention


def _terms(view: View, memory: Memory, named: list[Mention]) -> list[Mention]:
    mentions = []
    for term in memory.terms.values():
        for match in term.regex.finditer(view.text):
            if all(match.end() <= n.start or match.start() >= n.stop for n in named):
                mention = Mention(
                    match.start(), match.end(), match.end(), "defined-term", term.act, term.base, bare=False, trust=0.9
                )
                mentions.append(mention)
    return mentions


def _bare(view: View, source: Source, named: list[Mention]) -> list[Mention]:
    """Return acts named by nothing but their kind before a provision ("article 5 of the Law"), defined nowhere here."""
    mentions = []
    for found in source.matches("bare_act", view.folded):
        kind = act_type(found.get("type"), source.grammar) or found.pattern.sets.get("type")
        own = kind == source.act.act_type and view.clause.kind != "quoted"
        if not own and all(found.stop <= n.start or found.start >= n.stop for n in named):
            reach = _after_brackets(view.folded, found.stop, source.grammar)
            mentions.append(Mention(found.start, found.stop, reach, found.rule, Cited(kind), bare=False, trust=0.7))
    return mentions


def _levels(view: View, source: Source) -> list[Mention]:
    """Return "this article", "this paragraph": mentions of the act itself whose base is that provision."""
    mentions = []
    for found in source.matches("own_level", view.folded):
        part = part_of(found.get("level") or "", source.grammar)
        base = "" if view.clause.kind == "quoted" else _enclosing(view, source, part)
        if base is not None and part:
            mentions.append(Mention(found.start, found.stop, found.stop, found.rule, None, base, part=part or ""))
    return mentions


def _enclosing(view: View, source: Source, part: str | None) -> str | None:
    for clause in source.ancestors(view.clause.eid):
        step = clause.eid.rsplit("__", 1)[-1]
        if step.rsplit("_", 1)[0] == part:
            return clause.eid
    return None


def define(view: View, source: Source, memory: Memory, term: str, meaning: tuple[int, int], act: Cited | None) -> None:
    """Remember a defined term that stands for an act, or for this act's own document."""
    words = [_stem(word, source.grammar) for word in term.split()]
    if not words or not term[0].isupper():
        return
    endings = "|".join(sorted(map(re.escape, source.grammar.words["case_endings"]), key=len, reverse=True))
    body = r"\s+".join(f"{re.escape(word)}(?:-?(?:{endings}))" for word in words)
    base = "" if act else own_base(view, source, view.folded[slice(*meaning)].split(" ")[-1])
    memory.terms[term] = Term(re.compile(rf"(?<![\w-]){body}(?![\w])"), act, base)


def _stem(word: str, grammar: Grammar) -> str:
    """Return a word without the ending that its cases replace."""
    for ending in grammar.words["nominative_endings"]:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: len(word) - len(ending)]
    return word
