"""What a page about an act is made from, whether a knowledge base or a single reading gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from models import Clause, Reading

if TYPE_CHECKING:
    from buyruq.kb import KnowledgeBase

Row = dict[str, Any]
FACTS = ("positions", "categories", "deadlines", "amendments", "citations", "definitions")
HEADER = ("act_id", "jurisdiction", "language", "script", "act_type", "issuer", "number", "adopted_on", "title",
          "registered_number", "registered_on", "signatory", "signatory_post", "commencement")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One act with its text; every row has the names of the contract's views, every span counts in `text`."""

    act: Row
    source: str
    text: str
    clauses: tuple[Row, ...]
    facts: dict[str, tuple[Row, ...]]
    repairs: tuple[Row, ...]
    doubts: tuple[Row, ...]
    issues: tuple[Row, ...]


def sheet_of_act(kb: KnowledgeBase, act_id: str) -> Sheet:
    """Return what a knowledge base holds of an act."""

    def rows(query: str, **values: object) -> tuple[Row, ...]:
        names, found = kb.rows(query, values)
        return tuple(dict(zip(names, row, strict=True)) for row in found)

    act = rows(
        "SELECT a.*, d.source FROM acts a JOIN documents d USING (document_id) WHERE act_id = $act_id", act_id=act_id
    )[0]
    document = act["document_id"]
    text = rows("SELECT text FROM texts WHERE document_id = $document", document=document)
    of_document = "WHERE document_id = $document ORDER BY start_char, end_char"
    return Sheet(
        act=act,
        source=act["source"],
        text=text[0]["text"] if text else "",
        clauses=rows("FROM clauses WHERE act_id = $act_id ORDER BY ord", act_id=act_id),
        facts={name: rows(f"FROM {name} WHERE act_id = $act_id ORDER BY start_char", act_id=act_id) for name in FACTS},
        repairs=rows(f"FROM repairs {of_document}", document=document),
        doubts=rows(f"FROM doubts {of_document}", document=document),
        issues=rows("FROM issues WHERE act_id = $act_id ORDER BY start_char", act_id=act_id),
    )


def sheet_of_reading(reading: Reading) -> Sheet:
    """Return the reading of one file in the same form; it knows no other act, so no citation is resolved."""
    act, text = reading.act, reading.text
    return Sheet(
        act={name: getattr(act, name) for name in HEADER},
        source=reading.document.source,
        text=text.string,
        clauses=tuple(_clause(clause) for clause in act.clauses),
        facts={name: tuple(_placed(getattr(reading.facts, name), act.act_id)) for name in FACTS},
        repairs=tuple(_placed(text.edits, act.act_id)),
        doubts=tuple(
            {"start_char": span.start, "end_char": span.stop, "confidence": sure, "page": text.page_of(span.start)}
            for span, sure in text.doubts
        ),
        issues=tuple(_placed(reading.issues, act.act_id)),
    )


def _clause(clause: Clause) -> Row:
    return {
        "eid": clause.eid,
        "parent_eid": clause.parent_eid,
        "kind": clause.kind,
        "num": clause.num,
        "heading": clause.heading.text if clause.heading else None,
        "text": clause.text,
        "status": clause.status,
        "page": clause.page,
        "start_char": clause.span.start,
        "end_char": clause.span.stop,
        "confidence": clause.confidence,
    }


def _placed(records: Iterable[Any], act_id: str) -> Iterable[Row]:
    """Yield records with a span as rows of the views."""
    for record in records:
        row = {field.name: getattr(record, field.name) for field in fields(record) if field.name != "span"}
        row["start_char"], row["end_char"] = record.span.start, record.span.stop
        if row.get("scope"):
            row["resolved_act_id"] = act_id if row["scope"] == "internal" else None
        yield row
