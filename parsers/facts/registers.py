"""Registers of posts by block, link and step: as tables, and as the running lines that a converter leaves of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models import Grammar, Passage, Span, Text
from parsers.facts.categories import normal_code
from parsers.facts.positions_table import Found, header_of
from parsers.facts.positions_titles import Titles, items_of, tidy
from parsers.tables import Row, words_of

_LINK = re.compile(r"(?P<block>[A-D])(?P<number>\d?)")
_STEP = re.compile(r"\d(?:-\d)?")
_MINUS = re.compile(r"\s*[−–—-]\s*")


@dataclass(slots=True)
class Cell:
    """One cell of titles with the labels printed for it.

    `link` and `step` are normal forms, None where lost; `label` is the link as printed. `fresh` says that a
    group of posts begins here, `default` is the link that such a group has in every register.
    """

    block: str
    sphere: int
    items: list[Passage] = field(default_factory=list)
    pieces: tuple[Span, ...] = ()
    link: str | None = None
    label: str = ""
    step: str | None = None
    printed_step: bool = False
    carried: bool = False
    fresh: bool = False
    default: str | None = None
    head: str = ""


def step_key(step: str | None) -> tuple[int, int]:
    """Return the order of a step: `1` before `1-1` before `2`."""
    halves = [int(n) for n in (step or "0").split("-")]
    return halves[0], halves[1] if len(halves) > 1 else 0


def link_of(word: str, grammar: Grammar) -> str | None:
    """Return a printed link label in its normal form (`A1`, `D`)."""
    code = normal_code(word, grammar)
    return code if _LINK.fullmatch(code) else None


def step_of(word: str) -> str | None:
    """Return a printed step in its normal form (`1-1`)."""
    step = _MINUS.sub("-", word.strip(" ."))
    return step if _STEP.fullmatch(step) else None


def block_of_line(phrase: str, grammar: Grammar) -> tuple[str, str] | None:
    """Return the block that a heading opens, and the sphere or staff named beside it."""
    for pattern in grammar.patterns["position_block"]:
        match = pattern.regex.search(phrase)
        if match:
            return normal_code(match["block"], grammar), match["sphere"] or ""
    return None


def is_sphere(phrase: str, grammar: Grammar) -> bool:
    """Say whether a line names a sphere inside a block."""
    return any(p.regex.search(phrase) for p in grammar.patterns["position_sphere"])


def find_in_register(text: Text, rows: Sequence[Row], grammar: Grammar) -> list[Found]:
    """Return the positions of a register that is a table; nothing where the rows are no register."""
    roles, header = header_of(text, rows, grammar)
    if not {"step", "title"} <= set(roles):
        return []
    return positions_of(text, _cells_of_rows(text, rows[header + 1 :], roles, grammar), grammar, "register, table")


def _cells_of_rows(text: Text, rows: Sequence[Row], roles: Mapping[str, int], grammar: Grammar) -> list[Cell]:
    titles = Titles(grammar)
    cells: list[Cell] = []
    block, sphere = "", 0
    for row in rows:
        column = 0 if row.heading else roles["title"]
        pieces = row.cells[column] if column < len(row.cells) else ()
        phrase = tidy(words_of(text.string, pieces))
        heading = block_of_line(phrase, grammar) if row.heading else None
        if heading:
            sphere += 1 if heading[0] == block or not is_sphere(heading[1], grammar) else 0
            block = heading[0]
            continue
        if row.heading and is_sphere(phrase, grammar):
            sphere += 1
            continue
        if not phrase:
            continue
        words = {role: words_of(text.string, row.cells[c]) for role, c in roles.items() if c < len(row.cells)}
        cell = Cell(block, sphere, link=link_of(words.get("link", ""), grammar), step=step_of(words.get("step", "")))
        cell.label = words.get("link", "") if cell.link else ""
        cell.printed_step = cell.step is not None
        _note_group(cell, phrase, titles)
        if cells and (row.heading or _continues(cells[-1], cell)):
            cells[-1].pieces += pieces  # the rest of a cell, over a page or beside cells that span down from above
            cells[-1].items = items_of(text.string, cells[-1].pieces, titles)
            continue
        cell.pieces = tuple(pieces)
        cell.items = items_of(text.string, pieces, titles)
        cell.carried = row.spanned is None or roles.get("link", -1) in row.spanned
        cells.append(cell)
    return cells


def _continues(before: Cell, cell: Cell) -> bool:
    """Say whether a row without labels goes on with the cell of the row before."""
    same = (before.block, before.sphere) == (cell.block, cell.sphere)
    return same and before.step is not None and cell.link is None and cell.step is None


def _note_group(cell: Cell, words: str, titles: Titles) -> None:
    """Note what the heading of a group before a colon says of link and step."""
    group = titles.group(words[: words.find(":")]) if ":" in words else None
    if group is not None:
        cell.fresh = True
        cell.default = cell.default or group.get("link")
        cell.step = cell.step or group.get("step")


def positions_of(text: Text, cells: Sequence[Cell], grammar: Grammar, rule: str) -> list[Found]:
    """Return the positions of a register's cells in order; lost links are inferred and marked."""
    titles = Titles(grammar)
    found: list[Found] = []
    for cell, (link, inferred) in zip(cells, links(cells), strict=True):
        label = next((c.label for c in cells if c.link == link and c.label), "")
        code = f"{link}-{cell.step}" if cell.step else link
        head, above = "", None
        for passage in cell.items:
            alone, units = titles.lone_head(passage.text)
            if alone:
                head, above = alone, passage.locate(0, units)
            for named in titles.named(passage.text, units, head=head):
                found.append(
                    Found(
                        title=named.title,
                        span=_with_head(passage.locate(named.start, named.stop), above, named.title, head),
                        rule=rule,
                        confidence=0.75 if inferred else 0.95 if cell.printed_step or not cell.step else 0.9,
                        organisations=named.organisations,
                        code=code or None,
                        printed="" if inferred else f"{label} {cell.step or ''}",
                        inferred=inferred or (cell.step is not None and not cell.printed_step),
                        block=(link or cell.block)[:1] or None,
                    )
                )
    return found


