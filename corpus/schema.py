"""The schema of a knowledge base as SQL files, and the Arrow types that follow from it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import duckdb
import pyarrow as pa

VIEWS = ("documents", "acts", "facts", "disagreements")  # in this order: disagreements reads acts and facts


@cache
def tables_sql() -> str:
    """Return the SQL that makes the tables."""
    return files("corpus").joinpath("schema.sql").read_text("utf-8")


@cache
def views_sql() -> str:
    """Return the SQL that makes the contract's views and their comments."""
    folder = files("corpus").joinpath("views")
    return "\n".join(folder.joinpath(f"{name}.sql").read_text("utf-8") for name in VIEWS)


@cache
def finish_sql() -> str:
    """Return the SQL that derives versions and resolved citations from all documents together."""
    return files("corpus").joinpath("finish.sql").read_text("utf-8")


@cache
def schema_version() -> str:
    """Return a fingerprint of the tables: a knowledge base with another one is carried over into a new file."""
    return hashlib.sha256(tables_sql().encode()).hexdigest()[:16]


@cache
def arrow_schemas() -> dict[str, pa.Schema]:
    """Return the Arrow schema of every table, read from the SQL itself."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(tables_sql())
        names = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: connection.execute(f"FROM {name} LIMIT 0").to_arrow_table().schema for name in names}
