"""An act with its provisions and amendments as plain values, the way the writers of documents take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from buyruq.kb import KnowledgeBase

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exported:
    """One act: its row of the view `acts`, its provisions in document order, its amendments and citations."""

    act: Row
    clauses: tuple[Row, ...]
    amendments: tuple[Row, ...]
    citations: tuple[Row, ...]

    @property
    def file_name(self) -> str:
        """Return a name for a file that the act is written to: its identifier without slashes."""
        return re.sub(r"[^\w.-]+", "_", self.act["act_id"].removeprefix("/akn/"))


def exported_acts(kb: KnowledgeBase, act_ids: list[str] | None = None) -> Iterator[Exported]:
    """Yield the acts of a knowledge base (or those named) in the order of their identifiers."""
    for act in _rows(kb, "FROM acts ORDER BY act_id", {}):
        if act_ids is None or act["act_id"] in act_ids:
            told = {"act_id": act["act_id"]}
            yield Exported(
                act,
                tuple(_rows(kb, "FROM clauses WHERE act_id = $act_id ORDER BY ord, clause_id", told)),
                tuple(_rows(kb, "FROM amendments WHERE act_id = $act_id ORDER BY start_char, amendment_id", told)),
                tuple(_rows(kb, "FROM citations WHERE act_id = $act_id ORDER BY start_char, citation_id", told)),
            )


def _rows(kb: KnowledgeBase, query: str, values: dict[str, object]) -> list[Row]:
    names, rows = kb.rows(query, values)
    return [dict(zip(names, row, strict=True)) for row in rows]
