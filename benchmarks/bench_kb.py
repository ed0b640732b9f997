"""Build a knowledge base of a million clauses from generated acts and time look-ups, questions and search on it.

    .venv/bin/python benchmarks/bench_kb.py [CLAUSES] [FILE]

The acts are the specimens, each copied until there are enough clauses, with numbers, dates and words of their own.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

import buyruq
from corpus.questions import make_questions

ROOT = Path(__file__).parents[1]
COPIED = (
    "t_document", "t_act", "t_clause", "t_position", "t_category", "t_deadline", "t_amendment", "t_citation",
    "t_definition", "t_version",
)  # fmt: skip
LIMIT = 50  # ms, warm
WARM = 7  # the median of so many runs counts
MERGED = 13  # copies that make one act, so that it has some 200 clauses
ONE_AN_ACT = ("t_document", "t_act", "t_version")
SECTION = f"CASE WHEN n % {MERGED} <> 0 THEN 'sec_' || n % {MERGED} || '__' ELSE '' END"
PSEUDO = "translate(md5((hash(n, text) % 200000)::VARCHAR)[:12], '0123456789abcdef', 'абвгдежзиклмнорс')"
NAME = f"'-' || n // {MERGED}"
OWN = {  # what is of its own in each copy; all but the first copy of an act stand in sections of it
    "document_id": f"document_id || {NAME}",
    "act_id": f"act_id || {NAME}",
    "work_id": f"work_id || {NAME}",
    "eid": f"{SECTION} || eid",
    "parent_eid": f"{SECTION} || parent_eid",
    "clause_id": f"replace(clause_id, '#', {NAME} || '#' || {SECTION})",
    "number": f"number || {NAME}",
    "adopted_on": f"adopted_on + n::INTEGER // {MERGED}",
    "target_number": f"target_number || {NAME}",
    "amending_number": f"amending_number || {NAME}",
    "text": f"text || ' ' || {PSEUDO}",
}


def build(clauses: int, kb: Path) -> None:
    """Write a knowledge base with so many clauses."""
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed.duckdb"
        subprocess.run(
            [sys.executable, "-m", "buyruq", "ingest", str(ROOT / "corpus" / "specimens"), "--kb", str(seed)],
            check=True,
        )
        shutil.copyfile(seed, kb)
    with duckdb.connect(str(kb), config={"memory_limit": "2GB"}) as connection:
        held = connection.execute("SELECT count(*) FROM clauses").fetchall()[0][0]
        for table in COPIED:
            columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
            own = ", ".join(f"{OWN[name]} AS {name}" for name in columns if name in OWN)
            only = f"WHERE n % {MERGED} = 0" if table in ONE_AN_ACT else ""
            connection.execute(
                f"INSERT INTO {table} SELECT {table}.* REPLACE ({own}) FROM {table}, range({MERGED}, ?) r(n) {only} "
                f"ORDER BY n // {MERGED}, {table}.document_id, n, {table}.rowid",
                [clauses // held + MERGED],
            )
        started = time.perf_counter()
        make_questions(connection)
        print(f"index of search: {time.perf_counter() - started:.0f} s")


def timed(kb: buyruq.KnowledgeBase, name: str, query: str, values: dict[str, object]) -> bool:
    """Print the median time of a query and say whether it keeps the limit."""
    times = []
    for _ in range(WARM + 1):
        started = time.perf_counter()
        rows = kb.rows(query, values)[1]
        times.append((time.perf_counter() - started) * 1000)
    middle = statistics.median(times[1:])
    print(f"{middle:8.1f} ms  {len(rows):7} rows  {name}")
    return middle <= LIMIT


def main() -> None:
    """Build (where the file is not there yet) and time."""
    clauses = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kb = Path(sys.argv[2] if len(sys.argv) > 2 else "bench.duckdb")
    if not kb.exists():
        build(clauses, kb)
    print(f"{kb}: {kb.stat().st_size / 1e6:.0f} MB")
    with buyruq.open(kb) as base:
        act = base.rows("SELECT act_id, number FROM acts WHERE number LIKE '%-77' ORDER BY act_id LIMIT 1")[1][0]
        clause = base.rows("SELECT clause_id, eid FROM clauses WHERE act_id = ? LIMIT 1 OFFSET 3", [act[0]])[1][0]
        category = base.rows("SELECT act_id FROM positions WHERE act_id LIKE '%-77' LIMIT 1")[1][0][0]
        asked: list[tuple[str, str, dict[str, object]]] = [
            ("clause by its key", "FROM clauses WHERE clause_id = $id", {"id": clause[0]}),
            ("clause by act and eid", "FROM clauses WHERE act_id = $a AND eid = $e", {"a": act[0], "e": clause[1]}),
            ("act by number", "FROM acts WHERE number = $n", {"n": act[1]}),
            ("positions of a category in an act", "FROM positions(category := 'C-SVO-*', act := $a)", {"a": category}),
            (
                "positions of a speciality",
                "FROM positions(speciality := $s, act := $a)",
                {"s": "құқық", "a": category},
            ),
            ("deadlines of an act", "FROM deadlines(act := $a)", {"a": act[0]}),
            ("amendments of an act", 'FROM amendments("of" := $a)', {"a": act[1]}),
            ("citing an act", "FROM citing(act := $a)", {"a": act[1]}),
            ("clause and what it holds", "FROM clause($a, $e)", {"a": act[0], "e": clause[1]}),
            ("compare", "FROM compare($a, $a)", {"a": act[0]}),
            ("search, one word", "FROM search('кадров')", {}),
            ("search, three words", "FROM search('порядок рассмотрения обращений')", {}),
        ]
        kept = [timed(base, *question) for question in asked]
    print(f"{sum(kept)} of {len(kept)} within {LIMIT} ms")


if __name__ == "__main__":
    main()
