"""A read-only server for assistant programs: the questions of a knowledge base over the Model Context Protocol.

Every answer is an object with `rows`, whether it was `cut`, and for each row a `citation`: act, provision, page and
source file. Nothing can be written, no other file or address reached; a query has limits of time, rows and text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from buyruq import render
from buyruq.kb import KnowledgeBase
from buyruq.questions import named_query
from models import BuyruqError

LETTERS = 4000  # of one text in an answer; what is cut ends in CUT
CUT = " [cut]"
ABOUT = (
    "Legal acts of Kazakhstan and Uzbekistan in Kazakh, Russian and Uzbek. Start with `search`; cite every statement "
    "by the `citation` of its row (act, eid, page, source). `confidence` below 1 marks what may be misread."
)

Answer = dict[str, Any]


class Desk:
    """Answers questions within limits, with the citation of every row."""

    def __init__(self, kb: KnowledgeBase, seconds: float, rows: int) -> None:
        self._kb = kb
        self._seconds = seconds
        self._rows = rows

    def ask(self, question: str, **asked: object) -> Answer:
        """Answer a question by its name."""
        with _told():
            return self._answer(*named_query(question, asked))

    def query(self, query: str, **values: object) -> Answer:
        """Answer one SELECT."""
        with _told():
            return self._answer(query, values)

    def _answer(self, query: str, values: dict[str, object]) -> Answer:
        names, rows, cut = self._kb.some(query, self._rows, values, self._seconds)
        objects = [self._cited(row) for row in render.objects(names, rows)]
        return {"rows": objects, "cut": cut, "knowledge_base": self._kb.path.name}

    def _cited(self, row: dict[str, Any]) -> Answer:
        plain = {name: _short(render.plain(value)) for name, value in row.items()}
        act_id = plain.get("act_id")
        if isinstance(act_id, str) and act_id in self._acts:
            plain["citation"] = self._acts[act_id] | {
                name: plain[name] for name in ("eid", "page") if plain.get(name) is not None
            }
        return plain

    @cached_property
    def _acts(self) -> dict[str, Answer]:
        names, rows = self._kb.rows(
            "SELECT act_id, act_id AS act, number, adopted_on, title, source "
            "FROM acts JOIN documents USING (document_id)"
        )
        return {row["act_id"]: {name: render.plain(row[name]) for name in names[1:]}
                for row in render.objects(names, rows)}  # fmt: skip


def server_of(kb: KnowledgeBase, seconds: float, rows: int) -> MCPServer:
    """Return a server over an open knowledge base."""
    desk = Desk(kb, seconds, rows)
    server = MCPServer("buyruq", instructions=ABOUT, log_level="WARNING")
    for tool in _tools(desk):
        server.add_tool(tool)
    return server


def serve(kb: Path, seconds: float, rows: int) -> None:
    """Serve a knowledge base over stdin and stdout until the client goes."""
    with KnowledgeBase(kb) as base:
        server_of(base, seconds, rows).run()


def _tools(desk: Desk) -> Sequence[Callable[..., Answer]]:
    """Return the tools; their names, parameters and docstrings are what an assistant sees."""

    def search(query: str, lang: str | None = None, top: int = 10) -> Answer:
        """Find clauses that hold words, in any form and either script; lang is kk, ru or uz."""
        return desk.ask("search", query=query, lang=lang, top=top)

    def act(named: str) -> Answer:
        """What is known of an act, named by its act_id, its number, or "number date"."""
        return desk.query("FROM acts WHERE act_id IN (SELECT act_id FROM named_acts($named))", named=named)

    def clause(act: str, eid: str | None = None) -> Answer:
        """The provision at an address (such as att_1__para_12) with all that it holds; the whole act without eid."""
        return desk.ask("clause", act=act, eid=eid)

    def positions(
        category: str | None = None, education: str | None = None, speciality: str | None = None, act: str | None = None
    ) -> Answer:
        """Posts with category (such as C-SVO-*) and requirements; education and speciality are words in any form."""
        return desk.ask("positions", category=category, education=education, speciality=speciality, act=act)

    def deadlines(act: str | None = None, actor: str | None = None, kind: str | None = None) -> Answer:
        """Terms: how long, from what, for whom; kind is period, recurring, duration, commencement or time_of_day."""
        return desk.ask("deadlines", act=act, actor=actor, kind=kind)

    def amendments(of: str | None = None, by: str | None = None) -> Answer:
        """Amended provisions of an act (of), or those that an act amends (by)."""
        return desk.ask("amendments", of=of, by=by)

    def sql(query: str) -> Answer:
        """One SELECT on the views acts, clauses, positions, deadlines, amendments, citations."""
        return desk.query(query)

    return search, act, clause, positions, deadlines, amendments, sql


def _short(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LETTERS:
        return value[:LETTERS] + CUT
    return value


@contextmanager
def _told() -> Iterator[None]:
    """Tell a foreseen error to the assistant as the answer of the tool."""
    try:
        yield
    except BuyruqError as error:
        raise ToolError(str(error)) from error
