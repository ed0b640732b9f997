"""How a knowledge base stands: up to date or not, what failed, when it last ran."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import corpus
from buyruq.fetched import Fetches
from buyruq.sync import BROKEN_STATE, state_folder
from models import CorpusError


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a knowledge base. `why` says what is wrong, one line each; empty means that it is up to date."""

    kb: str
    up_to_date: bool
    why: list[str]
    running: bool
    last_run: dict[str, Any] | None
    documents: int
    acts: int
    published_at: str
    bytes: int
    failing: list[dict[str, Any]]
    quarantined: list[dict[str, Any]]
    kept: list[str]


def standing(kb: Path, within: timedelta) -> Standing:
    """Return how a knowledge base stands; it is late where no run ended well `within` this time.

    Raises CorpusError where there is no knowledge base.
    """
    with corpus.connect(kb) as base:
        counts = base.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM acts)").fetchall()[0]
        bad = base.execute(
            "SELECT source, error FROM documents WHERE status = 'quarantined' ORDER BY source"
        ).fetchall()
    last, failing = _syncs(kb)
    running = corpus.is_locked(kb, "sync.lock")
    published = kb.stat()
    why = [*_late(last, within, running), *(f"cannot be fetched: {row['url']}: {row['reason']}" for row in failing)]
    why += [f"quarantined: {source}: {error}" for source, error in bad]
    return Standing(
        str(kb), not why, why, running, last, counts[0], counts[1],
        datetime.fromtimestamp(published.st_mtime, UTC).isoformat(timespec="seconds"), published.st_size,
        failing, [{"source": source, "error": error} for source, error in bad], [p.name for p in corpus.kept(kb)],
    )  # fmt: skip


def _syncs(kb: Path) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return the last run and what it could not fetch; nothing where there was none."""
    if not (state_folder(kb) / "state.sqlite").exists():
        return None, []
    try:
        with Fetches(state_folder(kb), read_only=True) as state:
            runs = state.last_runs()
            failing = [
                {
                    "source": row.source,
                    "url": row.url,
                    "reason": row.reason,
                    "remedy": row.remedy,
                    "times": row.failures,
                }
                for row in state.failing()
            ]
    except sqlite3.Error as error:
        raise CorpusError(f"{state_folder(kb)}: {error}. {BROKEN_STATE}") from error
    if not runs:
        return None, failing
    last = runs[0]
    counts = json.loads(last.summary) if last.summary else {}
    told = {name: counts.get(name) for name in ("seen", "added", "changed", "unchanged")}
    return {"started_at": last.started_at, "finished_at": last.finished_at, "exit": last.exit, **told}, failing


def _late(last: dict[str, Any] | None, within: timedelta, running: bool) -> list[str]:
    if last is None:
        return ["no sync has run. Run: buyruq sync --sources FILE --kb FILE"]
    if last["finished_at"] is None:
        return [] if running else [f"the run of {last['started_at']} was stopped. The next one goes on from there"]
    age = datetime.now(UTC).replace(tzinfo=None) - datetime.fromisoformat(last["finished_at"])
    if age > within:
        return [f"the last run ended {age.total_seconds() / 3600:.0f} hours ago. Look at the schedule"]
    return []
