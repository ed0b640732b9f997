"""Search: forms of words, look-alike letters, both Uzbek scripts; and how often it finds the right clause."""

import tomllib
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import buyruq
import corpus
from buyruq.ingest import ingest_paths
from corpus.questions import has_questions, search_sql

ROOT = Path(__file__).parents[1]
CASES = tomllib.loads((ROOT / "tests" / "cases" / "search.toml").read_text("utf-8"))
SHARED = tomllib.loads((ROOT / "tests" / "cases" / "search_shared.toml").read_text("utf-8"))["query"]


@pytest.fixture(scope="module")
def words() -> duckdb.DuckDBPyConnection:
    """Return a connection with the macros of words and stems, and empty tables."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(corpus.schema.tables_sql())
    connection.execute(search_sql())
    return connection


def stem(words: duckdb.DuckDBPyConnection, language: str, word: str) -> str:
    return str(words.execute("SELECT stem($1, printed_key($1, $2))", [language, word]).fetchall()[0][0])


@pytest.mark.parametrize("case", CASES["same"], ids=lambda case: case["words"][0])
def test_forms_of_a_word_have_one_stem(words: duckdb.DuckDBPyConnection, case: dict[str, list[str]]) -> None:
    assert len({stem(words, str(case["language"]), word) for word in case["words"]}) == 1


@pytest.mark.parametrize("case", CASES["different"], ids=lambda case: case["words"][0])
def test_other_words_have_other_stems(words: duckdb.DuckDBPyConnection, case: dict[str, list[str]]) -> None:
    assert len({stem(words, str(case["language"]), word) for word in case["words"]}) == len(case["words"])


@pytest.mark.parametrize(("typed", "meant"), [pair for pairs in CASES["keys"].values() for pair in pairs])
def test_one_key_whatever_was_typed(words: duckdb.DuckDBPyConnection, typed: str, meant: str) -> None:
    found = words.execute(
        "SELECT list_contains(list_transform(readings($1), lambda r: word_key(r)), word_key($2))", [typed, meant]
    ).fetchall()
    assert found[0][0]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30))
def test_any_text_has_words_and_keys(words: duckdb.DuckDBPyConnection, text: str) -> None:
    found = words.execute("SELECT words($1), stems('kk', $1), stems('uz', $1), stems('ru', $1)", [text]).fetchall()[0]
    assert len({len(part) for part in found}) == 1


def test_digits_are_words(words: duckdb.DuckDBPyConnection) -> None:
    assert words.execute("SELECT words('26-1, 09/245')").fetchall()[0][0] == ["26", "1", "09", "245"]


@pytest.fixture(scope="module")
def specimens(specimens_kb: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(specimens_kb)


def test_the_line_of_the_hit_is_shown(specimens: buyruq.KnowledgeBase) -> None:
    found = specimens.search(CASES["shown"]["ask"], top=3)
    assert len(found) > 0
    assert all(hit in line for hit, line in zip(found["hit"], found["line"], strict=True))
    assert list(found["score"]) == sorted(found["score"], reverse=True)


@pytest.mark.parametrize("language", ["kk", "ru", "uz"])
def test_only_the_language_asked_for(specimens: buyruq.KnowledgeBase, language: str) -> None:
    found = specimens.search("1 2 3", language=language)
    assert set(found["language"]) == {language}


@pytest.mark.parametrize("nothing", ["", "   ", "!!!", "qqqqqqq", "'; --"])
def test_nothing_is_found_quietly(specimens: buyruq.KnowledgeBase, nothing: str) -> None:
    assert len(specimens.search(nothing)) == 0


def test_an_unchanged_run_keeps_the_index(specimens: buyruq.KnowledgeBase) -> None:
    with duckdb.connect(str(specimens.path), read_only=True, config=corpus.query.LOCKED) as connection:
        assert has_questions(connection)


def test_the_right_clause_is_among_the_first_five(shared: Path, tmp_path: Path) -> None:
    """Searches over real acts; the floor is that of the issue, nine of ten."""
    starts = tuple({q["source"] for q in SHARED if q["source"]})
    files = [path for path in sorted((shared / "acts").iterdir()) if path.name.startswith(starts)]
    small = [path for path in files if path.suffix in {".txt", ".html"}]
    ingest_paths(small, tmp_path / "kb.duckdb")
    names = [path.name for path in small]
    asked = [q for q in SHARED if q["source"] and any(name.startswith(q["source"]) for name in names)]
    with buyruq.open(tmp_path / "kb.duckdb") as kb:
        right = [
            any(eid == q["eid"] and Path(source).name.startswith(q["source"])
                for eid, source in kb.search(q["ask"], top=5)[["eid", "source"]].itertuples(index=False))
            for q in asked
        ]  # fmt: skip
    assert len(asked) >= 25
    assert sum(right) >= 0.9 * len(right), [q["ask"] for q, ok in zip(asked, right, strict=True) if not ok]
