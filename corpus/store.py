"""Write readings into a knowledge base: one transaction a document, nothing twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from corpus.publish import building
from corpus.questions import has_questions, make_questions
from corpus.redactions import derive_changes
from corpus.rows import Rows
from corpus.schema import arrow_schemas, finish_sql, schema_version, tables_sql, views_sql
from models import CorpusError

WRITING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "600MB",  # DuckDB takes most of the machine otherwise; what is over goes to disk
    "threads": 1,  # a document is few rows: more threads double the time that they take
    "storage_compatibility_version": "v1.2.0",  # from there on long texts are compressed: half the size
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the store has of a document already: how it ended, with what program, and under which names."""

    status: str
    reader: str
    error: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of ingest (contract: view `runs`); times are UTC without zone."""

    run_id: str
    started_at: datetime
    finished_at: datetime
    seen: int
    added: int
    changed: int
    unchanged: int
    quarantined: int


class Store:
    """A knowledge base under construction. Get one from `writing`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, changed: bool = True) -> None:
        self._connection = connection
        self._changed = changed
        self._has_documents = {
            name for name, schema in arrow_schemas().items() if "document_id" in schema.names and name != "t_version"
        }

    @property
    def changed(self) -> bool:
        """Tell whether anything but the note of the run differs from the published file."""
        return self._changed

    def known(self) -> dict[str, Known]:
        """Return what is stored already, by document_id."""
        rows = self._connection.execute("SELECT document_id, status, reader, error, sources FROM t_document").fetchall()
        return {row[0]: Known(row[1], row[2], row[3], tuple(row[4])) for row in rows}

    def write(self, rows: Rows, seen_on: datetime | None = None) -> None:
        """Store one document in one transaction, in place of what was stored of it before.

        `seen_on` is when its bytes were first met (UTC), if that is another time than now.
        """
        self._changed = True
        document = rows["t_document"].to_pylist()[0]
        document_id, source = document["document_id"], document["source"]
        with self._transaction():
            earlier = self._connection.execute(
                "SELECT source, sources, coalesce(seen_on, ingested_at) FROM t_document WHERE document_id = ?",
                [document_id],
            ).fetchone()
            if earlier:
                for name in self._has_documents:
                    self._connection.execute(f"DELETE FROM {name} WHERE document_id = ?", [document_id])
            self._connection.execute(
                "DELETE FROM t_document WHERE source = ? AND status = 'quarantined'", [source]
            )  # an earlier failure under this name is over
            for name, table in rows.items():
                self._connection.register("incoming", table)
                self._connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
                self._connection.unregister("incoming")
            self._note_seen(document_id, source, earlier, seen_on)

    def _note_seen(
        self, document_id: str, source: str, earlier: tuple[Any, ...] | None, seen_on: datetime | None
    ) -> None:
        """Note under which names and when first a document was met; reading it again changes neither."""
        if earlier:
            names = [*earlier[1], *([] if source in earlier[1] else [source])]
            self._connection.execute(
                "UPDATE t_document SET source = ?, sources = ?, seen_on = ? WHERE document_id = ?",
                [earlier[0], names, earlier[2], document_id],
            )
        else:
            self._connection.execute(
                "UPDATE t_document SET seen_on = coalesce(?, ingested_at) WHERE document_id = ?", [seen_on, document_id]
            )

    def add_source(self, document_id: str, source: str) -> None:
        """Note one more name under which a stored document was met."""
        self._changed = True
        with self._transaction():
            self._connection.execute(
                "UPDATE t_document SET sources = list_append(sources, ?) WHERE document_id = ?", [source, document_id]
            )

    def finish(self, run: Run) -> None:
        """Derive versions, changes and resolved citations, note the run, and check the whole. Raises CorpusError.

        A run that went on after it was killed is noted once, with all that it added.
        """
        with self._transaction():
            self._derive()
            self._connection.execute(
                "INSERT INTO t_run BY NAME SELECT $run_id AS run_id, $finished_at AS finished_at, $seen AS seen, "
                "least($started_at, min(started_at)) AS started_at, $added + coalesce(sum(added), 0) AS added, "
                "$changed + coalesce(sum(changed), 0) AS changed, $unchanged AS unchanged, $quarantined AS quarantined "
                "FROM t_run WHERE run_id = $run_id",
                asdict(run),
            )
            self._connection.execute(
                "DELETE FROM t_run WHERE run_id = ? AND finished_at < ?", [run.run_id, run.finished_at]
            )
        self._check()

    def _derive(self) -> None:
        """Derive what follows from all documents, where they or the rules of deriving changed."""
        rules = derived_by()
        if not self._changed and self._meta("derived") == rules and has_questions(self._connection):
            return
        self._connection.execute(f"SET threads = {os.cpu_count() or 1}")
        self._connection.execute(finish_sql())
        make_questions(self._connection)
        derive_changes(self._connection)
        self._connection.execute("DELETE FROM t_meta WHERE key = 'derived'")
        self._connection.execute("INSERT INTO t_meta VALUES ('derived', ?)", [rules])

    def _meta(self, key: str) -> str | None:
        found = self._connection.execute("SELECT value FROM t_meta WHERE key = ?", [key]).fetchone()
        return str(found[0]) if found else None

    def _check(self) -> None:
        """Refuse to publish a knowledge base whose keys repeat or whose views do not answer."""
        for view, column in (("documents", "document_id"), ("acts", "act_id"), ("clauses", "clause_id")):
            total, different = self._connection.execute(
                f"SELECT count(*), count(DISTINCT {column}) FROM {view}"
            ).fetchall()[0]
            if total != different:
                raise CorpusError(f"view {view}: {total - different} rows repeat a {column}. Please report this")
        for table in ("t_act", "t_page", "t_clause"):
            (stray,) = self._connection.execute(
                f"SELECT count(*) FROM {table} WHERE document_id NOT IN (SELECT document_id FROM t_document)"
            ).fetchall()[0]
            if stray:
                raise CorpusError(f"{table}: {stray} rows belong to no document. Please report this")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()


