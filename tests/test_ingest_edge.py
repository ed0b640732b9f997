"""The edge of ingest: what is read, what is passed over, and a document that kills its process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import buyruq
from buyruq.files import examine, walk
from buyruq.ingest import ingest_paths
from models import Limits, SourceError, UsageError

ACT = """ПРИКАЗ

Министра примеров Республики Казахстан

от 1 марта 2024 года № {number}

О проверке

ПРИКАЗЫВАЮ:
1. Утвердить Правила в течение пяти рабочих дней.
2. Настоящий приказ вводится в действие со дня подписания.

Министр                                             А. Пример
"""

# Put in front of the worker by the interpreter itself: no branch for tests in the product.
SABOTAGE = """
import os, signal, time
import ingest
from ingest.open import open_document as real

def open_document(path, limits=None, language=None):
    if path.name.startswith("segfault"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.name.startswith("once") and not path.with_suffix(".met").exists():
        path.with_suffix(".met").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if path.name.startswith("fault"):
        raise IndexError("list index out of range")
    if path.name.startswith("greedy"):
        bytearray(64 << 30)
    return real(path, limits, language)

ingest.open_document = open_document
"""


@pytest.fixture
def acts(tmp_path: Path) -> Path:
    folder = tmp_path / "acts"
    folder.mkdir()
    for number in range(1, 4):
        (folder / f"act{number}.txt").write_text(ACT.format(number=number), "utf-8")
    return folder


def counts(kb: Path) -> dict[str, int]:
    with buyruq.open(kb) as base:
        names, rows = base.rows("SELECT seen, added, changed, unchanged, quarantined FROM runs ORDER BY finished_at")
    return dict(zip(names, rows[-1], strict=True))


def test_a_second_run_changes_nothing(acts: Path, tmp_path: Path) -> None:
    kb = tmp_path / "kb.duckdb"
    ingest_paths([acts], kb, jobs=2)
    assert counts(kb) == {"seen": 3, "added": 3, "changed": 0, "unchanged": 0, "quarantined": 0}
    with buyruq.open(kb) as base:
        before = base.rows("FROM documents ORDER BY ALL")
    ingest_paths([acts], kb, jobs=2)
    assert counts(kb) == {"seen": 3, "added": 0, "changed": 0, "unchanged": 3, "quarantined": 0}
    with buyruq.open(kb) as base:
        assert base.rows("FROM documents ORDER BY ALL") == before


def test_the_same_bytes_under_two_names_are_one_document(acts: Path, tmp_path: Path) -> None:
    (acts / "copy.txt").write_bytes((acts / "act1.txt").read_bytes())
    kb = tmp_path / "kb.duckdb"
    tally = ingest_paths([acts], kb, jobs=1)
    assert (tally.seen, tally.added, tally.unchanged) == (4, 3, 1)
    with buyruq.open(kb) as base:
        assert base.rows("SELECT count(*) FROM documents")[1] == [(3,)]
        assert base.rows("SELECT list_sort(sources) FROM documents WHERE len(sources) > 1")[1] == [
            ([str(acts / "act1.txt"), str(acts / "copy.txt")],)
        ]


def test_a_new_program_reads_again(acts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kb = tmp_path / "kb.duckdb"
    ingest_paths([acts], kb, jobs=1)
    monkeypatch.setattr("buyruq.ingest.reader_fingerprint", lambda: "newer")
    tally = ingest_paths([acts], kb, jobs=1)
    assert (tally.added, tally.changed, tally.unchanged) == (0, 3, 0)


def test_walk_passes_over_what_is_no_act(acts: Path) -> None:
    for name in (".hidden.txt", "meta.yaml", "MANIFEST.tsv", "build.py", "kb.duckdb"):
        (acts / name).write_text("x")
    (acts / ".git").mkdir()
    (acts / ".git" / "x.txt").write_text("x")
    (acts / "deeper").mkdir()
    (acts / "deeper" / "b.md").write_text("x")
    names = [path.name for path in walk([acts, acts / "act1.txt"])]
    assert names == ["act1.txt", "act2.txt", "act3.txt", "b.md"]
    assert list(walk([acts / "meta.yaml"])) == [acts / "meta.yaml"]
    with pytest.raises(UsageError, match="no such file"):
        list(walk([acts / "nowhere"]))


def test_time_allowed_grows_with_the_file(tmp_path: Path) -> None:
    short, long = tmp_path / "short.txt", tmp_path / "long.txt"
    short.write_text("x")
    long.write_text("x" * 300_000)
    limits = Limits(seconds=60, seconds_per_page=30)
    assert examine(short, limits).seconds == 90
    assert examine(long, limits).seconds > 60 + 100 * 30


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(SourceError, match="no regular file"):
        examine(tmp_path / "pipe.txt", Limits())


def test_reading_for_too_long_is_stopped(acts: Path, tmp_path: Path) -> None:
    tally = ingest_paths([acts / "act1.txt"], tmp_path / "kb.duckdb", limits=Limits(seconds=0.001, seconds_per_page=0))
    assert [refusal.reason for refusal in tally.refusals] == ["not read after 0 seconds"]


def test_a_document_that_kills_its_process_takes_no_neighbour_with_it(acts: Path, tmp_path: Path) -> None:
    """A crash, a fault of the program and a memory hog are quarantined; who crashes once is read at the second try."""
    for name in ("segfault", "once", "fault", "greedy"):
        (acts / f"{name}.txt").write_text(ACT.format(number=name), "utf-8")
    (tmp_path / "sabotage").mkdir()
    (tmp_path / "sabotage" / "sitecustomize.py").write_text(SABOTAGE, "utf-8")
    kb = tmp_path / "kb.duckdb"
    run = subprocess.run(
        [sys.executable, "-m", "buyruq", "ingest", str(acts), "--kb", str(kb), "--jobs", "2", "--json"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "sabotage")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    told = {Path(item["source"]).stem: item["reason"] for item in json.loads(run.stdout)["quarantined"]}
    assert set(told) == {"segfault", "fault", "greedy"}
    assert "killed the process" in told["segfault"]
    assert "IndexError: list index out of range at" in told["fault"]
    assert "memory" in told["greedy"]
    assert len([line for line in run.stderr.splitlines() if line.startswith("buyruq: quarantined")]) == 3
    with buyruq.open(kb) as base:
        assert base.rows("SELECT count(*) FROM documents WHERE status = 'ok'")[1] == [(4,)]


def test_quarantined_documents_are_named_again_and_read_again_on_request(acts: Path, tmp_path: Path) -> None:
    (acts / "empty.txt").write_bytes(b"")
    kb = tmp_path / "kb.duckdb"
    first = ingest_paths([acts], kb, jobs=1)
    again = ingest_paths([acts], kb, jobs=1)
    assert [str(r) for r in first.refusals] == [str(r) for r in again.refusals]
    assert (again.seen, again.unchanged) == (4, 3)
    assert len(ingest_paths([acts], kb, jobs=1, retry=True).refusals) == 1
