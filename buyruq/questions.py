"""The named questions of a knowledge base as pandas frames: the same SQL as in the file and on the command line."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import duckdb
import pandas as pd

import corpus
from buyruq.due import Due, due_of, printed_day, publication
from models import UsageError

SECONDS = 120.0  # how long a query may run

# What a column of an answer is in a frame. Whole numbers and truth values keep NULL, dates are dates.
DTYPES = {
    "VARCHAR": "string",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "DATE": "datetime64[s]",
}


# How a term of days stands in the answer of `due`.
DUE_COLUMNS = ("due_on", "counted_from", "certain", "why", "law")


class Questions:
    """Questions by name. What a parameter means is said by the comment of the macro of the same name in the file."""

    @abstractmethod
    def _answer(self, query: str, values: Any, seconds: float) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Run a query and give the connection that holds its answer."""

    def ask(self, question: str, seconds: float = SECONDS, **asked: object) -> pd.DataFrame:
        """Return the answer to a question by its name; a parameter that is None is not asked for.

        Raises UsageError where there is no such question or parameter, or after `seconds`.
        """
        query, values = named_query(question, asked)
        with self._answer(query, values, seconds) as answer:
            return typed(answer)

    def positions(
        self,
        category: str | None = None,
        education: str | None = None,
        speciality: str | None = None,
        title: str | None = None,
        act: str | None = None,
    ) -> pd.DataFrame:
        """Return the posts with their categories and requirements.

        `category` may have `*` and `?`; education, speciality and title are words in any form.
        """
        return self.ask(
            "positions", category=category, education=education, speciality=speciality, title=title, act=act
        )

    def deadlines(
        self, act: str | None = None, actor: str | None = None, kind: str | None = None, unit: str | None = None,
        eid: str | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return the terms of an act, of an actor (words in any form), of a kind or unit, or at an address."""
        return self.ask("deadlines", act=act, actor=actor, kind=kind, unit=unit, eid=eid)

    def amendments(self, of: str | None = None, by: str | None = None, provision: str | None = None) -> pd.DataFrame:
        """Return the amended provisions of an act (`of`), or those that an act amends (`by`)."""
        return self.ask("amendments", of=of, by=by, provision=provision)

    def citing(self, act: str | None = None, provision: str | None = None) -> pd.DataFrame:
        """Return the citations of an act or of one provision of it."""
        return self.ask("citing", act=act, provision=provision)

    def compare(self, act_kk: str, act_ru: str) -> pd.DataFrame:
        """Return two language versions side by side, provision by provision, with what differs."""
        return self.ask("compare", act_kk=act_kk, act_ru=act_ru)

    def clause(self, act: str, eid: str | None = None) -> pd.DataFrame:
        """Return a provision with all that it holds, or a whole act."""
        return self.ask("clause", act=act, eid=eid)

    def search(self, query: str, language: str | None = None, top: int = 10) -> pd.DataFrame:
        """Return the clauses that hold the words in any form, best first, with the line of the hit."""
        return self.ask("search", query=query, lang=language, top=top)

    def due(
        self, eid: str, event_date: date | str, act: str | None = None, backward: bool | None = None
    ) -> pd.DataFrame:
        """Return when the terms of a provision end that run from an event (`buyruq.due` has the rules of counting).

        One row a term: `due_on`, whether that is `certain`, `why`, and the `law` that it rests on. `backward` tells
        that a term is counted back from the event, where the sentence itself does not. Raises UsageError where the
        provision sets no term that is counted in days, months or years.
        """
        terms = self.deadlines(act=act, eid=eid)
        if terms.empty:
            raise UsageError(f"no term at {eid}. List them with: buyruq sql --named deadlines --act ACT")
        rows, reasons = [], []
        for term in objects(terms):
            try:
                found = due_of(term, _day(event_date), int((terms["text"] == term["text"]).sum()), backward)
            except UsageError as error:
                reasons.append(str(error))
            else:
                rows.append(_due_row(found) | term)
        if not rows:
            raise UsageError("; ".join(reasons))
        return _due_frame(rows, terms)

    def commencement(self, act: str, published_on: date | str) -> pd.DataFrame:
        """Return from when an act, or parts of it, are in force, given the day of its first official publication.

        A printed calendar day is taken as it stands; "from the day of publication" is that day itself; other events
        (signing, registration) are left open: `due_on` is empty and `certain` False.
        """
        terms = self.deadlines(act=act, kind="commencement")
        if terms.empty:
            raise UsageError(f"{act}: no rule on the entry into force was found")
        rows = [_due_row(_commences(term, _day(published_on))) | term for term in objects(terms)]
        return _due_frame(rows, terms)


def named_query(question: str, asked: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Return the SQL and the values of a question by its name. Raises UsageError for a wrong name or parameter."""
    if question not in corpus.QUESTIONS:
        raise UsageError(f"no question {question!r}. There are: {', '.join(corpus.QUESTIONS)}")
    parameters = corpus.parameters(question)
    wrong = [name for name in asked if name not in parameters]
    if wrong:
        raise UsageError(f"{question} has no {', '.join(wrong)}. It has: {', '.join(parameters)}")
    told = {name: value for name, value in asked.items() if value is not None}
    missing = [name for name, optional in parameters.items() if not optional and name not in told]
    if missing:
        raise UsageError(f"{question} needs {', '.join(missing)}")
    places = [f"${name}" if not parameters[name] else f"{name} := ${name}" for name in parameters if name in told]
    return f"FROM {question}({', '.join(places)})", told


def typed(answer: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return an answer as a frame whose columns have the same types whatever the rows hold."""
    dtypes = {column[0]: DTYPES[str(column[1])] for column in answer.description or () if str(column[1]) in DTYPES}
    return answer.df().astype(dtypes)


def _commences(term: dict[str, Any], published_on: date) -> Due | None:
    if term["quantity"] is not None and term["unit"] is not None:
        return due_of(term, published_on, backward=False)
    day = printed_day(term["trigger"])
    if day:
        return Due(day, day, True, ("the day that the act prints",), ())
    if any(pattern.search(term["trigger"] or "") for pattern in publication()):
        return Due(published_on, published_on, True, ("the day of the first official publication",), ())
    return None


def _due_row(due: Due | None) -> dict[str, Any]:
    if due is None:
        return {"due_on": None, "counted_from": None, "certain": False,
                "why": ("counted from another event than the publication",), "law": ()}  # fmt: skip
    return {name: getattr(due, name) for name in DUE_COLUMNS}


def _due_frame(rows: list[dict[str, Any]], terms: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*DUE_COLUMNS, *terms.columns])
    kinds = {"due_on": "datetime64[s]", "counted_from": "datetime64[s]", "certain": "boolean"}
    return frame.astype(kinds | dict(terms.dtypes))


def objects(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values: NULL is None, whole numbers are int."""
    return [
        {str(name): None if value is pd.NA or value is pd.NaT else value for name, value in row.items()}
        for row in frame.astype(object).to_dict("records")
    ]


def _day(told: date | str) -> date:
    try:
        return told if isinstance(told, date) else date.fromisoformat(told)
    except ValueError as error:
        raise UsageError(f"{told!r} is no date. Write it as 2026-03-02") from error
