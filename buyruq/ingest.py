"""Read files into a knowledge base: what is to be read, what came of it, and what the run says of it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
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
    """What a run is a part of: its id and start, what it passed over before, where readings wait, files to keep."""

    run_id: str
    started_at: datetime
    unchanged: int = 0
    shelf: Shelf | None = None
    keep: int = 0


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


class _Desk:
    """Decides of each file whether it is read, and stores what came of it."""

    def __init__(self, store: corpus.Store, reader: str, retry: bool, course: Course, errand: Errand) -> None:
        self._store = store
        self._known = store.known()
        self._reader = reader
        self._retry = retry
        self._course = course
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
            self._course.passes(found.source)
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
        self._course.passes(found.source)
        for source in self._twins[found.document_id]:
            self._store.add_source(found.document_id, source)
            self.tally.unchanged += 1
            self._course.passes(source)

    def _refuse(self, document_id: str, size: int, refusal: Refusal) -> None:
        rows = corpus.quarantine_rows(document_id, refusal.source, size, self._reader, str(refusal))
        if self._shelf:
            self._shelf.put(document_id, self._reader, rows)
        self._store.write(rows, self._seen_on.get(document_id))
        self._tell(refusal)

    def _tell(self, refusal: Refusal) -> None:
        self.tally.refusals.append(refusal)
        self._course.passes(refusal.source, refusal)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
