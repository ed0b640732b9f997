"""Measure positions from scans: two acts of the gold, typeset with ruled tables over several pages, aged three ways.

    python benchmarks/bench_scanned_tables.py [--acts 001 004] [--ages clean office phone] [--misses N]

The rows are those of the visible gold's acts (seed 001: columns with merged cells; seed 004: its register's blocks A
and D as a table of links and steps). The pages are typeset in memory (tests/paper_writer.py) and become an image-only
PDF, which `buyruq ingest` reads without being told the language; `eval/score.py` compares with the gold.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import itertools
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
from PIL import Image

import ingest
from buyruq.pipeline import read_document
from models import Position, Reading

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT / "tests"))
from paper_writer import Entry, Paper, Par, Part, Row, Table  # noqa: E402
from scan_writer import SANS, SERIF, office_scan, phone_photograph  # noqa: E402

AGES = ("clean", "office", "phone")
MEASURES = ("act", "clauses", "positions", "positions_rows", "specialities", "organisations", "deadlines", "citations")
BLOCK_A = re.compile(r"\w+ [AА]\b")
WIDTHS = {"columns": (40.0, 95.0, 85.0, 75.0, 125.0, 115.0), "register": (45.0, 55.0, 371.0)}


def columns(reading: Reading, eid: str) -> Iterator[Row]:
    """Give the rows of a table of positions as printed: a list of specialities spans the rows that share it."""
    mine = [p for p in reading.facts.positions if p.eid == eid]
    rows = [list(group) for _, group in itertools.groupby(mine, key=lambda p: p.row_num)]
    shared = [len(list(group)) for _, group in itertools.groupby(rows, key=lambda r: r[0].specialities)]
    starts = dict(zip(itertools.accumulate([0, *shared]), shared, strict=False))
    for k, row in enumerate(rows):
        first = row[0]
        cells = [
            Entry(f"{first.row_num}.", middle=True),
            Entry(", ".join(p.title for p in row), middle=True),
            Entry(f"{first.category_printed} (қызметкер)", middle=True),
            Entry(first.education or "", middle=True),
        ]
        if k in starts:
            cells.append(Entry("\n".join(first.specialities), rows=starts[k]))
        yield [*cells, Entry(f"{first.experience}." if first.experience else "", middle=True)]


def heading(reading: Reading, eid: str) -> str:
    """Return the heading row of a table, which stands before its first position."""
    clause = next(c for c in reading.act.clauses if c.eid == eid)
    first = next(p for p in reading.facts.positions if p.eid == eid)
    return clause.text.partition(f"{first.row_num}.")[0].strip(' "“”')


def amending(reading: Reading) -> list[Part]:
    """Return the act of seed 001's kind: commands with tables of positions as their new text."""
    with_rows = {p.eid for p in reading.facts.positions}
    parts = _title(reading)
    for clause in reading.act.clauses:
        if clause.eid not in with_rows:
            parts.append(Par(f"{clause.num or ''} {clause.text}".strip()))
            continue
        head = heading(reading, clause.eid)
        rows: list[Row] = [[Entry(head, columns=6)]] if head else []
        parts += [Par('"'), Table(WIDTHS["columns"], [*rows, *columns(reading, clause.eid)], points=9.5), Par('".')]
    return [*parts, *(Par(line, space=0.3) for line in _lines(reading, reading.act.clauses[-1].span.stop, None))]


def register(reading: Reading, gold: dict[str, Any]) -> list[Part]:
    """Return the act of seed 004's kind: a register, its links merged over their steps."""
    parts = _title(reading)
    body = [c for c in reading.act.clauses if not c.eid.startswith("att")]
    parts += [Par(f"{clause.num or ''} {clause.text}".strip()) for clause in body]
    until = min(p.span.start for p in reading.facts.positions)
    lines = _lines(reading, body[-1].span.stop, until)
    block = next(k for k, line in enumerate(lines) if BLOCK_A.match(line))
    parts += [Par(line, "center" if len(line) < 70 else "left") for line in lines[: block - 1]]
    rows: list[Row] = [["Звено", "Ступень", "Наименование должностей"], [Entry(lines[block], columns=3)]]
    cells = [(p["category_code"], p["printed"]) for p in gold["positions"]]
    steps = [(code, list(dict.fromkeys(text for _, text in group))) for code, group in
             itertools.groupby(cells, key=lambda c: c[0])]  # fmt: skip
    for link, group in itertools.groupby(steps, key=lambda s: s[0].partition("-")[0]):
        if link == "D":
            rows.append([Entry("Блок D (вспомогательный персонал)", columns=3)])
        mine = list(group)
        for k, (code, titles) in enumerate(mine):
            cell = [Entry(code.partition("-")[2]), Entry(";\n".join(titles))]
            rows.append([Entry(link, rows=len(mine)), *cell] if k == 0 else cell)
    return [*parts, Table(WIDTHS["register"], rows, head=1, points=10.5)]


