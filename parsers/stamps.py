"""Stamps above attachments: "Annex 1 to the order ...", "Approved by the order ...", over however many lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models import Grammar
from parsers.marks import HEADED, first, mark_of, number_of
from parsers.unit import Unit

_WORD = re.compile(r"[^\W\d_]+")
_COMPLETE = re.compile("(?:\u2116|\\bN)\\s*[\\d_]|\\d{4}")
_NUMBERED = re.compile("(?:\u2116|\\bN)\\s*[^\\W_]*\\d\\S*$")  # the act's number ends the line
_SHORT, _NARROW = 300, 64
_OFF_CENTRE = 3
_SHIFT = 15  # lines of one stamp are centred on each other; further apart they are two columns


@dataclass(frozen=True, slots=True)
class Stamp:
    """Units `start` to `stop` (exclusive). `nested`: it names a document that is itself attached."""

    start: int
    stop: int
    text: str
    number: str
    num: str | None
    nested: bool
    form: bool = False


def find_stamps(units: Sequence[Unit], grammar: Grammar) -> dict[int, Stamp]:
    """Return the attachment stamps by the index of their first unit."""
    found: dict[int, Stamp] = {}
    at = low = 0
    while at < len(units):
        span = _span(units, at, grammar, low)
        if span is None:
            at += 1
            continue
        stamp = _read(units, span, grammar)
        if stamp is not None:
            found[span[0]] = stamp
            low = stamp.stop
        at = max(span[1], at + 1)
    return found


def _span(units: Sequence[Unit], at: int, grammar: Grammar, low: int) -> tuple[int, int] | None:
    """Return the run of units that the stamp at (or ending at) unit `at` takes."""
    unit = units[at]
    if unit.role == "stamp" and not _is_person(unit, grammar):
        stop = at + 1
        while stop < len(units) and units[stop].role == "stamp" and not first(_starts(grammar), units[stop].text):
            ended = first((*grammar.patterns["stamp_end"], *grammar.patterns["stamp_approved"]), units[stop - 1].text)
            if ended and not first(grammar.patterns["form_mark"], units[stop].text):
                break
            stop += 1
        return at, stop
    if unit.table is not None and unit.cells == 1 and unit.width < _SHORT and _is_stamp(unit.text, grammar):
        return at, at + 1
    if unit.table is not None or unit.display is False or unit.finished or _too_long(unit) or _quoted(unit.text):
        return None
    if first(_starts(grammar), unit.text):
        return at, _forward(units, at, grammar)
    if first((*grammar.patterns["stamp_end"], *grammar.patterns["stamp_approved"]), _unmarked(unit.text, grammar)[0]):
        return _backward(units, at, grammar, low), at + 1
    return None


def _is_person(unit: Unit, grammar: Grammar) -> bool:
    """Say whether a line is nothing but the name of who signed, in a cell whose neighbour is empty."""
    return any(p.regex.fullmatch(unit.text.strip()) for p in grammar.patterns["person"])


def _quoted(text: str) -> bool:
    """Say whether the text is a quotation: a stamp that a command replaces."""
    return text[0] in '"«“' and text.rstrip(" ;.,")[-1:] in '"»”'


def _too_long(unit: Unit) -> bool:
    """Say whether a unit has more text than a stamp; one set in a narrow column may name a long title."""
    return len(unit.text) > (_SHORT if unit.width > _NARROW else 3 * _SHORT)


def _is_stamp(text: str, grammar: Grammar) -> bool:
    """Say whether a table row is a stamp that was taken for the row of the table before it."""
    patterns = grammar.patterns
    found = first((*patterns["stamp_end"], *patterns["stamp_approved"], *_starts(grammar)), text)
    return found is not None and len(text.split()) > 2


def _starts(grammar: Grammar) -> tuple:  # type: ignore[type-arg]
    return grammar.patterns["stamp_start"]


def _forward(units: Sequence[Unit], at: int, grammar: Grammar) -> int:
    text, stop = units[at].text, at + 1
    while stop < len(units) and stop - at < 8:
        unit = units[stop]
        if unit.gap > 1 or not _plain(unit, grammar) or first(_starts(grammar), unit.text):
            break
        if unit.width > _NARROW and not _belongs(units[at], unit, stop - at):
            break
        if first(grammar.patterns["form_mark"], unit.text) or (unit.gap and _names(text, grammar)):
            break
        if _NUMBERED.search(text) and _is_heading(unit, grammar):
            break
        text += " " + unit.text
        stop += 1
        if _unmarked(unit.text, grammar)[1]:
            break
    return stop


def _belongs(head: Unit, unit: Unit, ahead: int) -> bool:
    """Say whether a wide line goes on with a stamp's first words: "Annex 1" / "to the regulation on ..."."""
    return (
        ahead == 1 and len(head.text.split()) <= 3 and not unit.gap and unit.text[:1].islower() and not _too_long(unit)
    )


def _is_heading(unit: Unit, grammar: Grammar) -> bool:
    """Say whether a line under a whole stamp is the heading, and not what the act's number belongs to."""
    word = unit.text.split(maxsplit=1)[0].strip('"«“')
    kinds = grammar.patterns["document_kind"]
    return word.lower() not in grammar.maps["act_types"] and (word.isupper() or bool(first(kinds, unit.text)))


