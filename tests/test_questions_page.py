"""The page of questions: every call, every query and every answer. Run as a program, it writes the answers anew."""

import re
import shlex
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import buyruq
from buyruq.cli import main
from buyruq.ingest import ingest_paths

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "questions.md"
QUESTION = re.compile(
    r"```py\n(?P<call>.*?)```\n```(?P<tongue>sql|sh)\n(?P<query>.*?)```\n```text\n(?P<answer>.*?)```", re.S
)
QUESTIONS = list(QUESTION.finditer(PAGE.read_text("utf-8")))
SHOWN = 6
NUMBERED = pytest.mark.parametrize("asked", QUESTIONS, ids=range(1, len(QUESTIONS) + 1))


@pytest.fixture(scope="module")
def kb(specimens_kb: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(specimens_kb)


def _specimens(folder: Path) -> buyruq.KnowledgeBase:
    ingest_paths([ROOT / "corpus" / "specimens"], folder / "kb.duckdb")
    return buyruq.open(folder / "kb.duckdb")


def words(value: object) -> str:
    """Return a value of a frame as the page prints it."""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return "; ".join(str(item) for item in value)
    if pd.isna(value):
        return ""
    return str(value).removesuffix(" 00:00:00")


def lines(frame: pd.DataFrame, columns: list[str]) -> list[str]:
    return [" | ".join(words(value) for value in row) for row in frame[columns].itertuples(index=False)]


def answer_of(kb: buyruq.KnowledgeBase, asked: re.Match[str]) -> str:
    """Return the answer to a question as text, and prove that call and query give the same."""
    called = eval(asked["call"], {"kb": kb})
    if asked["tongue"] == "sh":
        told = CliRunner().invoke(main, [*shlex.split(asked["query"])[1:], "--kb", str(kb.path), "--format", "csv"])
        assert told.exit_code == 0, told.output
        columns, found = ["due_on", "certain", "eid"], lines(called, ["due_on", "certain", "eid"])
        assert all(words(day) in told.output for day in called["due_on"])
    else:
        answer = kb.sql(asked["query"])
        columns, found = list(answer.columns), lines(answer, list(answer.columns))
        shared = [column for column in columns if column in called.columns]
        assert shared
        same = sorted(lines(called, shared))
        assert set(lines(answer, shared)) <= set(same)
        assert len(answer) == len(called) or "LIMIT" in asked["query"]
    left = len(found) - SHOWN
    return "\n".join([" | ".join(columns), *found[:SHOWN], *([f"... {left} more"] if left > 0 else []), ""])


def test_there_are_twenty_five_questions() -> None:
    assert len(QUESTIONS) == 25


@NUMBERED
def test_the_answer_on_the_page_is_the_answer(kb: buyruq.KnowledgeBase, asked: re.Match[str]) -> None:
    assert answer_of(kb, asked) == asked["answer"]


if __name__ == "__main__":
    base = _specimens(Path(sys.argv[1]))
    page = QUESTION.sub(
        lambda asked: asked[0][: asked.start("answer") - asked.start()] + answer_of(base, asked) + "```",
        PAGE.read_text("utf-8"),
    )
    PAGE.write_text(page, "utf-8")
