"""Read files into a knowledge base: the edge with files, processes and the clock.

Every document is read in a process of its own pool with limits of time and memory. A document that kills its process,
or goes over a limit, is tried a second time and then quarantined; its neighbours are not touched.
"""

from __future__ import annotations

import multiprocessing
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

import corpus
from buyruq.files import Found, absent_id, examine, walk
from buyruq.fingerprint import reader_fingerprint
from buyruq.shelf import Shelf
from buyruq.worker import Refusal, prepare, read_rows
from models import Limits, SourceError

AHEAD = 4  # documents waiting per worker: enough to keep it busy, few enough to keep memory flat
DOCUMENTS_A_WORKER = 200  # then a fresh process takes over, so that no leak in a native library adds up
TRIES = 2


@dataclass(frozen=True, slots=True)
class Item:
    """A file to read, the name to store it under, and when its bytes were first met (UTC), if not now."""

    path: Path
    source: str
    seen_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What a run is a part of: its id and start, what it passed over before, where readings wait, files to keep."""

    run_id: str
    started_at: datetime
    unchanged: int = 0
    shelf: Shelf | None = None
    keep: int = 0


Step = Callable[[int, str, Refusal | None], None]
Result = corpus.Rows | Refusal


@dataclass(slots=True)
class Tally:
    """What a run did."""

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def ingest_paths(
    paths: Iterable[Path],
    kb: Path,
    *,
    jobs: int | None = None,
    limits: Limits = Limits(),
    language: str | None = None,
    retry: bool = False,
    step: Step = lambda total, source, refusal: None,
) -> Tally:
    """Read all files that `paths` mean into `kb` and publish it.

    What is stored already is passed over: also a quarantined document, unless `retry`. `step` is called after each
    file with the number of files, the file, and why it was refused. Raises UsageError and CorpusError.
    """
    errand = Errand(uuid.uuid4().hex, _now())
    items = [Item(path, str(path)) for path in walk(paths, leave_out=kb)]
    return ingest_items(items, kb, errand, jobs=jobs, limits=limits, language=language, retry=retry, step=step)


def ingest_items(
    items: Sequence[Item],
    kb: Path,
    errand: Errand,
    *,
    jobs: int | None = None,
    limits: Limits = Limits(),
    language: str | None = None,
    retry: bool = False,
    step: Step = lambda total, source, refusal: None,
) -> Tally:
    """Read files under the names given into `kb` and publish it, as `ingest_paths` does."""
    reader = f"{reader_fingerprint()}{'-' + language if language else ''}"
    with corpus.writing(kb, errand.keep) as store:
        desk = _Desk(store, reader, retry, len(items), step, errand)
        wanted = [found for item in items if (found := desk.admit(item, limits))]
        unread = [found for found in wanted if not desk.take_up(found)]
        if unread:
            cores = jobs or os.cpu_count() or 1
            limits = replace(limits, threads=max(limits.threads, cores // len(unread)))  # few files: pages side by side
            for found, result in _read_all(unread, cores, limits, language, reader):
                desk.store(found, result)
        tally = desk.tally
        tally.refusals.sort(key=lambda refusal: refusal.source)
        store.finish(
            corpus.Run(
                errand.run_id,
                errand.started_at,
                _now(),
                tally.seen,
                tally.added,
                tally.changed,
                tally.unchanged,
                len(tally.refusals),
            )
        )
    return tally


class _Desk:
    """Decides of each file whether it is read, and stores what came of it."""

    def __init__(self, store: corpus.Store, reader: str, retry: bool, total: int, step: Step, errand: Errand) -> None:
        self._store = store
        self._known = store.known()
        self._reader = reader
        self._retry = retry
        self._total = total
        self._step = step
        self._shelf = errand.shelf
        self._twins: dict[str, list[str]] = {}
        self._seen_on: dict[str, datetime | None] = {}
        self.tally = Tally(seen=errand.unchanged, unchanged=errand.unchanged)

    def admit(self, item: Item, limits: Limits) -> Found | None:
        """Return the file if it is to be read; else count it as refused or as stored already."""
        self.tally.seen += 1
        try:
            found = replace(examine(item.path, limits), source=item.source, path=str(item.path))
        except SourceError as error:
            size = item.path.stat().st_size if item.path.is_file() else 0
            self._refuse(absent_id(item.source), size, Refusal(item.source, error.reason, error.remedy))
            return None
        self._seen_on.setdefault(found.document_id, item.seen_on)
        if found.document_id in self._twins:
            self._twins[found.document_id].append(found.source)
            return None
        known = self._known.get(found.document_id)
        if not known or known.reader != self._reader or (known.status != "ok" and self._retry):
            self._twins[found.document_id] = []
            return found
        if known.status == "ok":
            self.tally.unchanged += 1
            if found.source not in known.sources:
                self._store.add_source(found.document_id, found.source)
            self._step(self._total, found.source, None)
        else:
            reason, _, remedy = (known.error or "").partition(". ")
            self._tell(Refusal(found.source, reason, remedy))
        return None

    def take_up(self, found: Found) -> bool:
        """Store what an earlier run read of the file before it was killed; tell whether it did."""
        rows = self._shelf.take(found.document_id, self._reader) if self._shelf else None
        if rows is None:
            return False
        document = rows["t_document"].to_pylist()[0]
        reason, _, remedy = (document["error"] or "").partition(". ")
        self.store(found, rows if document["status"] == "ok" else Refusal(found.source, reason, remedy))
        return True

    def store(self, found: Found, result: Result) -> None:
        """Store what came of one file, and the other names of the same bytes."""
        if isinstance(result, Refusal):
            self._refuse(found.document_id, found.size, result)
            for source in self._twins[found.document_id]:
                self._tell(Refusal(source, result.reason, result.remedy))
            return
        if self._shelf:
            self._shelf.put(found.document_id, self._reader, result)
        self._store.write(result, self._seen_on[found.document_id])
        if found.document_id in self._known:
            self.tally.changed += 1
        else:
            self.tally.added += 1
        self._step(self._total, found.source, None)
        for source in self._twins[found.document_id]:
            self._store.add_source(found.document_id, source)
            self.tally.unchanged += 1
            self._step(self._total, source, None)

    def _refuse(self, document_id: str, size: int, refusal: Refusal) -> None:
        rows = corpus.quarantine_rows(document_id, refusal.source, size, self._reader, str(refusal))
        if self._shelf:
            self._shelf.put(document_id, self._reader, rows)
        self._store.write(rows, self._seen_on.get(document_id))
        self._tell(refusal)

    def _tell(self, refusal: Refusal) -> None:
        self.tally.refusals.append(refusal)
        self._step(self._total, refusal.source, refusal)


def _read_all(
    wanted: Iterable[Found], jobs: int, limits: Limits, language: str | None, reader: str
) -> Iterator[tuple[Found, Result]]:
    """Yield the result of every file as it comes, at most a few files ahead of the caller."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract and numpy: one thread a process, there is one each core
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["buyruq.worker"])
    waiting = deque((found, 1) for found in wanted)
    flying: dict[Future[Result], tuple[Found, int]] = {}
    pool = ProcessPool(
        max_workers=jobs,
        max_tasks=DOCUMENTS_A_WORKER,
        initializer=prepare,
        initargs=(limits, os.getpid()),
        context=context,
    )
    try:
        while waiting or flying:
            while waiting and len(flying) < jobs * AHEAD:
                found, attempt = waiting.popleft()
                task: Future[Result] = pool.schedule(
                    read_rows, args=(found.source, limits, language, reader, found.path), timeout=found.seconds
                )
                flying[task] = (found, attempt)
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for task in done:
                found, attempt = flying.pop(task)
                refusal = _fault(task, found)
                if refusal and attempt < TRIES:
                    waiting.append((found, attempt + 1))
                else:
                    yield found, refusal or task.result()
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _fault(task: Future[Result], found: Found) -> Refusal | None:
    """Return why the process that read a file did not come back with a result."""
    error = task.exception()
    if error is None:
        return None
    if isinstance(error, TimeoutError):
        return Refusal(found.source, f"not read after {found.seconds:.0f} seconds", "Split the file or report it")
    if isinstance(error, MemoryError):
        return Refusal(found.source, "reading it needs more memory than allowed", "Split the file or report it")
    if isinstance(error, ProcessExpired):
        return Refusal(found.source, f"reading it killed the process (code {error.exitcode})", "Report the file")
    return Refusal(found.source, f"the program failed: {type(error).__name__}: {error}", "Report the file")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
