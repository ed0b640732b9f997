"""The Python API: twelve names at most, frames with typed columns, nothing but reading."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import buyruq
import corpus
from models import Reading

PUBLIC = {
    "Act",
    "BuyruqError",
    "KnowledgeBase",
    "Limits",
    "Reading",
    "SourceError",
    "Text",
    "build",
    "open",
    "read",
    "repair",
    "show",
}


@pytest.fixture
def kb(tmp_path: Path, rich_reading: Reading, make_reading: Callable[..., Reading]) -> buyruq.KnowledgeBase:
    now = datetime(2026, 1, 1)
    with corpus.writing(tmp_path / "kb.duckdb") as writer:
        for reading in (rich_reading, make_reading(["x"], number="8")):
            writer.write(corpus.rows_of(reading, "test"))
        writer.finish(corpus.Run("run", now, now, 2, 2, 0, 0, 0))
    return buyruq.open(tmp_path / "kb.duckdb")


def test_public_names_are_pinned() -> None:
    assert set(buyruq.__all__) == PUBLIC
    assert len(PUBLIC) <= 12
    assert all(getattr(buyruq, name).__doc__ for name in PUBLIC)


def test_views_are_frames(kb: buyruq.KnowledgeBase) -> None:
    for view in ("documents", "acts", "clauses", "positions", "categories", "deadlines", "amendments", "citations",
                 "definitions", "issues", "disagreements"):  # fmt: skip
        frame = getattr(kb, view)()
        assert isinstance(frame, pd.DataFrame), view
        assert len(frame.columns) > 5
    assert len(kb.acts()) == 2
    assert list(kb.clauses().columns[:3]) == ["clause_id", "act_id", "eid"]
    assert pd.api.types.is_datetime64_any_dtype(kb.acts()["adopted_on"])
    assert list(kb.positions()["specialities"][0]) == ["Law"]


def test_an_act_by_number_and_date(kb: buyruq.KnowledgeBase) -> None:
    assert len(kb.act(number="12", date="2024-03-01")) == 1
    assert kb.act(number="12", date="2024-03-02").empty
    act_id = kb.act(number="12")["act_id"][0]
    assert list(kb.clauses(act_id)["eid"]) == ["para_1", "para_2"]
    assert len(kb.deadlines(act_id)) == 2


def test_sql_takes_values_and_only_reads(kb: buyruq.KnowledgeBase) -> None:
    assert list(kb.sql("SELECT eid FROM clauses WHERE text = ?", ["x"])["eid"]) == ["para_1"]
    with pytest.raises(buyruq.BuyruqError, match="DELETE"):
        kb.sql("DELETE FROM t_act")


def test_it_shows_itself(kb: buyruq.KnowledgeBase) -> None:
    assert repr(kb).endswith(": 2 acts, 3 clauses)")


def test_read_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "act.txt"
    file.write_text("1. Утвердить Правила.\n2. Настоящий приказ вводится в действие.\n", "utf-8")
    reading = buyruq.read(file)
    assert isinstance(reading, buyruq.Reading)
    assert "Утвердить" in reading.text.string
    assert buyruq.repair(str(file)).string == reading.text.string
    with pytest.raises(buyruq.SourceError, match=r"not there .*Check the path"):
        buyruq.read(tmp_path / "none.txt")
