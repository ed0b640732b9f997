"""The knowledge base: schema and store, the manifest of acts, and specimen acts written for this project."""

from corpus.query import connect, one_statement
from corpus.rows import Rows, quarantine_rows, rows_of
from corpus.store import Known, Run, Store, writing

__all__ = [
    "Known",
    "Rows",
    "Run",
    "Store",
    "connect",
    "one_statement",
    "quarantine_rows",
    "rows_of",
    "writing",
]
