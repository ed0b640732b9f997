"""The page about an act: one file of HTML without scripts, without network, for eyes, keyboards and screen readers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from buyruq.report.runs import Marks, Run, place
from buyruq.report.sheet import FACTS, Row, Sheet
from models import CELL_BREAK

SENTENCES = {"text", "new_text", "meaning"}  # long columns go last
EXAMPLES = 3  # repairs shown of each rule
NOT_SHOWN = {"start_char", "end_char", "confidence", "document_id", "act_id", "rule", "position_id", "deadline_id",
             "amendment_id", "citation_id", "category_id", "category_printed", "eid", "page"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a clause: a table row where it has `cells`, else running text. `start` is its place in the text."""

    anchor: str
    start: int
    cells: tuple[tuple[Run, ...], ...]
    columns: int
    table: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A provision to show, with all that it holds."""

    clause: Row
    level: int
    heading: tuple[Run, ...]
    text: tuple[Run, ...]
    lines: tuple[Line, ...]
    facts: tuple[tuple[str, str], ...]
    children: list[Node]


class ActPage:
    """An act that shows itself in a notebook, and that can be saved as one file."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __repr__(self) -> str:
        act = self.sheet.act
        named = " ".join(str(act[name]) for name in ("number", "adopted_on", "title") if act[name])
        return f"ActPage({act['act_id']}: {named}, {len(self.sheet.clauses)} clauses)"

    @property
    def html(self) -> str:
        """Return the page as one string."""
        return render(self.sheet)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file and return its path."""
        Path(path).write_text(self.html, "utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        return framed(self.html, f"Act {self.sheet.act['number'] or self.sheet.act['act_id']}")


def framed(page: str, title: str, height: str = "40em") -> str:
    """Return a page as a frame of its own, so that neither its style nor its addresses meet those of the notebook."""
    # Addresses inside the page must lead to the page, not to the notebook around it.
    inside = page.replace("<head>", '<head><base href="about:srcdoc">', 1)
    return (
        f'<iframe title="{escape(title)}" srcdoc="{escape(inside)}" '
        f'style="width:100%;height:{height};border:1px solid #8888"></iframe>'
    )


def render(sheet: Sheet) -> str:
    """Return the page about an act."""
    style = files("buyruq.report").joinpath("page.css").read_text("utf-8")
    nodes = tree(sheet)
    return (
        _templates()
        .get_template("act.html.j2")
        .render(
            act=sheet.act,
            source=sheet.source,
            style=style,
            nodes=nodes,
            tables=[table for name in FACTS if (table := _table(name, sheet, _rows_by_start(nodes)))],
            repairs=_repairs(sheet),
            marked=sum(1 for row in sheet.repairs if (row["before"] or "").strip() or (row["after"] or "").strip()),
            doubts=len(sheet.doubts),
            issues=sheet.issues,
            clauses=len(sheet.clauses),
            eids={clause["eid"] for clause in sheet.clauses},
        )
    )


def tree(sheet: Sheet) -> list[Node]:
    """Return the provisions at the top, each with those that it holds."""
    marks = Marks(sheet)
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in FACTS:
        for number, row in enumerate(sheet.facts[name], start=1):
            facts[row["eid"]].append((name, f"{name}-{number}"))
    top: list[Node] = []
    nodes: dict[str, Node] = {}
    for clause in sheet.clauses:
        parent = nodes.get(clause["parent_eid"])
        said = _first_of_each_kind(facts[clause["eid"]])
        node = Node(clause, min(parent.level + 1, 6) if parent else 3, *_printed(clause, sheet.text, marks), said, [])
        nodes[clause["eid"]] = node
        (parent.children if parent else top).append(node)
    return top


def _first_of_each_kind(facts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return what to say of the facts of a clause: a count and a kind, and the first of them."""
    kinds = {name: list(group) for name, group in groupby(facts, key=lambda fact: fact[0])}
    singular = {"categories": "category"}
    return tuple(
        (f"{len(group)} {name}" if len(group) > 1 else f"1 {singular.get(name, name[:-1])}", group[0][1])
        for name, group in kinds.items()
    )


