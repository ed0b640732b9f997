"""What a sync has fetched: one row per candidate in a small SQLite file, the bytes beside it.

A body is written whole to its place before its row says that it is there, so that a run killed at any moment goes on
where it stopped: what the row says is true, and what it does not say is fetched again.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from models.sync import Candidate, Fetched

_TABLES = """
CREATE TABLE IF NOT EXISTS fetched (
    source TEXT, key TEXT, url TEXT, file TEXT, document_id TEXT, etag TEXT, last_modified TEXT, language TEXT,
    version_date TEXT, reason TEXT, remedy TEXT, failures INTEGER DEFAULT 0, run INTEGER,
    PRIMARY KEY (source, key)
);
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY AUTOINCREMENT, started_at TEXT, finished_at TEXT, exit INTEGER, summary TEXT
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


class Fetches:
    """The folder of one knowledge base's syncs; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._base = sqlite3.connect(folder / "state.sqlite", isolation_level=None, timeout=30)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.executescript(_TABLES)

    def __enter__(self) -> Fetches:
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def begin(self, now: str) -> int:
        """Return the number of the run to go on with (one that never finished), or of a new one."""
        with closing(self._base.execute("SELECT max(id) FROM run WHERE finished_at IS NULL")) as cursor:
            unfinished = cursor.fetchone()[0]
        if unfinished is not None:
            return int(unfinished)
        with closing(self._base.execute("INSERT INTO run (started_at) VALUES (?)", [now])) as cursor:
            return int(cursor.lastrowid or 0)

    def finish(self, run: int, now: str, code: int, summary: str) -> None:
        """Note that a run ended, with its exit code and its summary (JSON)."""
        self._base.execute(
            "UPDATE run SET finished_at = ?, exit = ?, summary = ? WHERE id = ?", [now, code, summary, run]
        )

    def runs(self, last: int = 1) -> list[tuple[int, str, str | None, int | None, str | None]]:
        """Return (id, started_at, finished_at, exit, summary) of the last runs, newest first."""
        with closing(self._base.execute("SELECT * FROM run ORDER BY id DESC LIMIT ?", [last])) as cursor:
            return list(cursor)

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

    def keep(self, got: Fetched, run: int) -> bool:
        """Keep what was fetched; return whether its bytes are new."""
        candidate, known = got.candidate, self.row(got.candidate)
        if got.data is None:
            self._put(candidate, run, etag=got.etag, last_modified=got.last_modified)
            return False
        document_id = hashlib.sha256(got.data).hexdigest()
        new = known is None or known.document_id != document_id
        if new or known is None or known.file is None or not (self.folder / known.file).exists():
            file = self._write(candidate, got, document_id)
            self._put(
                candidate, run, file=file, document_id=document_id, etag=got.etag, last_modified=got.last_modified
            )
        else:
            self._put(candidate, run, etag=got.etag, last_modified=got.last_modified)
        return new

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
        name = _UNSAFE.sub("-", candidate.url.rsplit("/", 1)[-1])[:80] or "document"
        place = self.folder / "documents" / document_id[:2] / document_id
        place.mkdir(parents=True, exist_ok=True)
        if candidate.version_date:
            _write_whole(
                place / "meta.yaml", yaml.safe_dump({"version_date": candidate.version_date.isoformat()}).encode()
            )
        _write_whole(place / name, got.data or b"")
        return str((place / name).relative_to(self.folder))


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