def _title(reading: Reading) -> list[Part]:
    """Return the title of the act and the line that gives its number, as they stand at its head."""
    *title, requisites = _lines(reading, 0, reading.act.clauses[0].span.start)
    return [Par(part, "center", True, 0.8) for part in (" ".join(title), requisites)]


def _lines(reading: Reading, start: int, stop: int | None) -> list[str]:
    return [line.strip() for line in reading.text.string[start:stop].splitlines() if line.strip(' "\t')]


def file_of(pages: list[Image.Image], age: str) -> bytes:
    """Return an image-only PDF of the pages, as one kind of scan."""
    aged = {"clean": lambda i, _: i, "office": office_scan, "phone": phone_photograph}[age]
    first, *rest = [aged(image, number) for number, image in enumerate(pages, start=1)]
    buffer = io.BytesIO()
    dpi = {"clean": 300, "office": 150, "phone": 225}[age]
    first.save(buffer, "PDF", save_all=True, append_images=rest, resolution=dpi, quality=95 if age == "clean" else 65)
    return buffer.getvalue()


def typeset(act: str) -> tuple[list[Image.Image], dict[str, Any]]:
    """Return the pages of an act of the visible gold, and the gold."""
    gold = json.loads((SHARED / "gold" / f"{act}.json").read_text("utf-8"))
    reading = read_document(ingest.open_document(next((SHARED / "acts" / "seeds").glob(f"{act}_*"))))
    columned = all(isinstance(p, Position) and p.row_num for p in reading.facts.positions)
    parts = amending(reading) if columned else register(reading, gold)
    return Paper(SERIF if columned else SANS, 12.0, numbered=True).set(parts), gold


def main() -> None:
    """Print one row for each act and age."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--acts", nargs="+", default=["001", "004"])
    options.add_argument("--ages", nargs="+", default=list(AGES), choices=AGES)
    options.add_argument("--misses", type=int, default=0)
    options.add_argument("--keep", type=Path, help="a folder for the scans and the knowledge bases")
    asked = options.parse_args()
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    print(f"| act | scan | pages | s/page | {' | '.join(MEASURES)} | CER of clauses |")
    print("|" + "---|" * (len(MEASURES) + 5))
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        for act in asked.acts:
            pages, gold = typeset(act)
            for age in asked.ages:
                scan, base = folder / f"{act}-{age}.pdf", folder / f"{act}-{age}.duckdb"
                scan.write_bytes(file_of(pages, age))
                base.unlink(missing_ok=True)
                begun = time.monotonic()
                call = [sys.executable, "-m", "buyruq", "ingest", str(scan), "--kb", str(base), "--jobs", "1"]
                subprocess.run(call, check=True, capture_output=True, cwd=ROOT)
                seconds = (time.monotonic() - begun) / len(pages)
                result = score.score_act(duckdb.connect(str(base), read_only=True), gold)
                figures = [result[m].get("f1", result[m].get("acc")) if m in result else "" for m in MEASURES]
                print(f"| {act} | {age} | {len(pages)} | {seconds:.1f} | {' | '.join(map(str, figures))} "
                      f"| {result['clause_text']['cer']} |", flush=True)  # fmt: skip
                for measure in (*MEASURES, "clause_text") if asked.misses else ():
                    for kind in ("missed", "invented", "wrong"):
                        for item in result.get(measure, {}).get(kind, [])[: asked.misses]:
                            print(f"    {measure} {kind}: {item}")


if __name__ == "__main__":
    main()
