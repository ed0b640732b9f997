"""The views of a knowledge base as tables: Parquet, CSV, XLSX and SQLite."""

from __future__ import annotations

import csv
import json
import sqlite3
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from buyruq.kb import KnowledgeBase

VIEWS = (
    "acts", "clauses", "positions", "categories", "deadlines", "amendments", "citations", "definitions", "issues",
    "documents",
)  # fmt: skip
LANGUAGES = 3  # headings are in English, Russian and Kazakh, in this order
CELL = 32_767  # characters that a cell of a spreadsheet holds
CUT = " […]"


def write_parquet(kb: KnowledgeBase, folder: Path, acts: list[str] | None = None) -> list[Path]:
    """Write one Parquet file a view, with lists and dates as they are, and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for view in VIEWS:
        path = folder / f"{view}.parquet"
        pq.write_table(kb.arrow(*_query(view, acts)), path, compression="zstd")
        written.append(path)
    return written


def write_csv(kb: KnowledgeBase, folder: Path, acts: list[str] | None = None) -> list[Path]:
    """Write one CSV file a view (UTF-8 with a mark, as spreadsheets want it; lists as JSON) and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for view in VIEWS:
        path = folder / f"{view}.csv"
        names, rows = kb.rows(*_query(view, acts))
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([_flat(value) for value in row] for row in rows)
        written.append(path)
    return written


def write_sqlite(kb: KnowledgeBase, file: Path, acts: list[str] | None = None) -> list[Path]:
    """Write the views as tables of a new SQLite file; lists are JSON, dates text in ISO form."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as base:
        for view in VIEWS:
            names, rows = kb.rows(*_query(view, acts))
            columns = ", ".join(f'"{name}"' for name in names)
            base.execute(f'CREATE TABLE "{view}" ({columns})')
            places = ", ".join("?" for _ in names)
            base.executemany(f'INSERT INTO "{view}" VALUES ({places})', ([_sql(v) for v in row] for row in rows))
            for name in ("act_id", "eid", "document_id"):
                if name in names:
                    base.execute(f'CREATE INDEX "{view}_{name}" ON "{view}" ("{name}")')
    base.close()
    return [file]


def write_xlsx(kb: KnowledgeBase, file: Path, acts: list[str] | None = None) -> list[Path]:
    """Write one workbook with a sheet a view; three lines of headings: English, Russian, Kazakh.

    A text longer than a cell can hold is cut and ends in a mark.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    for view in VIEWS:
        names, rows = kb.rows(*_query(view, acts))
        sheet = book.create_sheet(" · ".join(_headings()["sheets"][view])[:31])
        sheet.freeze_panes = f"A{LANGUAGES + 1}"
        for heads in _heads(names):
            sheet.append([_bold(sheet, head) for head in heads])
        for row in rows:
            sheet.append([_cell(sheet, _spread(value)) for value in row])
    book.save(file)
    return [file]


def _query(view: str, acts: list[str] | None) -> tuple[str, dict[str, object]]:
    if acts is None:
        return f"FROM {view} ORDER BY ALL", {}
    if view == "documents":
        return (
            "FROM documents WHERE document_id IN (SELECT document_id FROM acts WHERE act_id IN $acts) ORDER BY ALL",
            {"acts": acts},
        )
    return f"FROM {view} WHERE act_id IN $acts ORDER BY ALL", {"acts": acts}


def _heads(names: Sequence[str]) -> Iterable[list[str]]:
    columns = _headings()["columns"]
    for place in range(LANGUAGES):
        yield [columns[name][place] if name in columns else name for name in names]


@cache
def _headings() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files("buyruq.export").joinpath("headings.toml").read_text("utf-8"))


def _bold(sheet: Any, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=words)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _spread(value: Any) -> Any:
    """Return a value as a cell takes it: lists joined, no control characters, text that is no formula."""
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    if isinstance(value, str):
        value = "".join(c if c >= " " or c in "\n\t" else " " for c in value)
        return value if len(value) <= CELL else value[: CELL - len(CUT)] + CUT
    return value


def _cell(sheet: Any, value: Any) -> Any:
    """Return text that begins like a formula as a cell of text, so that no spreadsheet runs it."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _sql(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else _flat(value)