def _printed(clause: Row, text: str, marks: Marks) -> tuple[tuple[Run, ...], tuple[Run, ...], tuple[Line, ...]]:
    start, stop = clause["start_char"], clause["end_char"]
    heading, after = _runs(clause["heading"], text, start, stop, marks)
    if "\t" in text[start:stop]:
        return heading, (), tuple(_lines(clause, text, after, stop, marks))
    return heading, _runs(clause["text"], text, after, stop, marks)[0], ()


def _runs(words: str | None, text: str, start: int, stop: int, marks: Marks) -> tuple[tuple[Run, ...], int]:
    """Return words of a clause as runs, and where the text behind them begins."""
    if not words:
        return (), start
    places = place(words, text, start, stop)
    if places is None:
        return (Run(words, frozenset(), ""),), start
    return tuple(marks.runs(words, places)), places[-1] + 1


def _lines(clause: Row, text: str, start: int, stop: int, marks: Marks) -> Iterator[Line]:
    """Yield the lines of a clause that holds table rows."""
    lines: list[tuple[int, str]] = []
    at = start
    for line in text[start:stop].split("\n"):
        if line.strip():
            lines.append((at, line))
        at += len(line) + 1
    columns = max((line.count("\t") + 1 for _, line in lines), default=1)
    for number, (begin, line) in enumerate(lines, start=1):
        cells, at = [], begin
        for cell in line.split("\t"):
            cells.append(tuple(marks.runs(cell.replace(CELL_BREAK, " "), range(at, at + len(cell)))))
            at += len(cell) + 1
        table = clause["kind"] == "table" or len(cells) > 1
        yield Line(f"{clause['eid']}--line-{number}", begin, tuple(cells), columns, table)


def _rows_by_start(nodes: list[Node]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for node in nodes:
        found[node.clause["eid"]] = list(node.lines)
        found |= _rows_by_start(node.children)
    return found


def _table(name: str, sheet: Sheet, lines: dict[str, list[Line]]) -> dict[str, Any] | None:
    """Return the facts of one kind as a table: columns that nothing stands in are left out."""
    rows = sheet.facts[name]
    if not rows:
        return None
    told = {column for row in rows for column, value in row.items() if value not in (None, [], ())}
    columns = [column for column in rows[0] if column in told - NOT_SHOWN]
    columns.sort(key=lambda column: column in SENTENCES)
    return {
        "name": name,
        "columns": columns,
        "rows": [
            {"id": f"{name}-{number}", "anchor": _anchor(row, lines), "fact": row,
             "cells": [_cell(row[column]) for column in columns]}
            for number, row in enumerate(rows, start=1)
        ],
    }  # fmt: skip


def _anchor(row: Row, lines: dict[str, list[Line]]) -> str:
    """Return the address of the words of a fact: its clause, or the line of the table that prints it."""
    before = [line.anchor for line in lines.get(row["eid"], []) if line.start <= row["start_char"]]
    return before[-1] if before else row["eid"]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_cell(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _repairs(sheet: Sheet) -> list[dict[str, Any]]:
    """Return what each rule of the repair did: how often, how sure at least, and examples."""
    counts = Counter(row["method"] for row in sheet.repairs)
    shown = []
    for method, count in counts.most_common():
        rows = [row for row in sheet.repairs if row["method"] == method]
        pairs = dict.fromkeys((" ".join(row["before"].split()), " ".join(row["after"].split())) for row in rows)
        examples = [pair for pair in pairs if any(pair)][:EXAMPLES]
        shown.append(
            {"method": method, "count": count, "sure": min(row["confidence"] for row in rows), "examples": examples}
        )
    return shown


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("buyruq.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["words"] = lambda name: name.replace("_", " ")
    return templates
