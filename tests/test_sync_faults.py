"""Sync under faults: full disks, broken answers, kills at any moment; it loses nothing and does nothing twice."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from buyruq.exits import Exit
from buyruq.sync import Syncing, sync
from models import CorpusError

sys.path.insert(0, str(Path(__file__).parent))
from portal import Answer, Portal
from sync_acts import act_text, adilet_page
from sync_kit import HTML, content, declare, rows

HERE = Path(__file__).parent
OURS = {**os.environ, "PYTHONPATH": str(HERE.parent)}
KILLS = int(os.environ.get("BUYRUQ_KILLS", "50"))


@pytest.fixture(autouse=True)
def _no_waiting(quick: None) -> None:
    """Try again at once, and read in this process; whole commands with their workers are tested below."""


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
