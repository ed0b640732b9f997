"""Everything that one document gave."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.act import Act
from models.fact import Facts, Issue
from models.source import Document
from models.text import Text


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one document: its text, the act in it, the act's facts, and what is odd."""

    document: Document
    text: Text
    act: Act
    facts: Facts = field(default_factory=Facts)
    issues: tuple[Issue, ...] = ()
