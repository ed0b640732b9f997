"""Errors for people: what failed, where, and what to do about it.

BuyruqError
├── UsageError     the command or call is wrong (exit code 2)
├── SourceError    one document cannot be read; it goes to quarantine (exit code 3)
│   └── LimitError one document is over a limit of size, pages, time or memory
├── GrammarError   a language file contradicts its own examples
└── CorpusError    the knowledge base cannot be opened, written or queried (exit code 1)
    └── BusyError  another run is writing to it (exit code 4)

What is merely odd in a document is an `Issue` row with a span, never an exception.
"""

from __future__ import annotations


class BuyruqError(Exception):
    """Base of every error that buyruq raises on purpose."""


class UsageError(BuyruqError):
    """The command or the call is wrong."""


class GrammarError(BuyruqError):
    """A language file is malformed or contradicts its own examples."""


class CorpusError(BuyruqError):
    """The knowledge base cannot be opened, written or queried."""


class BusyError(CorpusError):
    """Another run is writing to the knowledge base."""


class SourceError(BuyruqError):
    """One document cannot be read.

    `source` names the file, `reason` says what is wrong, `remedy` says what the reader can do.
    """

    def __init__(self, source: str, reason: str, remedy: str) -> None:
        super().__init__(source, reason, remedy)
        self.source = source
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}. {self.remedy}"


class LimitError(SourceError):
    """One document is over a limit of size, pages, time or memory."""
