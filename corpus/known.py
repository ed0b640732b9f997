"""What a knowledge base has of each document already, and under which names it was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from corpus.query import connect
from corpus.schema import schema_version


@dataclass(frozen=True, slots=True)
class Known:
    """How a document ended, with what program, what lay beside it, its names (its own first), when it was met (UTC)."""

    status: str
    reader: str
    error: str | None
    sources: tuple[str, ...]
    beside: str
    seen_on: datetime


def known_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Known]:
    """Return what is stored, by document_id."""
    rows = connection.execute(
        "SELECT document_id, status, reader, error, sources, coalesce(beside, ''), coalesce(seen_on, ingested_at) "
        "FROM t_document"
    ).fetchall()
    return {row[0]: Known(row[1], row[2], row[3], tuple(row[4]), row[5], row[6]) for row in rows}


def known_in(kb: Path) -> dict[str, Known]:
    """Return what a published file has; nothing where there is none or its schema is another. Raises CorpusError."""
    if not kb.exists():
        return {}
    with connect(kb) as base:
        made = base.execute("SELECT value FROM t_meta WHERE key = 'schema'").fetchone()
        return known_of(base) if made and made[0] == schema_version() else {}


def latest(known: Mapping[str, Known]) -> dict[str, tuple[datetime, str]]:
    """Return for each name the document that was met under it last, and when."""
    found: dict[str, tuple[datetime, str]] = {}
    for document_id, document in known.items():
        for name in document.sources:
            found[name] = max(found.get(name, (datetime.min, "")), (document.seen_on, document_id))
    return found
