"""A reading as rows: one Arrow table for each table of the schema, keys derived from the content."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from corpus.compare import fold, said
from corpus.schema import arrow_schemas
from models import Act, Fact, Facts, Reading, Text

Rows = dict[str, pa.Table]
Row = dict[str, Any]

FACT_TABLES = {
    "positions": ("t_position", "position_id"),
    "categories": ("t_category", "category_id"),
    "deadlines": ("t_deadline", "deadline_id"),
    "amendments": ("t_amendment", "amendment_id"),
    "citations": ("t_citation", "citation_id"),
    "definitions": ("t_definition", "definition_id"),
}
PLACE = {"span", "page", "rule", "confidence"}  # where and how a fact was found: no part of its key


def rows_of(reading: Reading, reader: str) -> Rows:
    """Return the rows of one reading. `reader` is the fingerprint of the program that made it."""
    act, text = reading.act, reading.text
    document_id = reading.document.document_id
    rows = {
        "t_document": [_document(reading, reader)],
        "t_page": list(_pages(text)),
        "t_act": [_act(reading)],
        "t_clause": list(_clauses(act)),
        "t_repair": list(_repairs(text)),
        "t_verdict": list(_verdicts(text)),
        "t_reading": [
            {"page": page.number} | {field.name: getattr(reading, field.name) for field in fields(reading)}
            for page in text.pages
            for reading in page.readings
        ],
        "t_doubt": [
            {"page": text.page_of(span.start), "start_char": span.start, "end_char": span.stop, "confidence": sure}
            for span, sure in text.doubts
        ],
        "t_issue": [
            {
                "act_id": act.act_id,
                "eid": issue.eid,
                "code": issue.code,
                "note": issue.note,
                "page": issue.page,
                "start_char": issue.span.start,
                "end_char": issue.span.stop,
            }
            for issue in reading.issues
        ],
        **_facts(act.act_id, reading.facts),
    }
    return {name: _table(name, document_id, content) for name, content in rows.items() if content}


def quarantine_rows(document_id: str, source: str, size: int, reader: str, error: str) -> Rows:
    """Return the single row of a document that could not be read. `error` is the reason and the remedy."""
    row = {
        "source": source,
        "sources": [source],
        "bytes": size,
        "status": "quarantined",
        "error": error,
        "ingested_at": _now(),
        "reader": reader,
    }
    return {"t_document": _table("t_document", document_id, [row])}


def key(*parts: object) -> str:
    """Return a short content-derived key of some values."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:20]


def _table(name: str, document_id: str, content: Sequence[Row]) -> pa.Table:
    schema = arrow_schemas()[name]
    columns = {column: [row.get(column) for row in content] for column in schema.names if column != "document_id"}
    columns["document_id"] = [document_id] * len(content)
    return pa.table({column: pa.array(columns[column], schema.field(column).type) for column in schema.names})


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _document(reading: Reading, reader: str) -> Row:
    document, text = reading.document, reading.text
    origins = Counter(page.origin for page in text.pages)
    return {
        "source": document.source,
        "sources": [document.source],
        "media_type": document.media_type,
        "bytes": len(document.data),
        "pages": len(text.pages),
        "method": origins.most_common(1)[0][0] if origins else None,
        "health": text.health,
        "status": "ok",
        "ingested_at": _now(),
        "reader": reader,
        "grammar": text.grammar,
    }


def _pages(text: Text) -> Iterable[Row]:
    """Yield the pages; `after` is what stands between a page and the next, so that all of them make the whole text."""
    starts = [page.span.start for page in text.pages[1:]] + [len(text.string)]
    for page, following in zip(text.pages, starts, strict=False):
        yield {
            "page": page.number,
            "method": page.origin,
            "language": page.language,
            "health": page.health,
            "confidence": page.confidence,
            "text": text.string[page.span.start : page.span.stop],
            "after": text.string[page.span.stop : following],
            "start_char": page.span.start,
            "end_char": page.span.stop,
            "dpi": page.dpi,
            "skew": page.skew,
            "seconds": page.seconds,
        }


def _act(reading: Reading) -> Row:
    act = reading.act
    row = {field.name: getattr(act, field.name) for field in fields(act)}
    told = reading.document.requisites
    return row | {
        "valid_from": _valid_from(reading),
        "clauses": len(act.clauses),
        "caused_by": told.amended_by if told else None,
        "substance": _substance(reading),
    }


def _substance(reading: Reading) -> str:
    """Return a key of what the provisions and tables of posts say, without what is form alone."""
    clauses = [
        (c.eid, c.status, fold(c.num or ""), said(c.heading.text if c.heading else None, c.text))
        for c in reading.act.clauses
    ]
    posts = [
        {f.name: getattr(post, f.name) for f in fields(post) if f.name not in PLACE} for post in reading.facts.positions
    ]
    return key(*clauses, *posts)


def _valid_from(reading: Reading) -> date | None:
    """Return the date of the redaction: told beside the file, or of the latest amending act noted, or of adoption."""
    told = reading.document.requisites.version_date if reading.document.requisites else None
    noted = [a.amending_date for a in reading.facts.amendments if a.source == "note" and a.amending_date]
    return told or max(noted, default=reading.act.adopted_on)


def _clauses(act: Act) -> Iterable[Row]:
    met: Counter[str] = Counter()
    for clause in act.clauses:
        met[clause.eid] += 1
        again = f"~{met[clause.eid]}" if met[clause.eid] > 1 else ""
        yield {
            "act_id": act.act_id,
            "clause_id": f"{act.act_id}#{clause.eid}{again}",
            "eid": clause.eid,
            "parent_eid": clause.parent_eid,
            "kind": clause.kind,
            "num": clause.num,
            "heading": clause.heading.text if clause.heading else None,
            "text": clause.text,
            "status": clause.status,
            "language": act.language,
            "ord": clause.ord,
            "page": clause.page,
            "start_char": clause.span.start,
            "end_char": clause.span.stop,
            "confidence": clause.confidence,
        }


def _facts(act_id: str, facts: Facts) -> Mapping[str, list[Row]]:
    return {
        table: list(_fact_rows(act_id, kind, id_column, getattr(facts, kind)))
        for kind, (table, id_column) in FACT_TABLES.items()
    }


def _fact_rows(act_id: str, kind: str, id_column: str, facts: Sequence[Fact]) -> Iterable[Row]:
    met: Counter[str] = Counter()
    for fact in facts:
        row = {field.name: getattr(fact, field.name) for field in fields(fact)}
        said = key(act_id, kind, *(f"{name}={value}" for name, value in sorted(row.items()) if name not in PLACE))
        met[said] += 1
        span = row.pop("span")
        row |= {"act_id": act_id, "start_char": span.start, "end_char": span.stop}
        yield row | {id_column: said if met[said] == 1 else f"{said}-{met[said]}"}


def _repairs(text: Text) -> Iterable[Row]:
    for edit in text.edits:
        yield {
            "start_char": edit.span.start,
            "end_char": edit.span.stop,
            "before": edit.before,
            "after": edit.after,
            "method": edit.method,
            "confidence": edit.confidence,
            "page": text.page_of(edit.span.start),
            "raw_start": edit.raw.start,
            "raw_end": edit.raw.stop,
        }


def _verdicts(text: Text) -> Iterable[Row]:
    for verdict in text.verdicts:
        yield {
            "page": verdict.page,
            "kind": verdict.kind,
            "language": verdict.language,
            "channel": verdict.channel,
            "health": verdict.health,
            "raw_start": verdict.span.start,
            "raw_end": verdict.span.stop,
        }
