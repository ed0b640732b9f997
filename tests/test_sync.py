"""Sync: what is new is fetched, read and published; killed at any moment it loses nothing and does nothing twice."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import stamina
from click.testing import CliRunner

import corpus
from buyruq.cli import main
from buyruq.exits import Exit
from buyruq.sync import Syncing, plan, retry, sync
from models import BusyError, CorpusError

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal, serve
from sync_acts import act_text, adilet_page
from sync_kit import HTML, content, declare, read_here, rows

HERE = Path(__file__).parent
OURS = {**os.environ, "PYTHONPATH": str(HERE.parent)}
KILLS = int(os.environ.get("BUYRUQ_KILLS", "50"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Try again at once, and read in this process; whole commands with their workers are tested below."""
    monkeypatch.setattr("buyruq.ingest.read_all", read_here)
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture
def portal() -> Iterator[Portal]:
    with serve() as running:
        yield running


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


@pytest.mark.parametrize("room", [0.5, 1.0])
def test_a_full_disk_leaves_the_published_file_whole(tmp_path: Path, room: float) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "1.txt").write_bytes(act_text(1))
    order = Syncing(declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb", jobs=1)
    sync(order)
    before = order.kb.read_bytes()
    chance = random.Random(1)
    for number in range(2, 30):
        figures = " ".join(str(chance.randrange(10**6)) for _ in range(6000))
        (inbox / f"{number}.txt").write_bytes(act_text(number) + f"\n4. {figures}.\n".encode())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(len(before) * room), hard))
    try:
        with pytest.raises(CorpusError, match=r"Free the disk|Nothing was changed"):
            sync(order)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert order.kb.read_bytes() == before
    assert sync(order).exit == Exit.OK
    assert rows(order.kb, "SELECT count(*), (SELECT count(*) FROM runs) FROM acts") == [(29, 2)]


