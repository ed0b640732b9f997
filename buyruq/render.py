"""Answers for eyes and for programs: tables, trees, JSON, CSV."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any
from uuid import UUID

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

Rows = Sequence[Sequence[Any]]


def show(what: RenderableType) -> None:
    """Print a table or a tree: as wide as the terminal, or 200 characters into a pipe, without blanks at line ends."""
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    with console.capture() as held:
        console.print(what)
    lines = [line.rstrip() for line in held.get().splitlines()]
    sys.stdout.write("\n".join(lines).strip("\n") + "\n")


def print_table(names: Sequence[str], rows: Rows) -> None:
    """Print rows as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(names):
        figures = any(isinstance(row[place], int | float) for row in rows[:50])
        table.add_column(Text(name), justify="right" if figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    show(table)


def print_csv(names: Sequence[str], rows: Rows) -> None:
    """Print rows as CSV with a line of names; lists as JSON."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_csv_cell(value) for value in row] for row in rows)


def print_json(value: object) -> None:
    """Print one JSON value."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n")


def objects(names: Sequence[str], rows: Rows) -> list[dict[str, Any]]:
    """Return rows as objects; a name that repeats gets `_2`, `_3`."""
    unique: list[str] = []
    for name in names:
        count = 2
        fresh = name
        while fresh in unique:
            fresh, count = f"{name}_{count}", count + 1
        unique.append(fresh)
    return [dict(zip(unique, row, strict=True)) for row in rows]


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: records as objects, dates in ISO form, bytes by their length, NaN as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, timedelta | UUID):
        return str(value)
    return value


def clause_tree(title: str, clauses: Sequence[Mapping[str, Any]], width: int = 110) -> Tree:
    """Return clauses (rows of the view, in document order) as a tree to print."""
    root = Tree(Text(title, style="bold"), guide_style="dim")
    nodes: dict[str | None, Tree] = {}
    for clause in clauses:
        parent = nodes.get(clause["parent_eid"], root)
        nodes[clause["eid"]] = parent.add(_clause_line(clause, width))
    return root


def _clause_line(clause: Mapping[str, Any], width: int) -> Text:
    words = " ".join(part for part in (clause["num"], clause["heading"], clause["text"]) if part)
    line = Text(clause["eid"], style="cyan")
    line.append(" ")
    line.append(words if len(words) <= width else words[: width - 1] + "…", style="default")
    if clause["status"] == "repealed":
        line.append(" [repealed]", style="red")
    return line


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(item) for item in value)
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)


def _csv_cell(value: object) -> object:
    return json.dumps(plain(value), ensure_ascii=False) if isinstance(value, list | dict) else value
