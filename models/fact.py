"""Typed facts of an act: the rows of the contract's views, each with its clause, its span and the rule that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact carries: its clause, its span in the repaired text, its page, its rule, confidence (0..1)."""

    eid: str
    span: Span
    page: int
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(Fact):
    """One title in one category (contract: view `positions`).

    `category_printed` is the code as the row prints it; a register prints link and step apart.
    """

    title: str
    row_num: str | None = None
    organisations: tuple[str, ...] = ()
    category_code: str | None = None
    category_printed: str = ""
    category_inferred: bool = False
    block: str | None = None
    education: str | None = None
    specialities: tuple[str, ...] = ()
    experience: str | None = None
    experience_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Fact):
    """One category of positions that the act names (contract: view `categories`)."""

    category_code: str
    series: str | None = None
    rank: str | None = None
    block: str | None = None
    printed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Fact):
    """One term (contract: view `deadlines`)."""

    kind: str
    text: str
    quantity: int | None = None
    unit: str | None = None
    relation: str | None = None
    recurrence: str | None = None
    time_from: str | None = None
    time_to: str | None = None
    trigger: str | None = None
    actor: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment(Fact):
    """One amended provision (contract: view `amendments`)."""

    source: str
    operation: str
    target_number: str | None = None
    target_date: date | None = None
    target_eid: str | None = None
    target_part: str | None = None
    amending_issuer: str | None = None
    amending_number: str | None = None
    amending_date: date | None = None
    effective_rule: str | None = None
    new_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Fact):
    """One cited provision or act (contract: view `citations`)."""

    scope: str
    text: str
    target_type: str | None = None
    target_number: str | None = None
    target_date: date | None = None
    target_title: str | None = None
    target_provision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Fact):
    """One defined term (contract: view `definitions`)."""

    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one act, each kind in document order."""

    positions: tuple[Position, ...] = ()
    categories: tuple[Category, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    citations: tuple[Citation, ...] = ()
    definitions: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """Something odd in a document: `code` is a short kebab-case name, `note` says it in words."""

    code: str
    note: str
    span: Span
    page: int
    eid: str | None = None
