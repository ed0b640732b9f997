"""References to provisions in running text: "33-бабының 1-1-тармағы", "подпункты 1) и 2) пункта 3" -> eid paths.

A grammar says how one element (level and numbers) is printed ([[pattern.provision]]), what joins elements to a list
([[pattern.joint]]) and which way they nest ([words] provision_order: `outer-first` or `inner-first`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from models import Grammar
from parsers.facts.numbers import ordinal, run

# Nesting, outermost first (contract, section 2).
_RANK = {
    part: at
    for at, part in enumerate(
        ["att", "sec", "chp", "subchp", "art", "table", "para", "subpara", "al", "hyphen", "row", "preamble"]
    )
}
_CONTAINERS = {"sec", "chp", "subchp"}
_ASIDE = re.compile(r"(?<=\d\)) \((?:[^()]|\([^()]{0,60}\)){3,300}\)")
_TWO = re.compile(r"(\d+)-(\d+)\)?")

Step: TypeAlias = tuple[str, str]
Path: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """One level with its numbers, at characters `start:stop`."""

    start: int
    stop: int
    part: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """One provision: its path from the outermost printed level, and the characters that name it."""

    path: Path
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Run:
    """Elements that belong together, with what each says of the others already worked out."""

    start: int
    stop: int
    references: tuple[Reference, ...]
    nested: bool = False  # an attachment of a document that is itself attached: "annex 2 to the Rules"


def part_of(form: str, grammar: Grammar) -> str | None:
    """Return the eid part of a level's name in any case form, or None where it names no level."""
    return next((level.part for level in grammar.levels if form in level.forms), None)


def rank(part: str) -> int:
    """Return how deep a level stands, 0 for the outermost and for what is no level."""
    return _RANK.get(part, 0)


def eid_of(path: Iterable[Step]) -> str:
    """Return a path as an eid: numbering containers and an introduced list's lead-in part do not prefix."""
    steps = [s for s in _listed(list(path)) if s != ("al", "1")]
    numbered = any(part in {"art", "para"} for part, _ in steps)
    listed = any(part == "subpara" for part, _ in steps)
    kept = [
        (part, number)
        for at, (part, number) in enumerate(steps)
        if not (part in _CONTAINERS and (numbered or (part == "sec" and any(p == "chp" for p, _ in steps))))
        and not (part == "al" and listed and any(p == "subpara" for p, _ in steps[at:]))
    ]
    return "__".join(part if not number else f"{part}_{number}" for part, number in kept)


def _listed(steps: Sequence[Step]) -> list[Step]:
    """Return the steps with a point inside an unnumbered part as the item of a list that it is."""
    parts = [part for part, _ in steps]
    inside = "al" in parts and "para" in parts[parts.index("al") :]
    return [
        ("subpara", n) if part == "para" and inside and at > parts.index("al") else (part, n)
        for at, (part, n) in enumerate(steps)
    ]


def under(base: Path, path: Path) -> Path:
    """Return `path` inside what the words before it have named already (`base`)."""
    if not path:
        return base
    if path[0][0] == "row":
        return (*(step for step in base if step[0] in _CONTAINERS or step[0] in {"att", "table"}), *path)
    return (*(step for step in base if _RANK[step[0]] < _RANK[path[0][0]]), *path)


def chained(base: Path, runs: Sequence[Run]) -> list[Path]:
    """Return the paths of runs that follow each other in one command: each is inside what was named before it."""
    paths: list[Path] = []
    for one in runs:
        above = paths[-1] if paths else base
        outer = above[:1] if one.nested and above and above[0][0] == "att" else ()
        inner = [(*outer, *reference.path) if outer else under(above, reference.path) for reference in one.references]
        if paths and all(len(path) > len(above) and path[: len(above)] == above for path in inner):
            paths.pop()  # it only says where the next one stands
        paths += inner
    return paths


def steps_of(eid: str) -> Path:
    """Return an eid as a path."""
    steps = (part.rpartition("_") for part in eid.split("__") if part)
    return tuple((kind, number) for kind, _, number in steps if kind in _RANK)


def within(home: Path, path: Path) -> Path:
    """Return `path` as it is meant at `home`: what stands above its first level there stays."""
    if path[0][0] != "att":
        return under(home, path)
    outer = [step for step in home if step[0] == "att"][:-1]
    return (*outer, *path)


def find_runs(folded: str, grammar: Grammar, start: int = 0, stop: int | None = None) -> list[Run]:
    """Return the references to provisions in folded text, grouped by what is joined.

    An aside after a number ("sub-points 1), 13) (as to pensions) and 16)") does not part a list.
    """
    end = len(folded) if stop is None else stop
    asides = list(_ASIDE.finditer(folded, start, end))
    if not asides:
        return _runs(folded, grammar, start, end)
    kept = [0, *(m.end() for m in asides)], [*(m.start() for m in asides), len(folded)]
    shorter = "".join(folded[a:b] for a, b in zip(*kept, strict=True))
    gone = sum(len(m[0]) for m in asides)
    return [_moved(run, asides) for run in _runs(shorter, grammar, start, end - gone)]


