"""The knowledge base: schema and store, the manifest of acts, and specimen acts written for this project."""

from corpus.known import Known, known_in, latest
from corpus.publish import is_locked, kept, locked, real, roll_back
from corpus.query import connect, one_statement
from corpus.questions import QUESTIONS, parameters
from corpus.redactions import changes_between
from corpus.rows import Rows, quarantine_rows, rows_of
from corpus.store import Run, Store, writing

__all__ = [
    "QUESTIONS",
    "Known",
    "Rows",
    "Run",
    "Store",
    "changes_between",
    "connect",
    "is_locked",
    "kept",
    "known_in",
    "latest",
    "locked",
    "one_statement",
    "parameters",
    "quarantine_rows",
    "real",
    "roll_back",
    "rows_of",
    "writing",
]
