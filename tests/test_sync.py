"""Sync: what is new is fetched, read and published, and what fails is named and tried again."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import corpus
from buyruq.cli import main
from buyruq.exits import Exit
from buyruq.sync import Syncing, plan, retry, sync
from models import BusyError, CorpusError

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal
from sync_acts import act_text, adilet_page
from sync_kit import HTML, content, declare, rows


@pytest.fixture(autouse=True)
def _no_waiting(quick: None) -> None:
    """Try again at once, and read in this process."""


def test_what_is_new_is_added_and_nothing_else_is_touched(portal: Portal, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.txt").write_bytes(act_text(1))
    portal.put("/b", Answer(body=adilet_page(2), headers=HTML, etag='"1"'))
    order = Syncing(declare(tmp_path, portal, ["/b"], inbox), tmp_path / "kb.duckdb", jobs=1)
    first = sync(order)
    assert (first.exit, first.tally.added) == (Exit.OK, 2)
    assert {number for (number,) in rows(order.kb, "SELECT number FROM acts")} == {"1", "2"}
    assert rows(order.kb, "SELECT source FROM documents WHERE source LIKE 'http%'") == [(f"{portal.base}/b",)]
    before = content(order.kb)
    second = sync(order)
    assert (second.tally.added, second.tally.changed, second.tally.unchanged) == (0, 0, 2)
    assert content(order.kb) == before
    assert [row[0] for row in rows(order.kb, "SELECT added FROM runs ORDER BY started_at")] == [2, 0]
    lines = [json.loads(line) for line in (order.folder / "runs.jsonl").read_text("utf-8").splitlines()]
    assert [(line["added"], line["unchanged"]) for line in lines] == [(2, 0), (0, 2)]


def test_a_new_text_of_a_known_act_is_its_next_version(portal: Portal, tmp_path: Path) -> None:
    old, new = adilet_page(7), adilet_page(7, 9, ("14.03.2022", 55))
    portal.put("/a", Answer(body=old, headers=HTML), Answer(body=new, headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    done = sync(order)
    assert done.tally.added == 1
    assert rows(order.kb, "SELECT count(*) FROM acts") == [(1,)]
    assert rows(order.kb, "SELECT version, CAST(valid_from AS VARCHAR), current FROM versions ORDER BY 1") == [
        (1, "2021-01-05", False),
        (2, "2022-03-14", True),
    ]
    assert rows(order.kb, "SELECT eid, kind, amended_by FROM changes") == [("para_2", "changed", "№ 55, 2022-03-14")]


def test_a_text_changed_in_place_without_a_word_is_a_version_too(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    for days in (20, 7):
        (inbox / "a.txt").write_bytes(act_text(1, days))
        sync(order)
    (text,) = rows(order.kb, "SELECT text FROM clauses WHERE eid = 'para_2'")[0]
    assert "7" in text
    assert rows(order.kb, "SELECT eid, kind, amended_by FROM changes") == [("para_2", "changed", None)]


def test_a_change_of_form_is_no_change(portal: Portal, tmp_path: Path) -> None:
    page = adilet_page(7)
    portal.put("/a", Answer(body=page, headers=HTML), Answer(body=page.replace(b"<p ", b"\n<p  "), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    sync(order)
    assert rows(order.kb, "SELECT count(*) FROM changes") == [(0,)]
    assert rows(order.kb, "SELECT count(*) FROM documents") == [(2,)]


def test_what_fails_is_named_and_tried_again(portal: Portal, tmp_path: Path) -> None:
    portal.put("/a", Answer(504, b""), Answer(504, b""), Answer(504, b""), Answer(body=adilet_page(1), headers=HTML))
    portal.put("/b", Answer(body=adilet_page(2), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a", "/b"]), tmp_path / "kb.duckdb", jobs=1)
    first = sync(order)
    assert first.exit == Exit.QUARANTINED
    assert [(fault.url, fault.reason) for fault in first.faults] == [(f"{portal.base}/a", "the server answered 504")]
    assert rows(order.kb, "SELECT number FROM acts") == [("2",)]
    assert sync(order).exit == Exit.OK
    assert rows(order.kb, "SELECT count(*) FROM acts") == [(2,)]


def test_a_document_that_cannot_be_read_is_quarantined_and_retried(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "bad.pdf").write_bytes(b"%PDF-1.4 broken")
    (inbox / "good.txt").write_bytes(act_text(1))
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    done = sync(order)
    assert (done.exit, [refusal.source for refusal in done.tally.refusals]) == (3, [str(inbox / "bad.pdf")])
    assert sync(order).exit == Exit.OK  # told once; `status` and `quarantine list` go on telling it
    tally = retry(order)
    assert (tally.seen, len(tally.refusals)) == (1, 1)
    (inbox / "bad.pdf").write_bytes(act_text(2))
    sync(order)
    assert rows(order.kb, "SELECT count(*) FROM documents WHERE status = 'quarantined'") == [(0,)]


def test_a_second_run_says_so_and_leaves(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    with corpus.locked(order.kb, "sync.lock"), pytest.raises(BusyError, match="another run"):
        sync(order)
    assert sync(order).exit == Exit.OK


def test_a_dry_run_writes_nothing(portal: Portal, tmp_path: Path) -> None:
    portal.put("/a", Answer(body=adilet_page(1), headers=HTML))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb")
    assert [does for _, does in plan(order)] == ["fetch"]
    assert [path.name for path in tmp_path.iterdir()] == ["sources.toml"]
    assert portal.seen == []


def test_earlier_files_are_kept_and_come_back(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1, keep=2)
    for number in range(1, 5):
        (inbox / f"{number}.txt").write_bytes(act_text(number))
        sync(order)
        sync(order)  # nothing new: keeps nothing
    assert len(corpus.kept(order.kb)) == 2
    corpus.roll_back(order.kb)
    assert rows(order.kb, "SELECT count(*) FROM acts") == [(3,)]
    sync(order)
    assert rows(order.kb, "SELECT count(*) FROM acts") == [(4,)]
    for path in corpus.kept(order.kb):
        path.unlink()
    with pytest.raises(CorpusError, match="no earlier file"):
        corpus.roll_back(order.kb)


def test_a_lost_knowledge_base_is_built_again_without_the_portal(portal: Portal, tmp_path: Path) -> None:
    portal.put("/a", Answer(body=adilet_page(1), headers=HTML, etag='"1"'))
    order = Syncing(declare(tmp_path, portal, ["/a"]), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    order.kb.unlink()
    done = sync(order)
    assert (done.tally.added, done.hauls[0].fetched) == (1, 0)


def test_the_commands_say_how_it_stands(portal: Portal, tmp_path: Path) -> None:
    pages = [adilet_page(7), adilet_page(7, 9, ("14.03.2022", 55)), adilet_page(7, 12, ("01.02.2023", 60))]
    portal.put("/a", *(Answer(body=page, headers=HTML) for page in pages))
    portal.put("/bad", Answer(body=b"\x00\x01" * 99))
    sources, kb = declare(tmp_path, portal, ["/a", "/bad"]), tmp_path / "kb.duckdb"

    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*words, "--kb", str(kb)], catch_exceptions=False)
        return result.exit_code, result.stdout

    for expected in (Exit.QUARANTINED, Exit.OK, Exit.OK):
        assert call("sync", "--sources", str(sources), "--jobs", "1")[0] == expected
    code, told = call("status", "--json")
    standing = json.loads(told)
    assert (code, standing["up_to_date"], len(standing["quarantined"])) == (Exit.QUARANTINED, False, 1)
    assert "/bad" in call("quarantine", "list")[1]
    assert json.loads(call("quarantine", "show", "/bad", "--json")[1])[0]["error"]
    assert call("quarantine", "show", "nothing like it")[0] == Exit.USAGE
    assert json.loads(call("quarantine", "retry", "--jobs", "1", "--json")[1])["tried"] == 1
    assert "[-9-] {+12+}" in call("diff", "7")[1]
    (change,) = json.loads(call("diff", "7", "--from", "1", "--to", "3", "--json")[1])
    assert (change["eid"], change["amended_by"]) == ("para_2", "№ 60, 2023-02-01")
    assert call("diff", "7", "--from", "9")[0] == Exit.USAGE
    assert call("rollback", "--list")[1].count("\n") == 3
    assert call("rollback")[0] == Exit.OK
