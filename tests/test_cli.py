"""The command line: what goes to stdout, what to stderr, and the exit codes."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import corpus
from buyruq.cli import main
from models import Reading

ROOT = Path(__file__).parents[1]
SPECIMEN = ROOT / "corpus" / "specimens" / "03_ru_order_amending_register.txt"


def buyruq(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture
def kb(tmp_path: Path, make_reading: Callable[..., Reading], rich_reading: Reading) -> Path:
    """Return a knowledge base of two language versions of one act and of another act, made by hand."""
    path = tmp_path / "kb.duckdb"
    now = datetime(2026, 1, 1)
    readings = [
        make_reading(["One kk", "Two"], language="kk", number="7", adopted_on=date(2020, 1, 2)),
        make_reading(["One ru", "Two"], language="ru", number="7", adopted_on=date(2020, 1, 2)),
        rich_reading,
    ]
    with corpus.writing(path) as writer:
        for reading in readings:
            writer.write(corpus.rows_of(reading, "test"))
        writer.finish(corpus.Run("run", now, now, 3, 3, 0, 0, 0))
    return path


def test_help_has_examples_for_every_command() -> None:
    top = buyruq("--help")
    assert top.exit_code == 0
    for name, command in main.commands.items():
        assert name in top.stdout
        told = buyruq(name, "--help")
        assert told.exit_code == 0
        assert "Example" in told.stdout, name
        assert "\\b" not in told.stdout, name
        assert f"buyruq {name}" in told.stdout
        assert command.help


def test_the_module_runs_as_a_program() -> None:
    run = subprocess.run([sys.executable, "-m", "buyruq", "--version"], capture_output=True, text=True, check=False)
    assert (run.returncode, "buyruq" in run.stdout or "version" in run.stdout) == (0, True)


def test_sql_prints_one_json_array(kb: Path) -> None:
    run = buyruq(
        "sql", "SELECT number, adopted_on, 1.5::DECIMAL(4,2) AS d, 'nan'::DOUBLE AS nan, NULL AS n, number FROM acts "
        "WHERE language = 'kk'", "--kb", kb, "--format", "json",
    )  # fmt: skip
    assert run.exit_code == 0
    assert json.loads(run.stdout) == [
        {"number": "7", "adopted_on": "2020-01-02", "d": 1.5, "nan": None, "n": None, "number_2": "7"}
    ]
    assert run.stderr == ""


def test_sql_prints_an_empty_array(kb: Path) -> None:
    assert json.loads(buyruq("sql", "FROM acts WHERE false", "--kb", kb, "--format", "json").stdout) == []


def test_sql_prints_csv(kb: Path) -> None:
    run = buyruq("sql", "SELECT title, organisations FROM positions", "--kb", kb, "--format", "csv")
    assert list(csv.reader(io.StringIO(run.stdout))) == [["title", "organisations"], ["Head", '["A", "B"]']]


def test_sql_prints_a_table(kb: Path) -> None:
    run = buyruq("sql", "SELECT title, [1, 2] AS l FROM positions", "--kb", kb)
    assert "Head" in run.stdout
    assert "1; 2" in run.stdout


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("DROP VIEW acts", "DROP"),
        ("DELETE FROM t_act", "DELETE"),
        ("INSERT INTO t_meta VALUES ('a', 'b')", "INSERT"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("-- nothing", "0 statements"),
        ("SELEC 1", "syntax error"),
        ("SELECT nonsense FROM acts", "nonsense"),
        ("ATTACH ':memory:' AS other", "ATTACH"),
        ("COPY acts TO 'out.csv'", "COPY"),
        ("SET enable_external_access = true", "SET"),
        ("INSTALL httpfs", "LOAD"),
        ("SELECT * FROM read_text('/etc/passwd')", "disabled"),
        ("SELECT * FROM '/etc/passwd.csv'", "disabled"),
        ("FROM glob('/*')", "disabled"),
    ],
)
def test_sql_only_reads_this_file(query: str, told: str, kb: Path) -> None:
    before = kb.read_bytes()
    run = buyruq("sql", query, "--kb", kb)
    assert run.exit_code in {1, 2}
    assert told.lower() in run.stderr.lower()
    assert run.stdout == ""
    assert kb.read_bytes() == before


def test_an_endless_query_is_stopped(kb: Path) -> None:
    run = buyruq("sql", "SELECT count(*) FROM range(10000000000) a, range(1000000) b", "--kb", kb, "--seconds", "0.5")
    assert run.exit_code == 2
    assert "stopped after 0.5 seconds" in run.stderr


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["sql", "SELECT 1", "--kb", "nowhere.duckdb"], 1),
        (["sql", "SELECT 1"], 2),
        (["sql", "SELECT 1", "--kb", "x", "--format", "xml"], 2),
        (["ingest", "--kb", "x"], 2),
        (["ingest", "nowhere", "--kb", "x.duckdb"], 2),
        (["repair", "nowhere.txt"], 3),
        (["nonsense"], 2),
    ],
)
def test_exit_codes(args: list[str], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = buyruq(*args)
    assert run.exit_code == code
    assert run.stdout == ""
    assert run.stderr
    assert list(tmp_path.iterdir()) == []


def test_errors_are_one_line_with_the_remedy(tmp_path: Path) -> None:
    run = buyruq("acts", "--kb", tmp_path / "none.duckdb")
    assert run.stderr == (
        f"buyruq: {tmp_path}/none.duckdb: no such knowledge base. "
        f"Make it with: buyruq ingest PATH --kb {tmp_path}/none.duckdb\n"
    )


def test_acts_are_listed(kb: Path) -> None:
    assert [(row["number"], row["language"]) for row in json.loads(buyruq("acts", "--kb", kb, "--json").stdout)] == [
        ("7", "kk"), ("7", "ru"), ("12", "ru"),
    ]  # fmt: skip
    assert "2020-01-02" in buyruq("acts", "--kb", kb).stdout


@pytest.mark.parametrize(
    ("named", "more", "found"),
    [
        ("12", [], "/akn/kz/act/order/-/2024-03-01/12/ru"),
        ("7 2020-01-02", ["--lang", "kk"], "/akn/kz/act/order/-/2020-01-02/7/kk"),
        ("/akn/kz/act/order/-/2020-01-02/7/ru", [], "/akn/kz/act/order/-/2020-01-02/7/ru"),
    ],
)
def test_show_finds_the_act(named: str, more: list[str], found: str, kb: Path) -> None:
    run = buyruq("show", named, "--kb", kb, *more)
    assert run.exit_code == 0
    assert found in run.stdout
    assert "para_2" in run.stdout


def test_show_narrows_to_a_provision(kb: Path) -> None:
    rows = json.loads(buyruq("show", "12", "--kb", kb, "--eid", "para_2", "--json").stdout)
    assert [row["eid"] for row in rows] == ["para_2"]
    run = buyruq("show", "12", "--kb", kb, "--eid", "para_9")
    assert (run.exit_code, "no provision para_9" in run.stderr) == (2, True)


@pytest.mark.parametrize(("named", "told"), [("7", "may be any of"), ("99", "no act '99'")])
def test_show_asks_back(named: str, told: str, kb: Path) -> None:
    run = buyruq("show", named, "--kb", kb)
    assert run.exit_code == 2
    assert told in run.stderr


def test_repair_keeps_line_breaks(tmp_path: Path) -> None:
    file, out = tmp_path / "act.txt", tmp_path / "out.txt"
    file.write_text("1. Утвердить Правила.\n\n2. Настоящий приказ вводится в действие.\n", "utf-8")
    assert buyruq("repair", file).stdout == file.read_text("utf-8")
    assert buyruq("repair", file, "-o", out, "--lang", "ru").stdout == ""
    assert out.read_text("utf-8") == file.read_text("utf-8")


def test_read_and_explain_need_no_database() -> None:
    reading = json.loads(buyruq("read", SPECIMEN).stdout)
    assert reading["act"]["language"] == "ru"
    assert reading["document"]["source"] == str(SPECIMEN)
    facts = json.loads(buyruq("explain", SPECIMEN, "--json").stdout)
    for fact in facts:
        assert fact["rule"]
        words = reading["text"]["string"][fact["start_char"] : fact["end_char"]]
        assert " ".join(words.split()) == fact["words"]
    if facts:
        told = buyruq("explain", SPECIMEN, "--eid", facts[0]["eid"])
        assert facts[0]["rule"] in told.stdout
        assert facts[0]["words"] in told.stdout
