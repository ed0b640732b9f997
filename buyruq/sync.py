"""Bring a knowledge base up to date with its sources: fetch what is new, read it, publish.

A run may be killed at any moment. What was fetched lies beside the knowledge base, what was read lies on the shelf, and
the next run goes on from there. The published file is replaced whole or not at all.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import corpus
from buyruq.course import Step
from buyruq.exits import Exit
from buyruq.fetched import Begun, Fetches
from buyruq.fingerprint import reader_fingerprint
from buyruq.gather import Fault, Gatherer, Haul, Seen
from buyruq.ingest import Errand, Item, Tally, ingest_items, is_beside_changed, is_noted
from buyruq.shelf import Shelf
from ingest.sidecar import mark
from ingest.sources import load_sources
from models import BusyError, CorpusError, Limits
from models.sync import Candidate

KEPT = 3  # earlier files of the knowledge base
BROKEN_STATE = "Put state.sqlite back from a backup, or take it away: then the sources are asked anew"


@dataclass(frozen=True, slots=True)
class Synced:
    """What a run of sync did. `refusals` are the documents that could not be read in this run."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    exit: Exit
    hauls: list[Haul]
    tally: Tally

    @property
    def faults(self) -> list[Fault]:
        """Return what could not be fetched."""
        return [fault for haul in self.hauls for fault in haul.faults]

    def summary(self) -> dict[str, Any]:
        """Return the run as one JSON object, as the log file has it."""
        counts = {name: getattr(self.tally, name) for name in ("seen", "added", "changed", "unchanged")}
        return {
            "run_id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "exit": int(self.exit),
            **counts,
            "quarantined": [asdict(refusal) for refusal in self.tally.refusals],
            "sources": [asdict(haul) for haul in self.hauls],
        }


@dataclass(frozen=True, slots=True)
class Syncing:
    """What to sync and how. `since` passes over what a source dates earlier; `keep` earlier files stay."""

    sources: Path
    kb: Path
    since: date | None = None
    jobs: int | None = None
    keep: int = KEPT
    limits: Limits = field(default_factory=Limits)

    @property
    def folder(self) -> Path:
        """Return where the state of the syncs lies: beside the knowledge base."""
        return state_folder(self.kb)


def state_folder(kb: Path) -> Path:
    """Return the folder in which the syncs of a knowledge base keep what they fetched and what they did."""
    return corpus.real(kb).with_name(f"{corpus.real(kb).name}.sync")


def plan(order: Syncing) -> list[tuple[Candidate, str]]:
    """Return what a run would look at, and how; nothing is fetched but the lists, nothing is written."""
    agent, sources = load_sources(order.sources)
    gatherer = Gatherer(agent, order.limits, order.since)
    if not (order.folder / "state.sqlite").exists():
        return gatherer.plan(sources, None)
    with Fetches(order.folder, read_only=True) as state:
        return gatherer.plan(sources, state)


def sync(
    order: Syncing,
    seen: Seen = lambda source, url, fault: None,
    step: Step = lambda far: None,
) -> Synced:
    """Fetch what is new, read it and publish. `seen` is told of each address, `step` of each document read.

    Raises BusyError where another run is under way, UsageError for a wrong file of sources, CorpusError where the disk
    is full or the knowledge base cannot be written; then the published file is as it was.
    """
    agent, sources = load_sources(order.sources)
    with _own_run(order.kb), Fetches(order.folder) as state, _noting_failure(order.folder):
        run = state.begin(_now())
        hauls = Gatherer(agent, order.limits, order.since, seen).gather(sources, state, run.number)
        tally = _read_new(order, state, run, step)
        faults = any(haul.faults for haul in hauls)
        code = Exit.QUARANTINED if faults or tally.refusals else Exit.OK
        done = Synced(run.name, run.started_at, _now(), code, hauls, tally)
        line = json.dumps(done.summary(), ensure_ascii=False)
        _log(order.folder / "runs.jsonl", line)
        state.finish(run.number, done.finished_at, int(code), line)
    return done


