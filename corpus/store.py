"""Write readings into a knowledge base: one transaction a document, nothing twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from corpus.known import Known, known_of
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
        return known_of(self._connection)

    def write(self, rows: Rows, seen_on: datetime | None = None, beside: str = "") -> None:
        """Store one document in one transaction, in place of what was stored of it before.

        `seen_on` is when its bytes were first met (UTC), if that is another time than now; `beside` is a mark of what
        lay beside the file and speaks of it.
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
                for name in ("t_compared", "t_change"):
                    self._connection.execute(f"DELETE FROM {name} WHERE ? IN (before_id, after_id)", [document_id])
            for name, table in rows.items():
                self._connection.register("incoming", table)
                self._connection.execute(f"INSERT INTO {name} SELECT * FROM incoming")
                self._connection.unregister("incoming")
            own, names, first = earlier or (source, [source], seen_on)
            self._connection.execute(
                "UPDATE t_document SET source = ?, sources = ?, seen_on = coalesce(?, ingested_at), beside = ? "
                "WHERE document_id = ?",
                [own, names, first, beside, document_id],
            )
            self._meet(document_id, source, seen_on)

    def meet(self, document_id: str, source: str, seen_on: datetime | None = None) -> None:
        """Note that a stored document was met under a name at `seen_on` (UTC), or lies there now."""
        self._changed = True
        with self._transaction():
            self._meet(document_id, source, seen_on)

    def _meet(self, document_id: str, source: str, seen_on: datetime | None) -> None:
        """Note a name. A text that comes back in place of another is the newest there; a failure there is over."""
        now = datetime.now(UTC).replace(tzinfo=None)
        self._connection.execute(
            "UPDATE t_document SET sources = list_append(sources, $source) "
            "WHERE document_id = $id AND NOT list_contains(sources, $source)",
            {"id": document_id, "source": source},
        )
        self._connection.execute(
            "UPDATE t_document SET seen_on = coalesce($seen_on, greatest($now, other.latest + INTERVAL 1 MICROSECOND)) "
            "FROM (SELECT max(coalesce(seen_on, ingested_at)) AS latest FROM t_document "
            "WHERE list_contains(sources, $source) AND document_id <> $id) AS other WHERE document_id = $id "
            "AND other.latest >= coalesce(seen_on, ingested_at) AND coalesce($seen_on > other.latest, true)",
            {"id": document_id, "source": source, "seen_on": seen_on, "now": now},
        )
        self._connection.execute(
            "DELETE FROM t_document WHERE source = $source AND status = 'quarantined' AND "
            "coalesce(seen_on, ingested_at) < (SELECT max(coalesce(seen_on, ingested_at)) FROM t_document "
            "WHERE list_contains(sources, $source))",
            {"source": source},
        )

    def forget(self, document_ids: Collection[str]) -> None:
        """Drop failures that are over because the file is gone; what was read is never dropped."""
        self._changed = True
        with self._transaction():
            self._connection.executemany(
                "DELETE FROM t_document WHERE status = 'quarantined' AND document_id = ?", [[i] for i in document_ids]
            )

    def finish(self, run: Run) -> None:
        """Derive versions, changes and resolved citations, note the run, and check the whole. Raises CorpusError.

        A run that went on after it was killed is noted once, with all that it added.
        """
        with self._transaction():
            self._derive()
            values = asdict(run)
            (earlier,) = self._connection.execute(
                "SELECT min(started_at), sum(added), sum(changed) FROM t_run WHERE run_id = ?", [run.run_id]
            ).fetchall()
            if earlier[0]:
                values |= {
                    "started_at": earlier[0],
                    "added": run.added + earlier[1],
                    "changed": run.changed + earlier[2],
                }
                self._connection.execute("DELETE FROM t_run WHERE run_id = ?", [run.run_id])
            given = ", ".join(f"${name} AS {name}" for name in values)
            self._connection.execute(f"INSERT INTO t_run BY NAME SELECT {given}", values)
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
                connection.execute("CHECKPOINT")  # on closing DuckDB would say nothing of a full disk
                written = _row_counts(connection)
            with duckdb.connect(str(draft), read_only=True, config=WRITING) as connection:
                found = _row_counts(connection)
        except duckdb.Error as error:
            raise CorpusError(f"{kb}: {_first_line(error)}. Nothing was changed") from error
        if found != written:
            raise CorpusError(f"{kb}: the new file does not hold what was written. Free the disk. Nothing was changed")


def _row_counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Return how many rows each table and view of the contract that is checked holds."""
    names = [*arrow_schemas(), "documents", "acts", "clauses"]
    counts = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) FROM {name}" for name in names)
    return connection.execute(f"{counts} ORDER BY name").fetchall()


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
