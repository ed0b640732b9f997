"""Read the head of an act: title, requisites, registration, notices; and find where its body begins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from models import Grammar, Passage, Pattern
from parsers.marks import first, mark_of
from parsers.passage import join
from parsers.stamps import find_stamps
from parsers.unit import Unit

_HEAD = 60  # no act has more units above its body
_SPACE = re.compile(r"\s+")
_DASH, _SLASH = re.compile(r"\s*[-\u2013\u2014]\s*"), re.compile(r"\s*/\s*")
_POST = 150  # no line of a signature is longer
_LETTERHEAD = 200  # no line of a letterhead is longer


@dataclass(slots=True)
class Header:
    """What stands above the body: `body` is the index of its first unit, `preamble` the units before that.

    `fields` holds issuer, number, type (printed words); `dropped` the units that are no clauses, `loose` those of them
    that are marked as requisites and are no sentence.
    """

    body: int = 0
    preamble: list[Unit] = field(default_factory=list)
    notes: list[Unit] = field(default_factory=list)
    title: Passage | None = None
    fields: dict[str, str] = field(default_factory=dict)
    adopted_on: date | None = None
    registered_number: str | None = None
    registered_on: date | None = None
    dropped: list[tuple[Unit, str]] = field(default_factory=list)
    loose: list[Unit] = field(default_factory=list)


def read_header(units: Sequence[Unit], grammar: Grammar) -> Header:
    """Return what the units above the body say, and the preamble."""
    head = Header()
    stop, enacting = _body(units, grammar)
    head.body = stop
    rest: list[int] = []
    start = 0
    for index in range(stop):
        if not enacting and _prose(units[index], rest, start, units, grammar):
            head.body = _end_of_prose(units, index, stop, grammar)
            head.preamble = list(units[index : head.body])
            break
        if _special(units[index], head, grammar):
            start = index + 1
        else:
            rest.append(index)
    title = _title(units, rest, head, grammar)
    top = max([*title, *(i for i in rest if i < start), -1]) + 1
    if not enacting and not (title or start):
        top = _letterhead_end(units, rest, grammar)
    letterhead = [i for i in rest if i < top and i not in title]
    head.preamble = [units[i] for i in rest if i >= top] + head.preamble
    _letterhead([*head.loose, *(units[i] for i in letterhead)], head, grammar)
    head.dropped += [(units[i], "title") for i in title] + [(units[i], "letterhead") for i in letterhead]
    return head


def whole_requisites(units: Sequence[Unit], grammar: Grammar) -> tuple[Unit, ...]:
    """Return the units with a sentence of requisites made whole where its lines were taken for several units."""
    found = [part for unit in units[:3] for part in _untitled(unit, grammar)] + list(units[3:])
    at = 0
    while at < min(len(found), _HEAD) - 1:
        before, unit = found[at], found[at + 1]
        own = join((before.own, unit.own))
        parted = (
            not before.finished
            and before.table is unit.table is None
            and before.role == unit.role
            and max(before.gap, unit.gap) < 4
            and len(own.text) < 900
            and (unit.text[:1].islower() or unit.text[:1].isdigit())
        )
        patterns = (*grammar.patterns["requisites"], *grammar.patterns["registration"])
        if parted and first(patterns, own.text) and not (first(patterns, before.text) or first(patterns, unit.text)):
            found[at : at + 2] = [replace(before, own=own, lines=before.lines + unit.lines)]
        at += 1
    return tuple(found)


def _untitled(unit: Unit, grammar: Grammar) -> list[Unit]:
    """Return a unit, parted where it prints title and requisites in one line."""
    found = first(grammar.patterns["titled_requisites"], unit.text) if unit.table is None else None
    said = first(grammar.patterns["requisites"], found["rest"]) if found else None
    if not found or not said or found["rest"][said.end() :].strip(' "»”')[:1] not in {"", "."}:
        return [unit]
    title, rest = unit.rest(found.start("title"), found.end("title")), unit.rest(found.start("rest"))
    return [replace(title, role="title"), rest]


def whole_notices(units: Sequence[Unit], grammar: Grammar) -> tuple[Unit, ...]:
    """Return the units with the portal's notices above the body made whole; one that announces contents is left out."""
    patterns = grammar.patterns
    found = list(units)
    at = 0
    while at < min(len(found), _HEAD) - 1:
        unit, following = found[at], found[at + 1]
        alone = len(unit.text) < 40 and unit.table is None and first(patterns["notice"], unit.text)
        if mark_of(unit.text, grammar) and not alone:
            break
        if alone and first(patterns["furniture"], following.text):
            del found[at : at + 2]
            continue
        known = first((*patterns["note"], *patterns["notice"], *patterns["enacting"]), following.text)
        if alone and not known and following.table is None and not mark_of(following.text, grammar):
            whole = replace(unit, own=join((unit.own, following.own)), lines=unit.lines + following.lines)
            found[at : at + 2] = [whole]
        at += 1
    return tuple(found)


