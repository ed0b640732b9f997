"""What a sync has fetched: one row per candidate in a small SQLite file, the bytes beside it.

A body is written whole to its place before its row says that it is there, so that a run killed at any moment goes on
where it stopped: what the row says is true, and what it does not say is fetched again.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from ingest.sources import local_path
from models.sync import Candidate, Fetched

LONGEST = timedelta(hours=24)  # a run that was killed longer ago is begun anew: what it fetched may have changed

_TABLES = """
CREATE TABLE IF NOT EXISTS fetched (
    source TEXT, key TEXT, url TEXT, file TEXT, document_id TEXT, etag TEXT, last_modified TEXT, language TEXT,
    version_date TEXT, reason TEXT, remedy TEXT, failures INTEGER DEFAULT 0, run INTEGER,
    PRIMARY KEY (source, key)
);
CREATE TABLE IF NOT EXISTS document (
    file TEXT PRIMARY KEY, document_id TEXT, source TEXT, key TEXT, name TEXT, seen_on TEXT
);
CREATE INDEX IF NOT EXISTS document_name ON document (name);
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT, finished_at TEXT, exit INTEGER, summary TEXT, name TEXT
);
"""
_UNSAFE = re.compile(r"[^0-9A-Za-z._-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one candidate. `file` is relative to the folder; None where it was never fetched."""

    source: str
    key: str
    url: str
    file: str | None
    document_id: str | None
    etag: str | None
    last_modified: str | None
    reason: str | None
    remedy: str | None
    failures: int
    run: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A run under way: its number, its name in the view `runs`, and when it began (UTC)."""

    number: int
    name: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as it was noted: times as ISO text (UTC), exit code and summary (JSON) where it ended by itself."""

    started_at: str
    finished_at: str | None
    exit: int | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that was fetched: its file, sha256, the name to store it under, and when it was first met (UTC)."""

    path: Path
    document_id: str
    source: str
    seen_on: datetime


class Fetches:
    """The folder of one knowledge base's syncs; a context manager. `read_only` needs no right to write."""

    def __init__(self, folder: Path, read_only: bool = False) -> None:
        self.folder = folder
        if read_only:
            place = folder / "state.sqlite"
            # Without a log beside it nobody is writing, and only then may SQLite be told that nothing will change.
            how = "mode=ro" if place.with_name(f"{place.name}-wal").exists() else "immutable=1"
            self._base = sqlite3.connect(f"{place.absolute().as_uri()}?{how}", uri=True, timeout=30)
            return
        folder.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(folder / "state.sqlite", isolation_level=None, timeout=30)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")  # a killed process loses nothing; a power cut, the last rows
        self._base.executescript(_TABLES)

    def __enter__(self) -> Fetches:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def begin(self, now: datetime) -> Begun:
        """Return the run to go on with (one that was killed within `LONGEST`), or a new one."""
        with closing(self._base.execute("SELECT * FROM run WHERE finished_at IS NULL ORDER BY id DESC")) as cursor:
            unfinished = cursor.fetchone()
        if unfinished is not None:
            started = datetime.fromisoformat(unfinished[1])
            if timedelta(0) <= now - started < LONGEST:
                return Begun(int(unfinished[0]), str(unfinished[5]), started)
            self._base.execute("UPDATE run SET finished_at = ? WHERE finished_at IS NULL", [now.isoformat()])
        values = [now.isoformat(), uuid.uuid4().hex]
        with closing(self._base.execute("INSERT INTO run (started_at, name) VALUES (?, ?)", values)) as cursor:
            return Begun(int(cursor.lastrowid or 0), values[1], now)

    def finish(self, run: int, now: datetime, code: int, summary: str) -> None:
        """Note that a run ended, with its exit code and its summary (JSON)."""
        self._base.execute(
            "UPDATE run SET finished_at = ?, exit = ?, summary = ? WHERE id = ?", [now.isoformat(), code, summary, run]
        )

    def last_runs(self, count: int = 1) -> list[PastRun]:
        """Return the last runs, newest first."""
        query = "SELECT started_at, finished_at, exit, summary FROM run ORDER BY id DESC LIMIT ?"
        with closing(self._base.execute(query, [count])) as cursor:
            return [PastRun(*row) for row in cursor]

    def failing(self) -> list[Row]:
        """Return the candidates that the last run could not fetch: what is no more declared or offered is left out."""
        return list(self._rows("WHERE reason IS NOT NULL AND run = (SELECT max(id) FROM run) ORDER BY source, key", []))

    def documents(self) -> list[Kept]:
        """Return every document that was ever kept, oldest first, and the local files as they were met last."""
        query = "SELECT file, document_id, name, seen_on FROM document ORDER BY seen_on, file"
        with closing(self._base.execute(query)) as cursor:
            return [
                Kept(self.folder / file, document_id, name, datetime.fromisoformat(seen_on))
                for file, document_id, name, seen_on in cursor
            ]

    def forget_failure(self, source: str, key: str) -> None:
        """Note that what failed before is well."""
        self._base.execute(
            "UPDATE fetched SET reason = NULL, remedy = NULL, failures = 0 WHERE source = ? AND key = ?", [source, key]
        )

    def row(self, candidate: Candidate) -> Row | None:
        """Return what is known of a candidate."""
        return next(self._rows("WHERE source = ? AND key = ?", [candidate.source, candidate.key]), None)

    def rows(self) -> Iterator[Row]:
        """Yield what is known of every candidate, in a fixed order."""
        return self._rows("ORDER BY source, key", [])

    def _rows(self, where: str, values: list[str]) -> Iterator[Row]:
        names = ", ".join(Row.__dataclass_fields__)
        with closing(self._base.execute(f"SELECT {names} FROM fetched {where}", values)) as cursor:
            for found in cursor:
                yield Row(*found)

    def keep(self, got: Fetched, run: int, now: datetime) -> bool:
        """Keep what was fetched; return whether its bytes are new.

        A file of this machine stays where it is. The bytes of anything else are written beside a sidecar of what the
        source says of them.
        """
        candidate, known = got.candidate, self.row(got.candidate)
        marks = {"etag": got.etag, "last_modified": got.last_modified}
        if got.data is None:
            self._put(candidate, run, **marks)
            return False
        document_id = hashlib.sha256(got.data).hexdigest()
        local = local_path(candidate.url)
        file = str(local) if local else self._write(candidate, got, document_id)
        name, is_new = file if local else candidate.url, known is None or known.document_id != document_id
        later = self._met(name) + timedelta(microseconds=1)  # whatever the clock says, what is met later is newer
        self._base.execute("BEGIN IMMEDIATE")
        self._base.execute(
            "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (file) DO UPDATE SET "
            "document_id = excluded.document_id, seen_on = excluded.seen_on WHERE ?",
            [file, document_id, candidate.source, candidate.key, name, _iso_time(max(now, later)), is_new],
        )
        self._put(candidate, run, file=file, document_id=document_id, **marks)
        self._base.execute("COMMIT")
        return is_new

    def _met(self, name: str) -> datetime:
        """Return when a text was last met under a name."""
        query = "SELECT max(seen_on) FROM document WHERE name = ?"
        with closing(self._base.execute(query, [name])) as cursor:
            (when,) = cursor.fetchone()
        return datetime.fromisoformat(when) if when else datetime.min

    def fail(self, candidate: Candidate, run: int, reason: str, remedy: str) -> None:
        """Note why a candidate could not be fetched; what was fetched of it before stays."""
        known = self.row(candidate)
        self._put(candidate, run, reason=reason, remedy=remedy, failures=(known.failures if known else 0) + 1)

    def _put(self, candidate: Candidate, run: int, **values: object) -> None:
        """Write a row in one statement: what `values` does not name stays, save the reason of an earlier failure."""
        given = {"reason": None, "remedy": None, "failures": 0, **values}
        given = {k: v for k, v in given.items() if v is not None or k in ("reason", "remedy")}
        given |= {
            "url": candidate.url,
            "language": candidate.language,
            "version_date": _iso(candidate.version_date),
            "run": run,
        }
        columns = ["source", "key", *given]
        updates = ", ".join(f"{name} = excluded.{name}" for name in given)
        self._base.execute(
            f"INSERT INTO fetched ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            f"ON CONFLICT (source, key) DO UPDATE SET {updates}",
            [candidate.source, candidate.key, *given.values()],
        )

    def _write(self, candidate: Candidate, got: Fetched, document_id: str) -> str:
        """Write the bytes and a sidecar of what the source says of them to a folder of their own, the old ones kept."""
        name = _UNSAFE.sub("-", candidate.url.rsplit("/", 1)[-1])[:80].strip(".-") or "document"
        place = self.folder / "documents" / document_id[:2] / document_id / name
        place.parent.mkdir(parents=True, exist_ok=True)
        sidecar = got.sidecar or b""
        if candidate.version_date and b"version_date" not in sidecar:
            sidecar += f"\nversion_date: {candidate.version_date.isoformat()}\n".encode()
        if sidecar:
            _write_whole(place.with_name(f"{place.stem}.meta.yaml"), sidecar)
        if not place.exists() or place.stat().st_size != len(got.data or b""):
            _write_whole(place, got.data or b"")
        return str(place.relative_to(self.folder))


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _iso_time(when: datetime) -> str:
    return when.isoformat(timespec="microseconds")
