"""What an operator meets: links, other programs at the file, rights, alarms that are over, sources that turn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import stamina

import corpus
from buyruq.exits import Exit
from buyruq.status import standing
from buyruq.sync import Syncing, sync
from models import CorpusError

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal, serve
from sync_acts import act_text, adilet_page
from sync_kit import HTML, declare, read_here, rows

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("buyruq.ingest.read_all", read_here)
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest.fixture
def portal() -> Iterator[Portal]:
    with serve() as running:
        yield running


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    place = tmp_path / "inbox"
    place.mkdir()
    (place / "a.txt").write_bytes(act_text(1))
    return place


def test_what_one_address_answers_stops_no_other(portal: Portal, tmp_path: Path) -> None:
    portal.put("/packed", Answer(body=b"not packed", headers={**HTML, "Content-Encoding": "gzip"}))
    portal.put("/astray", Answer(302, b"", {"Location": "http://[::1"}))
    portal.put("/good", Answer(body=adilet_page(1), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/packed", "/astray", "/good"]), tmp_path / "kb.duckdb", jobs=1)
    done = sync(order)
    assert (done.exit, done.tally.added, len(done.faults)) == (Exit.QUARANTINED, 1, 2)


def test_an_address_that_is_no_more_declared_fails_no_more(portal: Portal, tmp_path: Path) -> None:
    portal.put("/a", Answer(body=adilet_page(1), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a", "/gone"]), tmp_path / "kb.duckdb", jobs=1)
    assert sync(order).exit == Exit.QUARANTINED
    assert not standing(order.kb, DAY).up_to_date
    declare(tmp_path, portal, ["/a"])
    assert sync(order).exit == Exit.OK
    assert standing(order.kb, DAY).up_to_date


def test_a_link_to_the_knowledge_base_stays_a_link(inbox: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "real.duckdb", tmp_path / "kb.duckdb"
    link.symlink_to(target)
    sources = declare(tmp_path, None, inbox=inbox)
    for kb in (link, target):
        sync(Syncing(sources, kb, jobs=1))
    assert link.is_symlink()
    assert rows(target, "SELECT added, unchanged FROM runs ORDER BY started_at") == [(1, 0), (0, 1)]


def test_a_program_that_has_the_file_open_for_writing_is_not_overrun(inbox: Path, tmp_path: Path) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    holds = "import duckdb, sys; base = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(order.kb)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CorpusError, match="Close it there"):
            sync(order)
        with pytest.raises(CorpusError, match="open for writing"), corpus.writing(order.kb):
            pass
        assert holder.stdin
        holder.stdin.close()
    assert sync(order).exit == Exit.OK


def test_a_database_of_something_else_is_named(inbox: Path, tmp_path: Path) -> None:
    import duckdb

    kb = tmp_path / "kb.duckdb"
    with duckdb.connect(str(kb)) as other:
        other.execute("CREATE TABLE t (a INT)")
    with pytest.raises(CorpusError, match="something else"):
        sync(Syncing(declare(tmp_path, None, inbox=inbox), kb, jobs=1))
    with pytest.raises(CorpusError, match="something else"):
        standing(kb, DAY)


@pytest.mark.skipif(os.getuid() != 0, reason="another user can only be played by root")
def test_a_monitor_without_the_right_to_write_may_ask(inbox: Path, tmp_path: Path) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    for place in [tmp_path, *tmp_path.parents][:-2]:
        place.chmod(place.stat().st_mode | 0o055)
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        os._exit(0 if standing(order.kb, DAY).up_to_date else 9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_to_ask_whether_a_run_is_under_way_stops_none(tmp_path: Path) -> None:
    kb = tmp_path / "kb.duckdb"
    assert not corpus.is_locked(kb)
    with corpus.locked(kb):
        assert corpus.is_locked(kb)
    assert list(tmp_path.iterdir()) == []