def _prose(unit: Unit, rest: Sequence[int], start: int, units: Sequence[Unit], grammar: Grammar) -> bool:
    """Say whether a unit under the title or the requisites is the first sentence of a law's preamble."""
    if not (start or any(units[i].role == "title" for i in rest)) or unit.role not in {"", "quote"}:
        return False
    patterns = grammar.patterns
    known = first(
        (*patterns["note"], *patterns["notice"], *patterns["registration"], *patterns["requisites"]), unit.text
    )
    return unit.finished and len(unit.text) > 60 and not known


def _end_of_prose(units: Sequence[Unit], start: int, stop: int, grammar: Grammar) -> int:
    """Return where a preamble ends: at a note, a heading or the first provision."""
    for index in range(start, stop):
        unit = units[index]
        if unit.role not in {"", "quote"} or first(grammar.patterns["note"], unit.text):
            return index
    return stop


def _body(units: Sequence[Unit], grammar: Grammar) -> tuple[int, bool]:
    """Return the index after the preamble, or of the first provision, and whether an enacting word was found."""
    stamps = find_stamps(units[:_HEAD], grammar)
    for index, unit in enumerate(units[:_HEAD]):
        if unit.table is not None or (index in stamps and index > 3):
            return index, False
        if unit.role in {"note", "notice", "title", "requisites"}:
            continue
        if mark_of(unit.text, grammar):
            return index, False
        if first(grammar.patterns["enacting"], unit.text):
            return index + 1, True
        if index and _signs(unit, grammar) and any(u.finished and len(u.text) > _POST for u in units[:index]):
            return index, False
    return _after_requisites(units[:_HEAD], grammar), False


def _signs(unit: Unit, grammar: Grammar) -> bool:
    """Say whether a line is a post with a name: the signature under an act without numbers and enacting word."""
    signed = first(grammar.patterns["signature"], unit.text) is not None
    return signed and len(unit.text) < _POST and first(grammar.patterns["post"], unit.text) is not None


def _after_requisites(units: Sequence[Unit], grammar: Grammar) -> int:
    """Return where the text begins in an act without numbers and enacting word."""
    known = [
        i
        for i, u in enumerate(units)
        if u.role in {"title", "requisites"} or first(grammar.patterns["requisites"], u.text)
    ]
    titled = units and not units[0].finished and first(grammar.patterns["title"], units[0].text)
    return known[-1] + 1 if known else int(bool(titled))


def _special(unit: Unit, head: Header, grammar: Grammar) -> bool:
    """Take a note, or the requisites of the act; say whether the unit was one."""
    patterns = grammar.patterns
    if unit.role in {"note", "notice"} or first((*patterns["notice"], *patterns["note"]), unit.text):
        head.notes.append(unit)
        return True
    found = first(patterns["requisites"], unit.text) if len(unit.text) < 900 else None
    after = unit.text[found.end() :].lstrip(' "»”')[:1] if found else ""
    if found and (after.islower() or after.isdigit() or first(patterns["enacting"], unit.text)):
        found = None
    registered = first(patterns["registration"], unit.text)
    if unit.role == "requisites" or (found and not first(patterns["title"], unit.text)):
        if not requisites(unit.text, head, grammar):
            head.loose.append(unit)
    elif not (registered and len(unit.text) < 300):
        return first(patterns["furniture"], unit.text) is not None
    _registration(registered, head, grammar)
    head.dropped.append((unit, "requisites"))
    return True


def requisites(sentence: str, head: Header, grammar: Grammar) -> bool:
    """Fill in what a sentence of requisites says; say whether it is one."""
    _registration(first(grammar.patterns["registration"], sentence), head, grammar)
    found = first(grammar.patterns["requisites"], sentence)
    if not found or head.fields.get("number"):
        return False
    head.fields.update({k: v.strip() for k, v in found.groupdict().items() if k in {"issuer", "type"} and v})
    head.fields["number"] = printed_number(found["number"])
    head.adopted_on = day_of(found.groupdict(), grammar.maps["months"])
    return True