@contextmanager
def writing(kb: Path, keep: int = 0) -> Iterator[Store]:
    """Open a knowledge base for writing; what was written is published when the block ends without an exception.

    `keep` files that were published before are kept, where this run changed anything.
    """
    store: Store | None = None
    with building(kb, lambda: keep if store and store.changed else 0) as draft:
        fresh = _carry_over(draft)
        try:
            with duckdb.connect(str(draft), config=WRITING) as connection:
                connection.execute(tables_sql())
                connection.execute(views_sql())
                store = Store(connection, fresh)
                yield store
        except duckdb.Error as error:
            raise CorpusError(f"{kb}: {_first_line(error)}. Nothing was changed") from error


def _carry_over(draft: Path) -> bool:
    """Copy a knowledge base of an older schema into a file of the present one; tell whether the file is a new one."""
    if not draft.exists():
        _make(draft)
        return True
    try:
        with duckdb.connect(str(draft), read_only=True) as old:
            found = old.execute("SELECT value FROM t_meta WHERE key = 'schema'").fetchone()
    except duckdb.Error as error:
        raise CorpusError(
            f"{draft.name.removeprefix('.').removesuffix('.building')}: not a knowledge base ({_first_line(error)}). "
            "Name another file with --kb"
        ) from error
    if found and found[0] == schema_version():
        return False
    older = draft.with_name(draft.name + ".old")
    draft.rename(older)
    _make(draft)
    with duckdb.connect(str(draft), config=WRITING) as connection:
        connection.execute(f"ATTACH '{_quoted(older)}' AS old (READ_ONLY)")
        for name, schema in arrow_schemas().items():
            known = connection.execute(
                "SELECT column_name FROM duckdb_columns() WHERE database_name = 'old' AND table_name = ?", [name]
            ).fetchall()
            shared = ", ".join(f'"{column}"' for (column,) in known if column in schema.names)
            if shared and name != "t_meta":
                connection.execute(f"INSERT INTO {name} BY NAME SELECT {shared} FROM old.{name}")
        connection.execute("DETACH old")
    return True


@cache
def derived_by() -> str:
    """Return a fingerprint of the rules of deriving: a knowledge base derived by others is derived anew."""
    rules = finish_sql() + files("corpus").joinpath("compare.py").read_text("utf-8")
    return hashlib.sha256(rules.encode()).hexdigest()[:16]


def _make(draft: Path) -> None:
    with duckdb.connect(str(draft), config=WRITING) as connection:
        connection.execute(tables_sql())
        connection.execute("INSERT INTO t_meta VALUES ('schema', ?)", [schema_version()])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]
