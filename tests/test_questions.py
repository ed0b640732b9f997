"""Questions by name: the same rows in a notebook, on the command line and in a bare DuckDB client."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import buyruq
import corpus
from buyruq.cli import main
from models import UsageError

ASKED = [
    ("positions", {"category": "C-SV-*"}),
    ("positions", {"category": "c-sv-?", "act": "44"}),
    ("positions", {"education": "жоғары", "speciality": "гидрология"}),
    ("deadlines", {"act": "96"}),
    ("deadlines", {"unit": "working_day", "kind": "period"}),
    ("amendments", {"of": "301-VI"}),
    ("amendments", {"by": "44 2025-03-07"}),
    ("citing", {"act": "301-VI"}),
    ("citing", {"provision": "art_12"}),
    ("compare", {"act_kk": "112", "act_ru": "112"}),
    ("clause", {"act": "58", "eid": "att_2"}),
    ("search", {"query": "көпірлер", "top": "3"}),
]


@pytest.fixture(scope="module")
def kb(specimens_kb: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(specimens_kb)


def command(kb: buyruq.KnowledgeBase, *words: str) -> Result:
    return CliRunner().invoke(main, ["sql", *words, "--kb", str(kb.path), "--format", "json"])


@pytest.mark.parametrize(("question", "asked"), ASKED, ids=[f"{name}-{n}" for n, (name, _) in enumerate(ASKED)])
def test_three_ways_give_the_same_rows(kb: buyruq.KnowledgeBase, question: str, asked: dict[str, str]) -> None:
    frame = kb.ask(question, **asked)
    assert len(frame) > 0
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    told = json.loads(command(kb, "--named", question, *options).stdout)
    assert [row["act_id"] for row in told if "act_id" in row] == list(frame.get("act_id", []))
    assert len(told) == len(frame)
    places = ", ".join(
        f"'{value}'" if not corpus.parameters(question)[name] else f"{name} := '{value}'"
        for name, value in asked.items()
    )
    with duckdb.connect(str(kb.path), read_only=True, config=corpus.query.LOCKED) as bare:
        rows = bare.execute(f"FROM {question}({places})").fetchall()
    assert len(rows) == len(frame)
    assert [row[0] for row in rows] == [None if pd.isna(value) else value for value in frame.iloc[:, 0]]


@pytest.mark.parametrize("question", corpus.QUESTIONS)
def test_every_question_says_what_it_answers(kb: buyruq.KnowledgeBase, question: str) -> None:
    told = kb.rows("SELECT comment FROM duckdb_functions() WHERE function_name = $name", {"name": question})[1]
    assert told[0][0]


def test_columns_have_types_also_where_nothing_is_found(kb: buyruq.KnowledgeBase) -> None:
    some, none = kb.deadlines(act="96"), kb.deadlines(act="nowhere")
    assert dict(some.dtypes) == dict(none.dtypes)
    assert (str(some["quantity"].dtype), str(some["adopted_on"].dtype)) == ("Int32", "datetime64[s]")
    assert (str(some["text"].dtype), str(some["confidence"].dtype)) == ("string", "Float64")


def test_look_alikes_in_a_category_do_not_matter(kb: buyruq.KnowledgeBase) -> None:
    cyrillic, latin = kb.positions(category="С-SV-4"), kb.positions(category="C-SV-4")
    assert len(latin) > 0
    pd.testing.assert_frame_equal(cyrillic, latin)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--named", "positions", "--colour", "red"), "positions has no colour"),
        (("--named", "compare", "--act-kk", "112"), "needs act_ru"),
        (("--named", "positions", "category"), "--name value"),
        ((), "give one query"),
        (("SELECT 1", "SELECT 2"), "give one query"),
    ],
)
def test_wrong_use_is_explained(kb: buyruq.KnowledgeBase, words: tuple[str, ...], message: str) -> None:
    told = command(kb, *words)
    assert (told.exit_code, message in told.stderr) == (2, True)


def test_an_unknown_question_is_explained(kb: buyruq.KnowledgeBase) -> None:
    with pytest.raises(UsageError, match="There are: positions"):
        kb.ask("weather")


def test_quotes_in_a_question_are_only_letters(kb: buyruq.KnowledgeBase) -> None:
    assert len(kb.positions(act="44' OR '1'='1")) == 0
    assert len(kb.amendments(of="'; DROP TABLE t_act; --")) == 0
