"""Read a knowledge base and nothing else: no writing, no other file, no network, one statement at a time."""

from __future__ import annotations

from pathlib import Path

import duckdb

from models import CorpusError, UsageError

# Told on opening, not afterwards: a file may be opened twice by one process, and then its configuration is locked.
LOCKED: dict[str, str | bool | int | float | list[str]] = {"enable_external_access": False, "lock_configuration": True}
READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def connect(kb: Path) -> duckdb.DuckDBPyConnection:
    """Open a knowledge base to read. Raises CorpusError where it is not one."""
    if not kb.is_file():
        raise CorpusError(f"{kb}: no such knowledge base. Make it with: buyruq ingest PATH --kb {kb}")
    try:
        base = duckdb.connect(str(kb), read_only=True, config=LOCKED)
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        remedy = "Close it there" if "lock" in reason else "Name a file made by buyruq ingest"
        raise CorpusError(f"{kb}: cannot be opened ({reason}). {remedy}") from error
    if not base.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'documents'").fetchone():
        base.close()
        raise CorpusError(f"{kb}: a database of something else. Name a file made by buyruq ingest")
    return base


def one_statement(query: str) -> str:
    """Return the query if it is one statement that only reads. Raises UsageError with what is wrong with it."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise UsageError(f"the query cannot be parsed: {error}") from error
    if len(statements) != 1:
        raise UsageError(f"the query holds {len(statements)} statements. Give exactly one")
    if statements[0].type not in READING:
        raise UsageError(f"the query is a {statements[0].type.name} statement. Only SELECT and EXPLAIN are answered")
    return query