def retry(order: Syncing, step: Step = lambda far: None) -> Tally:
    """Read again what is quarantined, and publish. Raises as `sync` does."""
    with _own_run(order.kb):
        with corpus.connect(order.kb) as base:
            failed = base.execute(
                "SELECT document_id, unnest(sources) AS source FROM documents WHERE status = 'quarantined'"
            ).fetchall()
        kept = {}
        if (order.folder / "state.sqlite").exists():
            with Fetches(order.folder) as state:
                kept = {(document.document_id, document.source): document.path for document in state.documents()}
        items: dict[str, Item] = {}
        for document_id, source in failed:
            item = Item(kept.get((document_id, source), Path(source)), source)
            if document_id not in items or item.path.exists():
                items[document_id] = item
        gone = [document_id for document_id, item in items.items() if not item.path.exists()]
        errand = Errand(os.urandom(16).hex(), _now(), keep=order.keep, gone=gone)
        there = [item for document_id, item in items.items() if document_id not in gone]
        return ingest_items(there, order.kb, errand, jobs=order.jobs, limits=order.limits, retry=True, step=step)


def _read_new(order: Syncing, state: Fetches, run: Begun, step: Step) -> Tally:
    """Read what the knowledge base does not have yet, in the order in which it was met."""
    known = corpus.known_in(order.kb)
    latest = corpus.latest(known)
    reader = reader_fingerprint()
    new: list[Item] = []
    gone: set[str] = set()
    old = 0
    for document in state.documents():
        held = known.get(document.document_id)
        item = Item(document.path, document.source, document.seen_on)
        is_there = document.path.exists()
        if held is None:  # a failure that was over when another text came in its place is not met again
            is_over = latest.get(document.source, (datetime.min, ""))[0] > document.seen_on
            new += [item] if is_there and not is_over else []
        elif is_there and not _is_done(held, document.document_id, item, reader, latest):
            new.append(item)
        elif held.status == "ok":
            old += 1
        elif not is_there and held.sources == (document.source,):
            gone.add(document.document_id)
    shelf = Shelf(order.folder / "shelf")
    errand = Errand(run.name, run.started_at, old, shelf, order.keep, gone)
    tally = ingest_items(new, order.kb, errand, jobs=order.jobs, limits=order.limits, step=step)
    shelf.clear()
    return tally


def _is_done(
    held: corpus.Known, document_id: str, item: Item, reader: str, latest: Mapping[str, tuple[datetime, str]]
) -> bool:
    """Tell whether nothing is left to do for a document: it was read by this program, with what lies beside it now."""
    is_read = held.reader == reader and not is_beside_changed(held, item.source, mark(item.path))
    return is_read and (held.status != "ok" or is_noted(held, document_id, item, latest))


@contextmanager
def _own_run(kb: Path) -> Iterator[None]:
    """Hold the lock of syncs, and say what failed where the disk or the state does."""
    try:
        with corpus.locked(kb, "sync.lock"):
            yield
    except BusyError as error:
        raise BusyError(f"{kb}: another run is under way. It goes on; this one leaves") from error
    except sqlite3.Error as error:
        remedy = "Free the disk; the next run goes on from here"
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            remedy = BROKEN_STATE
        raise CorpusError(f"{state_folder(kb)}: {error}. {remedy}") from error
    except OSError as error:
        raise CorpusError(
            f"{error.filename or state_folder(kb)}: {error.strerror or error}. Free the disk or the folder; the next "
            "run goes on from here"
        ) from error


@contextmanager
def _noting_failure(folder: Path) -> Iterator[None]:
    """Write a run that failed to the log file too, if the disk lets it."""
    try:
        yield
    except Exception as error:
        with suppress(OSError):
            line = {"failed_at": _now().isoformat(), "error": f"{type(error).__name__}: {error}"}
            _log(folder / "runs.jsonl", json.dumps(line, ensure_ascii=False))
        raise


def _log(path: Path, line: str) -> None:
    """Append a line in one write, so that a line is there whole."""
    with path.open("ab", buffering=0) as handle:
        handle.write(line.encode() + b"\n")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
