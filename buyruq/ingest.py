"""Read files into a knowledge base: what is to be read, what came of it, and what the run says of it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import corpus
from buyruq.course import Course, Step
from buyruq.crew import Result, read_all
from buyruq.files import Found, absent_id, examine, walk
from buyruq.fingerprint import reader_fingerprint
from buyruq.shelf import Shelf
from buyruq.worker import Refusal
from models import Limits, SourceError


@dataclass(frozen=True, slots=True)
class Item:
    """A file to read, the name to store it under, and when its bytes were first met (UTC), if not now."""

    path: Path
    source: str
    seen_on: datetime | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What a run is a part of: its id and start, what it passed over before, where readings wait, files to keep.

    `gone` are quarantined documents whose files are there no more.
    """

    run_id: str
    started_at: datetime
    unchanged: int = 0
    shelf: Shelf | None = None
    keep: int = 0
    gone: Collection[str] = ()


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
    step: Step = lambda far: None,
) -> Tally:
    """Read all files that `paths` mean into `kb` and publish it.

    What is stored already is passed over: also a quarantined document, unless `retry`. `step` is told how far the
    run is after each file, and while pages are read. Raises UsageError and CorpusError.
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
    step: Step = lambda far: None,
) -> Tally:
    """Read files under the names given into `kb` and publish it, as `ingest_paths` does."""
    reader = f"{reader_fingerprint()}{'-' + language if language else ''}"
    with corpus.writing(kb, errand.keep) as store:
        if errand.gone:
            store.forget(errand.gone)
        course = Course(len(items), step)
        desk = _Desk(store, reader, retry, course, errand)
        wanted = [found for item in items if (found := desk.admit(item, limits))]
        unread = [found for found in wanted if not desk.take_up(found)]
        if unread:
            course.sets_out(unread)
            for found, result in read_all(unread, jobs or os.cpu_count() or 1, limits, language, reader, course):
                course.reads(found, 0 if isinstance(result, Refusal) else result["t_page"].num_rows)
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


def is_beside_changed(known: corpus.Known, source: str, beside: str) -> bool:
    """Tell whether what lies beside a stored document is other than when it was read; its own name alone counts."""
    return source == known.sources[0] and beside != known.beside


def is_noted(known: corpus.Known, document_id: str, item: Item, latest: Mapping[str, tuple[datetime, str]]) -> bool:
    """Tell whether a stored document is noted under a name, and as the newest one there if it is that."""
    when, newest = latest.get(item.source, (datetime.min, document_id))
    came_back = newest != document_id and (item.seen_on is None or item.seen_on > when)
    return item.source in known.sources and not came_back


class _Desk:
    """Decides of each file whether it is read, and stores what came of it."""

    def __init__(self, store: corpus.Store, reader: str, retry: bool, course: Course, errand: Errand) -> None:
        self._store = store
        self._known = store.known()
        self._latest = corpus.latest(self._known)
        self._reader = reader
        self._retry = retry
        self._course = course
        self._shelf = errand.shelf
        self._twins: dict[str, list[Item]] = {}
        self._seen_on: dict[str, datetime | None] = {}
        self.tally = Tally(seen=errand.unchanged, unchanged=errand.unchanged)

    def admit(self, item: Item, limits: Limits) -> Found | None:
        """Return the file if it is to be read; else count it as refused or as stored already."""
        self.tally.seen += 1
        try:
            found = replace(examine(item.path, limits), source=item.source, path=str(item.path))
        except SourceError as error:
            size = item.path.stat().st_size if item.path.is_file() else 0
            absent = Found(item.source, absent_id(item.source), size, 0.0)
            self._refuse(absent, Refusal(item.source, error.reason, error.remedy))
            return None
        self._seen_on.setdefault(found.document_id, item.seen_on)
        if found.document_id in self._twins:
            self._twins[found.document_id].append(item)
            return None
        known = self._known.get(found.document_id)
        if not known or self._is_stale(known, found):
            self._twins[found.document_id] = []
            return found
        if known.status == "ok":
            self.tally.unchanged += 1
            if not is_noted(known, found.document_id, item, self._latest):
                self._store.meet(found.document_id, found.source, item.seen_on)
            self._course.passes(found.source)
        else:
            reason, _, remedy = (known.error or "").partition(". ")
            self._tell(Refusal(found.source, reason, remedy))
        return None

    def _is_stale(self, known: corpus.Known, found: Found) -> bool:
        again = known.status != "ok" and self._retry
        return again or known.reader != self._reader or is_beside_changed(known, found.source, found.beside)

    def _mark(self, found: Found) -> str:
        """Return what a reading depends on beside the bytes: the program and the sidecars."""
        return f"{self._reader}-{found.beside}"

    def take_up(self, found: Found) -> bool:
        """Store what an earlier run read of the file before it was killed; tell whether it did."""
        rows = self._shelf.take(found.document_id, self._mark(found)) if self._shelf else None
        if rows is None:
            return False
        document = rows["t_document"].to_pylist()[0]
        reason, _, remedy = (document["error"] or "").partition(". ")
        self.store(found, rows if document["status"] == "ok" else Refusal(found.source, reason, remedy))
        return True

    def store(self, found: Found, result: Result) -> None:
        """Store what came of one file, and the other names of the same bytes."""
        if isinstance(result, Refusal):
            self._refuse(found, result)
            for twin in self._twins[found.document_id]:
                self._tell(Refusal(twin.source, result.reason, result.remedy))
            return
        if self._shelf:
            self._shelf.put(found.document_id, self._mark(found), result)
        self._store.write(result, self._seen_on[found.document_id], found.beside)
        if found.document_id in self._known:
            self.tally.changed += 1
        else:
            self.tally.added += 1
        self._course.passes(found.source)
        for twin in self._twins[found.document_id]:
            self._store.meet(found.document_id, twin.source, twin.seen_on)
            self.tally.unchanged += 1
            self._course.passes(twin.source)

    def _refuse(self, found: Found, refusal: Refusal) -> None:
        rows = corpus.quarantine_rows(found.document_id, refusal.source, found.size, self._reader, str(refusal))
        if self._shelf:
            self._shelf.put(found.document_id, self._mark(found), rows)
        self._store.write(rows, self._seen_on.get(found.document_id), found.beside)
        self._tell(refusal)

    def _tell(self, refusal: Refusal) -> None:
        self.tally.refusals.append(refusal)
        self._course.passes(refusal.source, refusal)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
