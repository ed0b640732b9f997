"""What `import buyruq` offers besides the knowledge base: the reading of one file, without any database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ingest
from buyruq.files import examine
from buyruq.pipeline import read_document, repair_document
from models import Document, Limits, Reading, Text


def read(path: str | Path, language: str | None = None, limits: Limits = Limits()) -> Reading:
    """Return the reading of one file: text, act, clauses, facts, issues. Raises SourceError where it cannot be read.

    `language` is `kk`, `ru` or `uz` where it is known; else it is found from the text.
    """
    return read_document(_document(path, language, limits), limits)


def repair(path: str | Path, language: str | None = None, limits: Limits = Limits()) -> Text:
    """Return the repaired text of one file with every change. Raises SourceError where it cannot be read."""
    return repair_document(_document(path, language, limits), limits)


def _document(path: str | Path, language: str | None, limits: Limits) -> Document:
    examine(Path(path), limits)
    return replace(ingest.open_document(Path(path), limits), language=language)