def test_a_killed_command_leaves_no_process_behind(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(1, 60):
        (inbox / f"{number}.txt").write_bytes(act_text(number))
    sources, kb = declare(tmp_path, None, inbox=inbox), tmp_path / "kb.duckdb"
    command = [sys.executable, "-m", "buyruq", "sync", "--sources", str(sources), "--kb", str(kb), "--jobs", "2"]
    with subprocess.Popen(command, env=OURS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _wait_for(lambda: any((tmp_path / "kb.duckdb.sync" / "shelf").glob("*.arrow")) or process.poll() is not None)
        born = _descendants(process.pid)
        process.kill()
    _wait_for(lambda: not any(_is_alive(pid) for pid in born))
    assert subprocess.run([*command, "--json"], env=OURS, stdout=subprocess.DEVNULL, check=False).returncode == Exit.OK
    assert rows(kb, "SELECT count(*) FROM acts") == [(59,)]


def _wait_for(done: Callable[[], bool]) -> None:
    for _ in range(1200):
        if done():
            return
        time.sleep(0.05)
    pytest.fail("waited for a minute")


def _descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                child = int(stat.parent.name)
                found += [child, *_descendants(child)]
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


FAULTS = (
    ("404", lambda good: [Answer(404, b"")]),
    ("410", lambda good: [Answer(410, b"")]),
    ("403", lambda good: [Answer(403, b"")]),
    ("429", lambda good: [Answer(429, b"", {"Retry-After": "1"})]),
    ("500", lambda good: [Answer(500, b"")]),
    ("504", lambda good: [Answer(504, b"")]),
    ("cut", lambda good: [Answer(body=good, headers=HTML, cut=20)]),
    ("empty", lambda good: [Answer(body=b"", headers=HTML)]),
    ("captcha", lambda good: [Answer(body=b"<html><body>Enter the CAPTCHA</body></html>", headers=HTML)]),
    ("elsewhere", lambda good: [Answer(302, b"", {"Location": "https://other.example.org/"})]),
    ("circle", lambda good: [Answer(302, b"", {"Location": "?again"})]),
    ("no act", lambda good: [Answer(body=b"\x00\x01\x02\x03" * 50)]),
)
PASSING = (
    lambda good: [Answer(429, b"", {"Retry-After": "0"}), good],
    lambda good: [Answer(500, b""), Answer(504, b""), good],
    lambda good: [Answer(body=good.body, headers=HTML, cut=9), good],
    lambda good: [good],
)


def test_of_300_faults_every_bad_one_is_named_and_every_good_one_lands(portal: Portal, tmp_path: Path) -> None:
    chance = random.Random(6)
    bad: dict[str, str] = {}
    good: list[int] = []
    for number in range(1, 401):
        path = f"/docs/{number}"
        page = Answer(body=adilet_page(number), headers=HTML, etag=f'"{number}"')
        if number % 4:
            name, make = FAULTS[number % len(FAULTS)]
            portal.put(path, *make(page.body))
            portal.put(f"{path}?again", *make(page.body))
            bad[portal.base + path] = name
        else:
            portal.put(path, *chance.choice(PASSING)(page))
            good.append(number)
    assert len(bad) == 300
    order = Syncing(declare(tmp_path, portal, [f"/docs/{n}" for n in range(1, 401)]), tmp_path / "kb.duckdb", jobs=2)
    done = sync(order)
    named = {fault.url.removesuffix("?again") for fault in done.faults} | {r.source for r in done.tally.refusals}
    assert named >= {url for url, kind in bad.items() if kind != "elsewhere"}
    assert len(done.faults) + len(done.tally.refusals) == 300
    assert {row[0] for row in rows(order.kb, "SELECT number FROM acts")} == {str(number) for number in good}
    assert done.exit == Exit.QUARANTINED


class Reader(threading.Thread):
    """Asks the published knowledge base in a loop; notes every error and every act that went missing."""

    def __init__(self, kb: Path) -> None:
        super().__init__(daemon=True)
        self.kb, self.over, self.asked = kb, threading.Event(), 0
        self.wrong: list[str] = []

    def run(self) -> None:
        known: set[str] = set()
        while not self.over.wait(0.05):
            if not self.kb.exists():
                continue
            try:
                found = {row[0] for row in rows(self.kb, "SELECT act_id FROM acts JOIN clauses USING (act_id)")}
            except Exception as error:
                self.wrong.append(repr(error))
                continue
            if known - found:
                self.wrong.append(f"lost {known - found}")
            known = found
            self.asked += 1


def _order(victim: subprocess.Popen[str], delay: float) -> tuple[int, float]:
    assert victim.stdin
    assert victim.stdout
    victim.stdin.write(f"{delay}\n")
    victim.stdin.flush()
    code, seconds = victim.stdout.readline().split()
    return int(code), float(seconds)


def _publish_round(portal: Portal, inbox: Path, turn: int) -> None:
    """Offer what is new in this round: a page, a file, and every fifth round a new text of the first page."""
    portal.put(f"/docs/{turn}", Answer(body=adilet_page(1000 + turn), headers=HTML, etag=f'"{turn}"'))
    (inbox / f"{turn}.txt").write_bytes(act_text(2000 + turn))
    if turn % 5 == 4:
        page = adilet_page(1000, 5 + turn, (f"{1 + turn % 28:02}.03.{2022 + turn // 28}", turn))
        portal.put("/docs/0", Answer(body=page, headers=HTML, etag=f'"new-{turn}"'))


def test_killed_at_random_it_loses_nothing_and_does_nothing_twice(portal: Portal, tmp_path: Path) -> None:
    chance = random.Random(50)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    kb, read_log = tmp_path / "kb.duckdb", tmp_path / "read.log"
    for path in [f"/docs/{turn}" for turn in range(KILLS)]:
        portal.put(path, Answer(404, b""))
    _publish_round(portal, inbox, 0)
    sources = declare(tmp_path, portal, [f"/docs/{turn}" for turn in range(KILLS)], inbox)
    (tmp_path / "warm.txt").write_bytes(act_text(1))
    command = [sys.executable, str(HERE / "sync_victim.py"), str(sources), str(kb), str(read_log)]
    with subprocess.Popen(
        [*command, str(tmp_path / "warm.txt")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=OURS
    ) as victim:
        assert victim.stdout
        assert victim.stdout.readline() == "ready\n"
        _, whole = _order(victim, -1)
        reader = Reader(kb)
        reader.start()
        for turn in range(1, KILLS):
            _publish_round(portal, inbox, turn)
            _order(victim, chance.uniform(0, 2 * whole))
        codes = [_order(victim, -1)[0] for _ in range(2)]  # the one that was killed last, and one that looks anew
        assert victim.stdin
        victim.stdin.close()
        reader.over.set()
        reader.join(30)
    assert codes == [Exit.OK, Exit.OK]
    assert reader.wrong == []
    assert reader.asked > 0
    read = Counter(read_log.read_text().split())
    assert sum(read.values()) - len(read) <= KILLS // 2, "readings are put by: only the one under way is done again"
    _same_as_undisturbed(portal, sources, kb, tmp_path)


def _same_as_undisturbed(portal: Portal, sources: Path, kb: Path, folder: Path) -> None:
    """Compare with a run over the same kept documents that nobody disturbed."""
    calm = folder / "calm.duckdb"
    state = folder / "calm.duckdb.sync"
    subprocess.run(["cp", "-r", f"{kb}.sync", str(state)], check=True)
    sync(Syncing(sources, calm, jobs=1))
    assert content(calm) == content(kb)
    assert rows(kb, "SELECT count(*) - count(DISTINCT run_id) FROM runs") == [(0,)]