def _names(text: str, grammar: Grammar) -> bool:
    """Say whether a stamp read so far names its document: an act by number or year, an attached one by some words."""
    if _COMPLETE.search(text):
        return True
    found = first(_starts(grammar), text)
    end = found.end() if found else 0
    return len(text[end:].split()) > 2 and not _cites_act(text, 0, end, grammar)


def _backward(units: Sequence[Unit], at: int, grammar: Grammar, low: int) -> int:
    start, text = at, units[at].text
    while start > low and at - start < 8 and units[start].gap <= 1:
        unit = units[start - 1]
        if not _plain(unit, grammar) or unit.width > _NARROW or first(grammar.patterns["signature"], unit.text):
            break
        if _bare_number(unit.text, grammar) and first(grammar.patterns["stamp_requisites"], text):
            break
        if (units[start].gap and _whole(text)) or _beside(unit, units[start]):
            break
        start -= 1
        text = f"{unit.text} {text}"
    return start


def _bare_number(text: str, grammar: Grammar) -> bool:
    """Say whether a line is only an act's number: above a stamp that bears its own, it ends the signature."""
    return any(p.regex.fullmatch(text.strip(" .,")) for p in grammar.patterns["letterhead_number"])


def _beside(one: Unit, other: Unit) -> bool:
    """Say whether two lines stand in two columns: far apart, and not centred on each other."""
    middles = [unit.indent + len(unit.text) / 2 for unit in (one, other)]
    return abs(one.indent - other.indent) > _SHIFT and abs(middles[0] - middles[1]) > _OFF_CENTRE


def _whole(text: str) -> bool:
    """Say whether the lines of a stamp read so far name the document: nothing before them is missing."""
    return text[:1].isupper() and len(text.split()) > 3


def _plain(unit: Unit, grammar: Grammar) -> bool:
    """Say whether a unit may be a line of a stamp."""
    if unit.role not in {"", "stamp", "quote"} or unit.table is not None or unit.display is False or unit.finished:
        return False
    mark = mark_of(unit.text, grammar)
    return mark is None and not first(grammar.patterns["note"], unit.text)


def _read(units: Sequence[Unit], span: tuple[int, int], grammar: Grammar) -> Stamp | None:
    """Return what a stamp's units say, or None where they are no stamp of an attachment."""
    patterns = grammar.patterns
    run = units[span[0] : span[1]]
    text = " ".join(u.text for u in run if not first(patterns["form_mark"], u.text))
    form = any(first(patterns["form_mark"], u.text) for u in run)
    text, marked = _unmarked(text, grammar)
    form = form or marked
    found = first((*patterns["stamp_start"], *patterns["stamp_end"]), text)
    if found is None or (found.groupdict().get("printed") is None and found.groupdict().get("approved") is None):
        found = first(patterns["stamp_approved"], text)
    if found is None:
        return None
    groups = found.groupdict()
    printed = groups.get("printed")
    number = number_of(groups["number"], grammar) if groups.get("number") else ""
    nested = bool(printed) and not _cites_act(text, found.start("printed"), found.end("printed"), grammar)
    nested = nested and not _names_act(text[: found.start("printed")], grammar)
    return Stamp(*span, text, number, printed if number else None, nested, form)


def _unmarked(text: str, grammar: Grammar) -> tuple[str, bool]:
    """Return a stamp's text without the word "form" at its end, and whether it was there."""
    head, _, word = text.rpartition(" ")
    return (head, True) if head and first(grammar.patterns["form_mark"], word) else (text, False)


def _cites_act(text: str, start: int, stop: int, grammar: Grammar) -> bool:
    """Say whether the stamp calls the attachment one of an act, not of an attached document."""
    kinds = grammar.maps["act_types"]
    before = [w.lower() for w in _WORD.findall(text[:start])][-1:]
    after = [w.lower() for w in _WORD.findall(text[stop:])][:5]
    stems = grammar.words["attached_kinds"]  # what stands behind such a document only says what it is about
    ahead = next((n for n, word in enumerate(after) if stems and word.startswith(stems)), len(after))
    near = before + after[:ahead]
    if not near[len(before) + 1 :] and ahead < len(after):
        return False
    named = [kinds[word] for word in near if word in kinds]
    # an instruction or an agreement without number and year is itself attached
    return not near or any(kind != "other" or _COMPLETE.search(text) for kind in named)


def _names_act(text: str, grammar: Grammar) -> bool:
    """Say whether the words before the attachment end with an act: number glued to kind, or what it approved."""
    cited = first(grammar.patterns["stamp_requisites"], text)
    kind = text[cited.end() :].strip().lower() if cited else ""
    return kind in grammar.maps["act_types"] or first(grammar.patterns["stamp_approved"], text.strip()) is not None


def is_headed(unit: Unit, grammar: Grammar) -> bool:
    """Say whether a unit opens a section, chapter, subchapter or article."""
    mark = mark_of(unit.text, grammar)
    return mark is not None and mark.kind in HEADED
