"""What an operator meets: links, other programs at the file, rights, alarms that are over, sources that turn."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import corpus
from buyruq.exits import Exit
from buyruq.ingest import ingest_paths
from buyruq.status import standing
from buyruq.sync import Syncing, sync
from models import CorpusError

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal
from sync_acts import act_text, adilet_page
from sync_kit import HTML, declare, rows

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_waiting(quick: None) -> None:
    """Try again at once, and read in this process."""


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


def test_a_text_that_comes_back_is_the_one_shown(portal: Portal, tmp_path: Path) -> None:
    """Whatever redaction a text tells of: what its address gives now is shown."""
    old, new = adilet_page(7), adilet_page(7, 9, ("14.03.2022", 55))
    portal.put("/a", *(Answer(body=page, headers=HTML) for page in (old, new, old, old)))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    shown = "SELECT text FROM clauses WHERE eid = 'para_2'"
    for days in ("5", "9", "5", "5"):
        sync(order)
        assert f" {days} " in rows(order.kb, shown)[0][0]
    assert rows(order.kb, "SELECT count(*), max(version) FROM versions") == [(2, 2)]
    assert rows(order.kb, "SELECT added, unchanged FROM runs ORDER BY started_at") == [(1, 0), (1, 1), (0, 2), (0, 2)]
    order.kb.unlink()
    sync(order)
    assert " 5 " in rows(order.kb, shown)[0][0]


def test_a_file_that_comes_back_is_the_one_shown(inbox: Path, tmp_path: Path) -> None:
    kb = tmp_path / "kb.duckdb"
    for days in (5, 9, 5):
        (inbox / "a.txt").write_bytes(act_text(1, days))
        ingest_paths([inbox], kb)
        assert f" {days} " in rows(kb, "SELECT text FROM clauses WHERE eid = 'para_2'")[0][0]


def test_a_change_of_form_is_no_version(portal: Portal, tmp_path: Path) -> None:
    """Portals print counters and tokens into their pages: such a page is new bytes every night, and no redaction."""
    pages = [adilet_page(7).replace(b"</body>", b"<!-- visit %d --></body>" % visit) for visit in range(3)]
    portal.put("/a", *(Answer(body=page, headers=HTML) for page in pages))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    for _ in pages:
        sync(order)
    assert rows(order.kb, "SELECT count(*) FROM versions") == [(1,)]


@pytest.mark.parametrize("sidecar", ["a.meta.yaml", "meta.yaml"])
def test_an_edited_sidecar_is_read(inbox: Path, tmp_path: Path, sidecar: str) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    for number in ("2024-05-01", "2024-06-01"):
        (inbox / sidecar).write_text(f"version_date: {number}\n", "utf-8")
        assert sync(order).tally.changed == 1
        assert rows(order.kb, "SELECT CAST(valid_from AS VARCHAR) FROM acts") == [(number,)]
    assert sync(order).tally.changed == 0
    (inbox / sidecar).unlink()
    assert ingest_paths([inbox], order.kb).changed == 1
    assert sync(order).tally.changed == 0


def test_the_same_bytes_under_two_names_are_read_once(inbox: Path, tmp_path: Path) -> None:
    (inbox / "b.txt").write_bytes(act_text(1))
    (inbox / "b.meta.yaml").write_text("version_date: 2024-05-01\n", "utf-8")
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    (inbox / "c.txt").write_bytes(act_text(1))
    (inbox / "a.txt").unlink()
    assert [sync(order).tally.changed for _ in range(2)] == [0, 0]
    (names,) = rows(order.kb, "SELECT list_transform(sources, name -> name[-5:]) FROM documents")[0]
    assert names == ["a.txt", "b.txt", "c.txt"]


def test_a_renamed_file_that_then_changes_is_a_version(inbox: Path, tmp_path: Path) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    (inbox / "a.txt").rename(inbox / "b.txt")
    sync(order)
    (inbox / "b.txt").write_bytes(act_text(1, 9))
    sync(order)
    assert " 9 " in rows(order.kb, "SELECT text FROM clauses WHERE eid = 'para_2'")[0][0]
    assert rows(order.kb, "SELECT count(*) FROM versions") == [(2,)]


def test_a_failure_is_over_when_its_file_is_gone_or_good(inbox: Path, tmp_path: Path) -> None:
    for name in ("gone.pdf", "copy.pdf", "mended.pdf"):
        (inbox / name).write_bytes(b"%PDF-1.4 broken " + name.encode())
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    assert len(sync(order).tally.refusals) == 3
    (inbox / "gone.pdf").unlink()
    (inbox / "copy.pdf").write_bytes((inbox / "a.txt").read_bytes())
    (inbox / "mended.pdf").write_bytes(act_text(2))
    assert sync(order).exit == Exit.OK
    assert standing(order.kb, DAY).why == []
    assert sync(order).exit == Exit.OK


def test_a_failure_that_an_address_has_left_behind_stays_over(portal: Portal, tmp_path: Path) -> None:
    bad = [Answer(body=b"\x00\x01" * (90 + number)) for number in range(2)]
    portal.put("/a", *bad, Answer(body=adilet_page(1), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    assert [sync(order).exit for _ in range(5)] == [3, 3, 0, 0, 0]
    assert standing(order.kb, DAY).up_to_date
    order.kb.unlink()
    sync(order)
    assert rows(order.kb, "SELECT status FROM documents") == [("ok",)]


def test_redactions_that_come_in_the_wrong_order_stand_in_the_right_one(inbox: Path, tmp_path: Path) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    for day, days in (("14.03.2023", 9), ("14.03.2022", 7)):
        (inbox / f"{day}.txt").write_bytes(act_text(1, days, (day, days)))
        sync(order)
    told = rows(order.kb, "SELECT before, after, amended_by FROM changes ORDER BY ALL")
    assert [amended_by for _, _, amended_by in told] == ["№ 7, 2022-03-14", "№ 9, 2023-03-14"]
    assert " 9 " in rows(order.kb, "SELECT text FROM clauses WHERE eid = 'para_2'")[0][0]


def test_a_clock_that_was_wrong_changes_no_order(inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    with monkeypatch.context() as wrong:
        late = datetime(2036, 1, 1, tzinfo=UTC)
        wrong.setattr("buyruq.gather.datetime", type("Clock", (), {"now": staticmethod(lambda zone: late)}))
        sync(order)
    (inbox / "a.txt").write_bytes(act_text(1, 9))
    sync(order)
    assert " 9 " in rows(order.kb, "SELECT text FROM clauses WHERE eid = 'para_2'")[0][0]