def printed_number(printed: str) -> str:
    """Return the number of an act with plain hyphens, without spaces around them and marks at its end."""
    return _SLASH.sub("/", _DASH.sub("-", printed)).strip(".,;:")


def _registration(found: re.Match[str] | None, head: Header, grammar: Grammar) -> None:
    if found and head.registered_number is None:
        head.registered_number = found["number"].strip("-")
        head.registered_on = day_of(found.groupdict(), grammar.maps["months"])


def day_of(groups: Mapping[str, str | None], months: Mapping[str, str]) -> date | None:
    """Return the date that the groups year, month and day print, or None where they print none."""
    year, month, day = groups.get("year"), groups.get("month"), groups.get("day")
    if not (year and month and day):
        return None
    try:
        return date(int(_SPACE.sub("", year)), int(months.get(month.lower(), month)), int(day))
    except ValueError:
        return None


def _title(units: Sequence[Unit], rest: Sequence[int], head: Header, grammar: Grammar) -> list[int]:
    """Return the units that are the title: those marked so, else the last that looks like one."""
    found = [i for i in rest if units[i].role == "title"]
    if not found:
        found = _title_like(units, rest, grammar) or _over_requisites(units, rest, head)
    if found:
        head.title = join(units[i].own for i in found)
    return found


def _over_requisites(units: Sequence[Unit], rest: Sequence[int], head: Header) -> list[int]:
    """Return the first unit of the text where the sentence of requisites follows it: titles stand there."""
    if rest[:1] != [0] or len(units) < 2 or not any(u is units[1] and why == "requisites" for u, why in head.dropped):
        return []
    unit = units[0]
    return [0] * (not unit.finished and unit.table is None and len(unit.text) > 8)


def _title_like(units: Sequence[Unit], rest: Sequence[int], grammar: Grammar) -> list[int]:
    def like(index: int) -> bool:
        unit = units[index]
        return not unit.finished and unit.role in {"", "heading"} and unit.table is None and len(unit.text) > 8

    about = [i for i in rest if like(i) and first(grammar.patterns["title"], units[i].text)]
    if about:
        run = [about[0]]
        while run[0] - 1 in rest and (
            _goes_on(units[run[0] - 1], units[run[0]]) or (like(run[0] - 1) and _capitals(units, run[0], rest, grammar))
        ):
            run.insert(0, run[0] - 1)
        while run[-1] + 1 in about and not units[run[-1] + 1].gap:
            run.append(run[-1] + 1)
        return run
    capitals = [i for i in rest if like(i) and units[i].text.isupper() and len(units[i].text.split()) > 1]
    run = capitals[-1:]
    while run and run[0] - 1 in capitals and units[run[0]].gap < 2 and not _names_kind(units[run[0]], grammar):
        run.insert(0, run[0] - 1)
    return run


def _names_kind(unit: Unit, grammar: Grammar) -> bool:
    return any(word in grammar.maps["act_types"] for word in unit.text.lower().split())


def _capitals(units: Sequence[Unit], at: int, rest: Sequence[int], grammar: Grammar) -> bool:
    """Say whether a title in capitals began in the line above; the kind of act ends the letterhead over it."""
    above, unit = units[at - 1], units[at]
    if unit.gap or not (above.text.isupper() and unit.text.isupper()) or _inner_first(grammar):
        return False
    if first((*grammar.patterns["letterhead_date"], *grammar.patterns["letterhead_number"]), above.text):
        return False
    ends = [i for i in rest if i < at and units[i].text.lower().split()[-1:][0] in grammar.maps["act_types"]]
    return bool(ends) and ends[0] != at - 1


def _inner_first(grammar: Grammar) -> bool:
    return "inner-first" in grammar.words["provision_order"]


def _goes_on(before: Unit, unit: Unit) -> bool:
    """Say whether a title that was taken for two units goes on from the one to the other."""
    if before.finished or before.table is not None:
        return False
    return (not unit.gap and unit.text[:1].islower()) or (before.text[:1] in '"«“' and len(before.text) > 60)