def _with_head(span: Span, above: Span | None, title: str, head: str) -> Span:
    """Return the span of a title, from its head on where an item before it prints that."""
    return Span(min(above.start, span.start), span.stop) if above and title.startswith(head) else span


def links(cells: Sequence[Cell]) -> list[tuple[str, bool]]:
    """Return the link of each cell and whether it was inferred.

    A new link begins where the steps restart, wherever its label is printed (contract, section 4).
    """
    runs: list[list[int]] = []
    for index, cell in enumerate(cells):
        if not runs or _restarts(cells[runs[-1][-1]], cell):
            runs.append([])
        runs[-1].append(index)
    names: list[tuple[str, bool]] = [("", True)] * len(cells)
    printed = [next((cells[i].link for i in run if cells[i].link), None) for run in runs]
    for number, run in enumerate(runs):
        name = printed[number] or _inferred(cells, runs, printed, number)
        for index in run:
            lost = printed[number] is None or not (cells[index].link or cells[index].carried)
            names[index] = (name, lost)
    return names


def _restarts(before: Cell, cell: Cell) -> bool:
    """Say whether a cell belongs to another link than the cell before it."""
    if (before.block, before.sphere) != (cell.block, cell.sphere):
        return True
    if cell.link and before.link and cell.link != before.link:
        return True
    if cell.step is None or before.step is None:
        return cell.fresh or bool(cell.link)
    return step_key(cell.step) <= step_key(before.step)


def _inferred(cells: Sequence[Cell], runs: Sequence[list[int]], printed: Sequence[str | None], number: int) -> str:
    """Return the link of a run without a label: by its group, or counted from the nearest label of its sphere."""
    first = cells[runs[number][0]]
    if first.block == "D":
        return "D"
    if first.default and not first.step:
        return first.block + first.default
    peers = [n for n, run in enumerate(runs) if _same(cells[run[0]], first)]
    at = peers.index(number)
    anchors = [(peers.index(n), int(printed[n][1:])) for n in peers if (printed[n] or "")[1:].isdigit()]  # type: ignore[index]
    before = [a for a in anchors if a[0] < at]
    if before:
        return f"{first.block}{before[-1][1] + at - before[-1][0]}"
    after = [a for a in anchors if a[0] > at and a[1] > a[0] - at]
    if after:
        return f"{first.block}{after[0][1] - (after[0][0] - at)}"
    base = cells[runs[peers[0]][0]].default
    return f"{first.block}{int(base or 1) + at}"


def _same(left: Cell, right: Cell) -> bool:
    return (left.block, left.sphere) == (right.block, right.sphere)
