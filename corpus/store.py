"""Write readings into a knowledge base: one transaction a document, nothing twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from corpus.publish import building
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

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._has_documents = {
            name for name, schema in arrow_schemas().items() if "document_id" in schema.names and name != "t_version"
        }

    def known(self) -> dict[str, Known]:
        """Return what is stored already, by document_id."""
        rows = self._connection.execute("SELECT document_id, status, reader, error, sources FROM t_document").fetchall()
        return {row[0]: Known(row[1], row[2], row[3], tuple(row[4])) for row in rows}

    def write(self, rows: Rows) -> None:
        """Store one document in one transaction, in place of what was stored of it before."""
        document = rows["t_document"].to_pylist()[0]
        document_id, source = document["document_id"], document["source"]
        with self._transaction():
            earlier = self._connection.execute(
                "SELECT source, sources FROM t_document WHERE document_id = ?", [document_id]
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
            if earlier:
                names = [*earlier[1], *([] if source in earlier[1] else [source])]
                self._connection.execute(
                    "UPDATE t_document SET source = ?, sources = ? WHERE document_id = ?",
                    [earlier[0], names, document_id],
                )

    def add_source(self, document_id: str, source: str) -> None:
        """Note one more name under which a stored document was met."""
        with self._transaction():
            self._connection.execute(
                "UPDATE t_document SET sources = list_append(sources, ?) WHERE document_id = ?", [source, document_id]
            )

    def finish(self, run: Run) -> None:
        """Derive versions and resolved citations, note the run, and check the whole. Raises CorpusError."""
        self._connection.execute(f"SET threads = {os.cpu_count() or 1}")
        with self._transaction():
            self._connection.execute(finish_sql())
            self._connection.execute(
                "INSERT INTO t_run VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [getattr(run, name) for name in Run.__dataclass_fields__],
            )
        self._check()

    def _check(self) -> None:
        """Refuse to publish a knowledge base whose keys repeat or whose views do not answer."""
        for view, column in (("documents", "document_id"), ("acts", "act_id"), ("clauses", "clause_id")):
            total, different = self._connection.execute(
                f"SELECT count(*), count(DISTINCT {column}) FROM {view}"
            ).fetchall()[0]
            if total != different:
                raise CorpusError(f"view {view}: {total - different} rows repeat a {column}. Please report this")

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
def writing(kb: Path) -> Iterator[Store]:
    """Open a knowledge base for writing; what was written is published when the block ends without an exception."""
    with building(kb) as draft:
        _carry_over(draft)
        try:
            with duckdb.connect(str(draft), config=WRITING) as connection:
                connection.execute(tables_sql())
                connection.execute(views_sql())
                yield Store(connection)
        except duckdb.Error as error:
            raise CorpusError(f"{kb}: {_first_line(error)}. Nothing was changed") from error


def _carry_over(draft: Path) -> None:
    """Copy a knowledge base of an older schema into a file of the present one, column by column."""
    if not draft.exists():
        _make(draft)
        return
    try:
        with duckdb.connect(str(draft), read_only=True) as old:
            found = old.execute("SELECT value FROM t_meta WHERE key = 'schema'").fetchone()
    except duckdb.Error as error:
        raise CorpusError(
            f"{draft.name.removeprefix('.').removesuffix('.building')}: not a knowledge base ({_first_line(error)}). "
            "Name another file with --kb"
        ) from error
    if found and found[0] == schema_version():
        return
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


def _make(draft: Path) -> None:
    with duckdb.connect(str(draft), config=WRITING) as connection:
        connection.execute(tables_sql())
        connection.execute("INSERT INTO t_meta VALUES ('schema', ?)", [schema_version()])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0]