def _letterhead_end(units: Sequence[Unit], rest: Sequence[int], grammar: Grammar) -> int:
    """Return where a letterhead without title and requisites ends: before the first full sentence."""
    for index in rest:
        if units[index].finished or len(units[index].text) > 200:
            return index
    return len(rest)


def _letterhead(units: Sequence[Unit], head: Header, grammar: Grammar) -> None:
    """Take issuer, kind, date and number from a letterhead that is spread over several lines."""
    title = head.title.text if head.title else ""
    short = [u.text for u in units if u.role != "status" and len(u.text) <= _LETTERHEAD]
    lines = [own_script(text, grammar) for text in (*short, title)]
    for line in lines:
        words = line.lower().split()
        kinds = [w.strip("*.,") for w in words if w.strip("*.,") in grammar.maps["act_types"]]
        if kinds and "type" not in head.fields and (line is not lines[-1] or line.isupper()):
            head.fields["type"] = kinds[-1]
            issuer = line[: line.lower().rfind(kinds[-1])].strip() if line is not lines[-1] else ""
            if issuer and "issuer" not in head.fields:
                head.fields["issuer"] = issuer
    _date_and_number(" ".join(lines[:-1]), head, grammar)
    if "issuer" not in head.fields:
        lines = [*_sentences(lines[:-1], grammar), lines[-1]]
        genitive = [i for i, line in enumerate(lines[:-1]) if nominative(line, grammar) != line and len(line) < 200]
        if genitive:
            at = genitive[0]
            country = at > 0 and " ".join(lines[at - 1].lower().split()) in grammar.maps["jurisdictions"]
            head.fields["issuer"] = f"{lines[at - 1]} {lines[at]}" if country else lines[at]


def _sentences(lines: Sequence[str], grammar: Grammar) -> list[str]:
    """Return the lines, one in capitals under the kind of the act ("ORDER" / "OF THE MINISTER") as it is written."""
    return [
        _sentence(line, grammar)
        if line.isupper() and before.lower().strip("*.,") in grammar.maps["act_types"]
        else line
        for before, line in zip(["", *lines], lines, strict=False)
    ]


def _sentence(line: str, grammar: Grammar) -> str:
    said = line.capitalize()
    for country in grammar.maps["jurisdictions"]:
        at = said.lower().find(country)
        said = said if at < 0 else said[:at] + country.title() + said[at + len(country) :]
    return said


def _date_and_number(line: str, head: Header, grammar: Grammar) -> None:
    """Take a date and a number that stand without the words of a sentence of requisites."""
    patterns = grammar.patterns
    if head.adopted_on is None:
        found = first(patterns["letterhead_date"], line)
        head.adopted_on = day_of(found.groupdict(), grammar.maps["months"]) if found else None
    if "number" not in head.fields:
        found = first(patterns["letterhead_number"], line)
        if found:
            head.fields["number"] = found["number"].strip(".,-/")


def below_signature(lines: Sequence[str], head: Header, grammar: Grammar) -> None:
    """Take the date and number that acts of Uzbekistan print under the signature: the law's own, before any other."""
    found = Header()
    _date_and_number(" ".join(lines), found, grammar)
    if found.adopted_on is not None and "number" in found.fields:
        head.fields["number"] = found.fields["number"]
        head.adopted_on = found.adopted_on


def own_script(text: str, grammar: Grammar) -> str:
    """Return text with words of the other script spelled in the grammar's own."""
    letters = grammar.maps["letters"]
    if not letters:
        return text
    pattern = re.compile("|".join(re.escape(k) for k in sorted(letters, key=len, reverse=True)), re.IGNORECASE)

    def spell(match: re.Match[str]) -> str:
        own = letters[match[0].lower()]
        return own.upper() if match[0][0].isupper() else own

    return pattern.sub(spell, text.replace("\u2018", "'").replace("\u2019", "'").replace("\u02bb", "'"))


def nominative(phrase: str, grammar: Grammar) -> str:
    """Return an issuer, printed in the genitive before its act, in the nominative."""
    for pattern in grammar.patterns["nominative"]:
        phrase = pattern.regex.sub(pattern.sets["to"], phrase)
    return phrase


def pattern_type(patterns: tuple[Pattern, ...], text: str) -> str | None:
    """Return the act type that most of the patterns' matches in a text stand for."""
    counts = {p.sets["act_type"]: 0 for p in patterns}
    for pattern in patterns:
        counts[pattern.sets["act_type"]] += len(pattern.regex.findall(text))
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] else None
