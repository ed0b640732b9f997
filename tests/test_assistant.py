"""The server for assistants, asked by a real client; and that it only reads."""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

import buyruq
from buyruq.assistant import server_of

mcp = pytest.importorskip("mcp")
TOOLS = {"search", "act", "clause", "positions", "deadlines", "amendments", "sql"}


@pytest.fixture(scope="module")
def kb(specimens_kb: Path) -> buyruq.KnowledgeBase:
    return buyruq.open(specimens_kb)


def asked(kb: buyruq.KnowledgeBase, tool: str, **values: object) -> tuple[bool, Any]:
    """Return whether the tool failed, and its answer or its message."""

    async def ask() -> Any:
        async with mcp.Client(server_of(kb, seconds=1.0, rows=5)) as client:
            return await client.call_tool(tool, values)

    result = anyio.run(ask)
    return bool(result.is_error), result.content[0].text if result.is_error else result.structured_content


def over_stdio(kb: Path, use: Callable[[Any], Awaitable[Any]]) -> Any:
    """Start `buyruq mcp` as an assistant does and use its session."""

    async def run() -> Any:
        from mcp.client.stdio import stdio_client

        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "buyruq", "mcp", "--kb", str(kb)])
        async with stdio_client(command) as (read, write), mcp.ClientSession(read, write) as session:
            await session.initialize()
            return await use(session)

    return anyio.run(run)


def test_the_command_serves_over_stdio(kb: buyruq.KnowledgeBase) -> None:
    async def use(session: Any) -> Any:
        tools = await session.list_tools()
        answer = await session.call_tool("act", {"named": "58"})
        return {tool.name for tool in tools.tools}, json.loads(answer.content[0].text)

    names, answer = over_stdio(kb.path, use)
    assert names == TOOLS
    assert answer["rows"][0]["number"] == "58"


@pytest.mark.parametrize(
    ("tool", "values"),
    [
        ("search", {"query": "көпір"}),
        ("clause", {"act": "58", "eid": "para_2"}),
        ("act", {"named": "58"}),
        ("positions", {"category": "C-SV*"}),
        ("deadlines", {"act": "96"}),
        ("amendments", {"of": "301-VI"}),
        ("sql", {"query": "SELECT act_id, eid, page FROM clauses LIMIT 3"}),
    ],
)
def test_every_row_is_cited(kb: buyruq.KnowledgeBase, tool: str, values: dict[str, object]) -> None:
    failed, answer = asked(kb, tool, **values)
    assert not failed
    assert answer["rows"]
    for row in answer["rows"]:
        assert {"act", "source"} <= set(row["citation"])
        if tool != "act":
            assert {"eid", "page"} <= set(row["citation"])


def test_answers_are_cut_and_say_so(kb: buyruq.KnowledgeBase) -> None:
    failed, answer = asked(kb, "sql", query="FROM range(1000000000)")
    assert (failed, len(answer["rows"]), answer["cut"]) == (False, 5, True)
    failed, answer = asked(kb, "sql", query="SELECT repeat('x', 100000) AS text")
    assert len(answer["rows"][0]["text"]) < 5000


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t_act",
        "INSERT INTO t_meta VALUES ('a', 'b')",
        "CREATE TABLE x (a INT)",
        "DROP VIEW acts",
        "ATTACH '/tmp/other.duckdb' AS other",
        "COPY acts TO 'acts.csv'",
        "SET memory_limit = '1TB'",
        "INSTALL httpfs",
        "FROM read_csv('/etc/hostname')",
        "FROM read_text('/etc/hostname')",
        "FROM glob('/*')",
        "SELECT 1; DELETE FROM t_act",
        "EXPLAIN ANALYZE DELETE FROM t_act",
        "SELECT count(*) FROM range(1000000000000) a, range(1000000000) b",
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    ],
)
def test_writing_files_and_endless_queries_are_refused(kb: buyruq.KnowledgeBase, query: str) -> None:
    before = kb.path.read_bytes()
    failed, message = asked(kb, "sql", query=query)
    assert failed, message
    assert kb.path.read_bytes() == before


def test_a_wrong_question_is_explained(kb: buyruq.KnowledgeBase) -> None:
    failed, message = asked(kb, "sql", query="SELECT nonsense FROM acts")
    assert failed
    assert "nonsense" in message
