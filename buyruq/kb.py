"""The knowledge base for Python: the contract's views as pandas frames."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

import corpus
from buyruq.questions import SECONDS, Questions
from buyruq.showing import ActFrame, Showing
from models import CorpusError, UsageError

Values = Sequence[object] | Mapping[str, object]


class KnowledgeBase(Questions, Showing):
    """A knowledge base opened to read.

    Questions (`buyruq.questions`) give the rows of the macro of their name, the other methods those of the view of
    their name, each as a pandas frame.

    The frames show the file as it was when it was opened: open it again to see what a later run of ingest added.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._connection = corpus.connect(self.path)

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self._rows("SELECT (SELECT count(*) FROM acts), (SELECT count(*) FROM clauses)")[0]
        return f"KnowledgeBase({str(self.path)!r}: {counts[0]} acts, {counts[1]} clauses)"

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def sql(self, query: str, values: Values = (), seconds: float = SECONDS) -> pd.DataFrame:
        """Return the answer to one SELECT. Raises UsageError for anything else, or after `seconds`."""
        with self._answer(corpus.one_statement(query), values, seconds) as answer:
            return answer.df()

    def rows(
        self, query: str, values: Values = (), seconds: float = SECONDS
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the column names and the rows of the answer to one SELECT as plain Python values."""
        with self._answer(corpus.one_statement(query), values, seconds) as answer:
            return [column[0] for column in answer.description or ()], answer.fetchall()

    def some(
        self, query: str, count: int, values: Values = (), seconds: float = SECONDS
    ) -> tuple[list[str], list[tuple[Any, ...]], bool]:
        """Return column names, at most `count` rows of the answer to one SELECT, and whether there were more."""
        with self._answer(corpus.one_statement(query), values, seconds) as answer:
            rows = answer.fetchmany(count + 1)
            return [column[0] for column in answer.description or ()], rows[:count], len(rows) > count

    def arrow(self, query: str, values: Values = (), seconds: float = SECONDS) -> pa.Table:
        """Return the answer to one SELECT as an Arrow table."""
        with self._answer(corpus.one_statement(query), values, seconds) as answer:
            return answer.to_arrow_table()

    def documents(self) -> pd.DataFrame:
        """Return the source files, also those that could not be read."""
        return self._view("documents", "source")

    def acts(self) -> pd.DataFrame:
        """Return the acts, one row per act and language."""
        return self._view("acts", "adopted_on, number, language")

    def act(self, number: str | None = None, date: date | str | None = None, language: str | None = None) -> ActFrame:
        """Return the acts with this number, date of adoption and language: one row per language version.

        In a notebook the frame shows the acts themselves beneath the rows.
        """
        return ActFrame.of(self._view("acts", "language", number=number, adopted_on=date, language=language), self)

    def clauses(self, act_id: str | None = None) -> pd.DataFrame:
        """Return the provisions in document order."""
        return self._view("clauses", "act_id, ord", act_id=act_id)

    def categories(self, act_id: str | None = None) -> pd.DataFrame:
        """Return the categories of posts."""
        return self._view("categories", "act_id, start_char", act_id=act_id)

    def citations(self, act_id: str | None = None) -> pd.DataFrame:
        """Return the cited provisions and acts."""
        return self._view("citations", "act_id, start_char", act_id=act_id)

    def definitions(self, act_id: str | None = None) -> pd.DataFrame:
        """Return the defined terms."""
        return self._view("definitions", "act_id, start_char", act_id=act_id)

    def issues(self, act_id: str | None = None) -> pd.DataFrame:
        """Return what is odd in the acts."""
        return self._view("issues", "act_id, start_char", act_id=act_id)

    def disagreements(self) -> pd.DataFrame:
        """Return where language versions of one act differ."""
        return self._view("disagreements", "act_a, eid, what")

    def find_act(self, named: str, language: str | None = None) -> list[str]:
        """Return the act_ids that `named` may mean: an act_id, a number, or `number date` with an ISO date."""
        number, _, day = named.rpartition(" ") if " " in named else (named, "", "")
        found = self._rows(
            "SELECT act_id FROM acts WHERE (act_id = $named OR number = $named OR "
            "(number = $number AND CAST(adopted_on AS VARCHAR) = $day)) AND coalesce(language = $language, true) "
            "ORDER BY act_id",
            {"named": named, "number": number, "day": day, "language": language},
        )
        return [row[0] for row in found]

    def _view(self, view: str, order: str, **equal: object) -> pd.DataFrame:
        told = {column: value for column, value in equal.items() if value is not None}
        where = " AND ".join(f"{column} = ${column}" for column in told) or "true"
        with self._answer(f"FROM {view} WHERE {where} ORDER BY {order}", told, SECONDS) as answer:
            return answer.df()

    def _rows(self, query: str, values: Values = ()) -> list[tuple[Any, ...]]:
        with self._answer(query, values, SECONDS) as answer:
            return answer.fetchall()

    @contextmanager
    def _answer(self, query: str, values: Values, seconds: float) -> Iterator[duckdb.DuckDBPyConnection]:
        """Run a query on a cursor of its own and stop it after `seconds`."""
        cursor = self._connection.cursor()
        alarm = threading.Timer(seconds, cursor.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            yield cursor.execute(query, values or None)
        except duckdb.InterruptException as error:
            raise UsageError(f"the query was stopped after {seconds:g} seconds. Ask for less") from error
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException) as error:
            raise UsageError(f"the query is wrong: {error}") from error
        except duckdb.Error as error:
            raise CorpusError(f"{self.path}: {error}") from error
        finally:
            alarm.cancel()
            cursor.close()


def open_kb(kb: str | Path) -> KnowledgeBase:
    """Open a knowledge base to read. Raises CorpusError where it is not one."""
    return KnowledgeBase(kb)
