"""Publishing: readers are never disturbed, a killed run leaves the old file whole, two runs never mix."""

import os
import random
import resource
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import corpus
from models import BusyError, CorpusError, Reading

MakeReading = Callable[..., Reading]
NOW = datetime(2026, 1, 1)
RUN = corpus.Run("run", NOW, NOW, 1, 1, 0, 0, 0)
HOLD = """
import sys, time
from pathlib import Path
import corpus
with corpus.writing(Path(sys.argv[1])) as writer:
    print("writing", flush=True)
    time.sleep(60)
"""


def add(kb: Path, reading: Reading) -> None:
    with corpus.writing(kb) as writer:
        writer.write(corpus.rows_of(reading, "test"))
        writer.finish(replace(RUN, run_id=uuid.uuid4().hex))


def count(kb: Path) -> int:
    with corpus.connect(kb) as connection:
        return int(connection.execute("SELECT count(*) FROM acts").fetchall()[0][0])


@pytest.fixture
def writer(tmp_path: Path, make_reading: MakeReading) -> subprocess.Popen[str]:
    """Return another process that is in the middle of writing to kb.duckdb, which holds one act."""
    add(tmp_path / "kb.duckdb", make_reading(["One"], number="1"))
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "kb.duckdb")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "writing\n"
    yield process
    process.kill()
    process.wait()


def test_readers_go_on_and_later_ones_see_the_new_file(tmp_path: Path, make_reading: MakeReading) -> None:
    kb = tmp_path / "kb.duckdb"
    add(kb, make_reading(["One"], number="1"))
    reader = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, duckdb; c = duckdb.connect(sys.argv[1], read_only=True)\n"
            "for line in sys.stdin: print(c.execute('SELECT count(*) FROM acts').fetchone()[0], flush=True)",
            str(kb),
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert reader.stdin
    assert reader.stdout

    def asked() -> str:
        reader.stdin.write("\n")
        reader.stdin.flush()
        return reader.stdout.readline()

    assert asked() == "1\n"
    add(kb, make_reading(["Two"], number="2"))
    assert asked() == "1\n"
    assert count(kb) == 2
    reader.communicate("")
    assert reader.returncode == 0


def test_an_exception_publishes_nothing_and_leaves_nothing(tmp_path: Path, make_reading: MakeReading) -> None:
    kb = tmp_path / "kb.duckdb"
    add(kb, make_reading(["One"], number="1"))
    before = kb.read_bytes()

    def broken() -> None:
        with corpus.writing(kb) as writer:
            writer.write(corpus.rows_of(make_reading(["Two"], number="2"), "test"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert kb.read_bytes() == before
    assert list(tmp_path.iterdir()) == [kb]


def test_a_second_run_says_so_and_leaves(writer: subprocess.Popen[str], tmp_path: Path) -> None:
    with pytest.raises(BusyError, match="another run"), corpus.writing(tmp_path / "kb.duckdb"):
        pass


def test_a_killed_run_leaves_the_old_file_and_no_lock(
    writer: subprocess.Popen[str], tmp_path: Path, make_reading: MakeReading
) -> None:
    kb = tmp_path / "kb.duckdb"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert len(list(tmp_path.iterdir())) > 1
    assert count(kb) == 1
    add(kb, make_reading(["Two"], number="2"))
    assert count(kb) == 2
    assert list(tmp_path.iterdir()) == [kb]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    kb = tmp_path / "notes.txt"
    kb.write_text("my notes")
    with pytest.raises(CorpusError, match="not a knowledge base"), corpus.writing(kb):
        pass
    assert kb.read_text() == "my notes"


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    kb = tmp_path / "other.duckdb"
    duckdb.connect(str(kb)).execute("CREATE TABLE mine AS SELECT 1 AS one").close()
    with pytest.raises(CorpusError, match="not a knowledge base"), corpus.writing(kb):
        pass
    assert duckdb.connect(str(kb), read_only=True).execute("SELECT one FROM mine").fetchone() == (1,)


def test_a_foreign_writer_is_not_overrun(tmp_path: Path, make_reading: MakeReading) -> None:
    kb = tmp_path / "kb.duckdb"
    add(kb, make_reading(["One"], number="1"))
    (tmp_path / "kb.duckdb.wal").write_bytes(b"")
    with pytest.raises(CorpusError, match="another program"), corpus.writing(kb):
        pass


def test_an_older_schema_is_carried_over(tmp_path: Path, make_reading: MakeReading) -> None:
    """A column that a later version added is NULL in what an earlier one stored; a dropped one is gone."""
    kb = tmp_path / "kb.duckdb"
    add(kb, make_reading(["One"], number="1"))
    with duckdb.connect(str(kb)) as connection:
        connection.execute("ALTER TABLE t_page DROP COLUMN skew; ALTER TABLE t_page ADD COLUMN colour VARCHAR")
        connection.execute("UPDATE t_meta SET value = 'older'")
    add(kb, make_reading(["Two"], number="2"))
    with corpus.connect(kb) as connection:
        assert connection.execute("SELECT text, skew FROM pages ORDER BY text").fetchall() == [
            ("One", None),
            ("Two", None),
        ]
        assert connection.execute("SELECT count(*) FROM runs").fetchone() == (2,)
    assert list(tmp_path.iterdir()) == [kb]


def test_the_disk_full_leaves_the_old_file(
    tmp_path: Path, make_reading: MakeReading, monkeypatch: pytest.MonkeyPatch
) -> None:
    kb = tmp_path / "kb.duckdb"
    add(kb, make_reading(["One"], number="1"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("corpus.publish.shutil.copyfile", full)
    with pytest.raises(CorpusError, match="No space left"), corpus.writing(kb):
        pass
    assert count(kb) == 1
    assert list(tmp_path.iterdir()) == [kb]


def test_a_lock_that_its_holder_removed_is_taken_anew(tmp_path: Path, make_reading: MakeReading) -> None:
    """Runs one after the other never see each other's lock file as held."""
    kb = tmp_path / "kb.duckdb"
    for number in range(5):
        add(kb, make_reading([f"Act {number}"], number=str(number)))
    assert count(kb) == 5


def test_what_did_not_fit_on_the_disk_is_not_called_stored(tmp_path: Path, make_reading: MakeReading) -> None:
    """DuckDB writes most when a file is closed, and closing tells of no error."""
    kb = tmp_path / "kb.duckdb"
    reading = make_reading([random.Random(7).randbytes(100_000).hex()], number="1")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def write_and_fill_the_disk() -> None:
        with corpus.writing(kb) as writer:
            writer.write(corpus.rows_of(reading, "test"))
            writer.finish(RUN)
            resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / ".kb.duckdb.building").stat().st_size, hard))

    try:
        with pytest.raises(CorpusError, match="Nothing was changed"):
            write_and_fill_the_disk()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