def _moved(run: Run, asides: Sequence[re.Match[str]]) -> Run:
    """Return a run found without its asides at its characters in the whole text."""

    def moved(at: int) -> int:
        for aside in asides:
            at += len(aside[0]) if aside.start() < at else 0
        return at

    references = tuple(Reference(r.path, moved(r.start), moved(r.stop)) for r in run.references)
    return Run(moved(run.start), moved(run.stop), references)


def _runs(folded: str, grammar: Grammar, start: int, stop: int) -> list[Run]:
    elements = _elements(folded, grammar, start, stop)
    runs: list[Run] = []
    group: list[Element] = []
    adjacent: list[bool] = []
    for element in elements:
        if group:
            gap = folded[group[-1].stop : element.start]
            joined = _is_joint(gap, grammar)
            if gap.isspace() or joined:
                adjacent.append(not joined)
                group.append(element)
                continue
            runs.append(_run(group, adjacent, grammar))
        group, adjacent = [element], []
    if group:
        runs.append(_run(group, adjacent, grammar))
    return runs


def _elements(folded: str, grammar: Grammar, start: int, stop: int) -> list[Element]:
    found: list[Element] = []
    for pattern in grammar.patterns["provision"]:
        for match in pattern.regex.finditer(folded, start, stop):
            part = part_of(match["level"], grammar)
            if (
                part is None
                or part not in _RANK
                or any(e.start < match.end() and match.start() < e.stop for e in found)
            ):
                continue
            numbers = numbers_of(match["numbers"], match["level"], grammar)
            if numbers:
                found.append(Element(match.start(), match.end(), part, numbers))
    return sorted(found, key=lambda e: e.start)


def numbers_of(printed: str, level: str, grammar: Grammar) -> tuple[str, ...]:
    """Return the numbers of a printed list ("16, 17 and 18", "1)-3)", "first and second"), ranges written out."""
    item = grammar.patterns["number_item"][0].regex
    spread = grammar.patterns["range_mark"][0].regex
    many = bool(grammar.patterns["plural_level"][0].regex.search(level)) and len(_TWO.findall(printed)) == 1
    numbers: list[str] = []
    end = None
    for match in item.finditer(printed):
        value = ordinal(match[0], grammar) or match[0].strip('«»")( ').lower()
        between = "" if end is None else printed[end : match.start()]
        end = match.end()
        two = _TWO.fullmatch(match[0])
        if numbers and spread.fullmatch(between):
            numbers += (run(numbers[-1], value) or [numbers[-1], value])[1:]
        elif two and many and run(two[1], two[2]):
            numbers += run(two[1], two[2]) or []
        else:
            numbers.append(value)
    return tuple(numbers)


def _is_joint(gap: str, grammar: Grammar) -> bool:
    return any(p.regex.fullmatch(gap) for p in grammar.patterns["joint"])


def _run(elements: Sequence[Element], adjacent: Sequence[bool], grammar: Grammar) -> Run:
    """Work out the chains of a run: neighbours nest, joined ones share what stands above them."""
    outward = "inner-first" in grammar.words["provision_order"]
    ordered = list(reversed(elements)) if outward else list(elements)
    near = list(reversed(adjacent)) if outward else list(adjacent)
    references: list[Reference] = []
    chain: list[Element] = []
    before: list[Element] = []
    for at, element in enumerate(ordered):
        if chain and near[at - 1] and _nests(chain[-1].part, element.part):
            chain.append(element)
            continue
        if chain and outward and near[at - 1] and _nests(element.part, chain[0].part):
            chain.insert(0, element)  # "in point 3 sub-point 2)": the outer one first, as commands put it
            continue
        if chain:
            references += _references(before, chain)
            whole = [*before, *chain]
            same = any(e.part == element.part for e in whole)
            before = [e for e in whole if _RANK[e.part] < _RANK[element.part]] if same else []
        chain = [element]
    references += _references(before, chain)
    if outward:
        references.sort(key=lambda r: r.start)
    return Run(elements[0].start, elements[-1].stop, tuple(references))


def _nests(outer: str, inner: str) -> bool:
    """Return whether a level stands inside another: deeper ones do, and lists inside an unnumbered part."""
    return _RANK[inner] > _RANK[outer] or (outer == "al" and inner in {"para", "subpara", "al"})


def _references(above: Sequence[Element], chain: Sequence[Element]) -> list[Reference]:
    start, stop = min(e.start for e in chain), max(e.stop for e in chain)
    steps = [[(e.part, number) for number in e.numbers] for e in (*above, *chain)]
    return [Reference(tuple(path), start, stop) for path in product(*steps)]
