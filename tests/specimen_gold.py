"""The gold of the specimens: what each file says, as rows, in the form that the contract's scorer reads.

`python tests/specimen_gold.py` writes the gold anew from what the program reads now. Read the difference before you
commit it: gold is what the act says, not what the program found; where the program is wrong, correct the file by hand,
list it in `cases/specimens-known-failures.tsv`, and mend the program.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import buyruq

HERE = Path(__file__).parents[1] / "corpus" / "specimens"
FIELDS = {
    "positions": (
        "eid",
        "row_num",
        "title",
        "organisations",
        "category_code",
        "category_inferred",
        "education",
        "specialities",
        "experience_ref",
    ),
    "deadlines": ("eid", "kind", "quantity", "unit", "relation", "recurrence", "time_from", "time_to"),
    "amendments": (
        "eid",
        "source",
        "operation",
        "target_number",
        "target_date",
        "target_eid",
        "amending_number",
        "amending_date",
    ),
    "citations": ("eid", "scope", "target_type", "target_number", "target_date", "target_provision"),
    "definitions": ("eid", "term", "meaning"),
}
ACT = (
    "jurisdiction",
    "language",
    "act_type",
    "issuer",
    "number",
    "adopted_on",
    "title",
    "registered_number",
    "registered_on",
    "signatory",
)


def specimens() -> list[Path]:
    """Return the acts of this folder."""
    kinds = (".txt", ".html", ".pdf", ".docx", ".md")
    return sorted(p for p in HERE.rglob("*") if p.suffix in kinds)


def gold_of(specimen: Path) -> Path:
    """Return where the gold of a specimen lies."""
    return specimen.with_name(specimen.name + ".gold")


def rows(specimen: Path) -> dict[str, Any]:
    """Return what the program reads in a specimen."""
    reading = buyruq.read(specimen)
    said: dict[str, Any] = {"source": specimen.name, "act": {name: plain(getattr(reading.act, name)) for name in ACT}}
    said["clauses"] = [
        {
            "eid": clause.eid,
            "kind": clause.kind,
            "parent_eid": clause.parent_eid,
            "num": clause.num,
            "heading": clause.heading.text if clause.heading else None,
            "text": clause.text,
            "status": clause.status,
        }
        for clause in reading.act.clauses
    ]
    for kind, names in FIELDS.items():
        said[kind] = [{name: plain(getattr(fact, name)) for name in names} for fact in getattr(reading.facts, kind)]
    return said


def plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def written(said: dict[str, Any]) -> str:
    """Return gold as text, one row a line."""
    parts = [f'"source": {json.dumps(said["source"])}', f'"act": {json.dumps(said["act"], ensure_ascii=False)}']
    for kind in ("clauses", *FIELDS):
        lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in said[kind])
        parts.append(f'"{kind}": [\n  {lines}\n ]' if lines else f'"{kind}": []')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


if __name__ == "__main__":
    for path in specimens():
        gold_of(path).write_text(written(rows(path)), "utf-8")
