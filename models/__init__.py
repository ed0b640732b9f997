"""The nouns of buyruq: frozen records that pass between the stages, and nothing else.

`Document` (bytes) -> `Page` of `Line` (what the file shows) -> `Text` (repaired, every change an `Edit`)
-> `Act` of `Clause` (the tree) -> `Facts` -> `Reading` (all of it). Nothing here imports anything else of ours.
"""

from models.act import Act, Clause, Passage
from models.errors import (
    BusyError,
    BuyruqError,
    CorpusError,
    GrammarError,
    LimitError,
    SourceError,
    UsageError,
)
from models.fact import (
    Amendment,
    Category,
    Citation,
    Deadline,
    Definition,
    Fact,
    Facts,
    Issue,
    Position,
)
from models.grammar import Grammar, Level, Pattern
from models.page import CELL_BREAK, Box, Cell, Line, LineReading, Link, Page, Word
from models.reading import Reading
from models.source import Document, Limits, Requisites
from models.text import Block, Edit, Segment, Span, Text, TextCell, TextLine, TextPage, Verdict

__all__ = [
    "CELL_BREAK",
    "Act",
    "Amendment",
    "Block",
    "Box",
    "BusyError",
    "BuyruqError",
    "Category",
    "Cell",
    "Citation",
    "Clause",
    "CorpusError",
    "Deadline",
    "Definition",
    "Document",
    "Edit",
    "Fact",
    "Facts",
    "Grammar",
    "GrammarError",
    "Issue",
    "Level",
    "LimitError",
    "Limits",
    "Line",
    "LineReading",
    "Link",
    "Page",
    "Passage",
    "Pattern",
    "Position",
    "Reading",
    "Requisites",
    "Segment",
    "SourceError",
    "Span",
    "Text",
    "TextCell",
    "TextLine",
    "TextPage",
    "UsageError",
    "Verdict",
    "Word",
]
