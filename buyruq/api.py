"""What `import buyruq` offers besides the knowledge base: the reading of one file, without any database."""

from __future__ import annotations

from pathlib import Path

import ingest
from buyruq.pipeline import read_document, repair_document
from models import Limits, Reading, Text


def read(path: str | Path, language: str | None = None, limits: Limits = Limits()) -> Reading:
    """Return the reading of one file: text, act, clauses, facts, issues. Raises SourceError where it cannot be read.

    `language` is `kk`, `ru` or `uz` where it is known; else it is found from the text.
    """
    return read_document(ingest.open_document(Path(path), limits, language), limits)


def repair(path: str | Path, language: str | None = None, limits: Limits = Limits()) -> Text:
    """Return the repaired text of one file with every change. Raises SourceError where it cannot be read."""
    return repair_document(ingest.open_document(Path(path), limits, language), limits)
