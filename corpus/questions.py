"""The questions that a knowledge base answers by name: macros in its own file, and the index that search reads."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from models import GrammarError

QUESTIONS = ("positions", "deadlines", "amendments", "citing", "compare", "clause", "search")


@cache
def search_sql() -> str:
    """Return the SQL that makes words, keys and stems, and then the index of search anew."""
    fold = _query("fold")
    return "\n".join([fold, *_stemmers(fold), _query("index")])


@cache
def questions_sql() -> str:
    """Return the SQL that makes the questions; they need the tables of `search_sql`."""
    return "\n".join(_query(name) for name in ("named", *QUESTIONS))


@cache
def parameters(question: str) -> dict[str, bool]:
    """Return the parameters of a question in order, each with whether it may be left out."""
    told = re.search(rf"MACRO {question}\((.*?)\) AS TABLE", _query(question))
    if not told:
        raise GrammarError(f"queries/{question}.sql makes no macro of that name")
    parts = [part.partition(":=") for part in told.group(1).split(",")]
    return {name.strip().strip('"'): bool(default) for name, default, _ in parts}


def make_questions(connection: duckdb.DuckDBPyConnection) -> None:
    """Build the index of search and the questions into a knowledge base that is open for writing."""
    connection.execute(search_sql())
    connection.execute(questions_sql())
    connection.execute("DELETE FROM t_meta WHERE key = 'questions'")
    connection.execute("INSERT INTO t_meta VALUES ('questions', ?)", [_version()])


def has_questions(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a knowledge base has the questions that this program would make."""
    return bool(
        connection.execute("SELECT 1 FROM t_meta WHERE key = 'questions' AND value = ?", [_version()]).fetchone()
    )


@cache
def _version() -> str:
    return hashlib.sha256((search_sql() + questions_sql()).encode()).hexdigest()[:16]


def _query(name: str) -> str:
    return files("corpus").joinpath("queries", f"{name}.sql").read_text("utf-8")


def _stemmers(fold: str) -> list[str]:
    """Return the SQL of one macro a language, and of `stem` and `stems`, which choose among them."""
    languages: dict[str, dict[str, Any]] = tomllib.loads(files("corpus").joinpath("stems.toml").read_text("utf-8"))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(fold)
        made = [f"CREATE OR REPLACE MACRO stem_{name}(key) AS {_stem(connection, rules)};"
                for name, rules in languages.items()]  # fmt: skip
    cases = " ".join(f"WHEN '{name}' THEN stem_{name}(key)" for name in languages)
    return [
        *made,
        f"CREATE OR REPLACE MACRO stem(language, key) AS CASE language {cases} ELSE key END;",
        "CREATE OR REPLACE MACRO stems(language, phrase) AS "
        "list_transform(words(phrase), lambda word: stem(language, word_key(word)));",
        "COMMENT ON MACRO stems IS 'Words of a text without their endings, in the language given';",
    ]


def _stem(connection: duckdb.DuckDBPyConnection, rules: dict[str, Any]) -> str:
    """Return an expression over `key`: the shortest stem that the groups of endings leave, softened."""
    groups = []
    for group in rules["group"]:
        folded = connection.execute("SELECT list_sort(list(DISTINCT word_key(s))) FROM (SELECT unnest(?) AS s)",
                                    [group["suffixes"]]).fetchall()[0][0]  # fmt: skip
        endings = "|".join(sorted((ending for ending in folded if ending), key=len, reverse=True))
        groups.append(f"(?:{endings}){'*' if group['repeated'] else '?'}")
    least = rules["shortest"]
    expression = f"regexp_extract(key, '^(.{{{least},}}?|.{{0,{least - 1}}}){''.join(groups)}$', 1)"
    for pattern, letters in rules["soften"]:
        expression = f"regexp_replace({expression}, '{pattern}', '{letters}')"
    return expression
