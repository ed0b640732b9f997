"""What `import buyruq` offers besides the knowledge base: the reading of one file, without any database."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import ingest
from buyruq.ingest import ingest_paths
from buyruq.kb import KnowledgeBase
from buyruq.pipeline import ALONE, read_document, repair_document
from buyruq.report import ActPage, sheet_of_reading
from models import Limits, Reading, Text


def read(path: str | Path, language: str | None = None, limits: Limits = ALONE) -> Reading:
    """Return the reading of one file: text, act, clauses, facts, issues. Raises SourceError where it cannot be read.

    `language` is `kk`, `ru` or `uz` where it is known; else it is found from the text.
    """
    return read_document(ingest.open_document(Path(path), limits, language), limits)


def repair(path: str | Path, language: str | None = None, limits: Limits = ALONE) -> Text:
    """Return the repaired text of one file with every change. Raises SourceError where it cannot be read."""
    return repair_document(ingest.open_document(Path(path), limits, language), limits)


def show(what: Reading | str | Path, language: str | None = None) -> ActPage:
    """Return a reading, or the reading of a file, as a page that shows itself in a notebook and can be saved."""
    return ActPage(sheet_of_reading(what if isinstance(what, Reading) else read(what, language)))


def build(paths: str | Path | Iterable[str | Path], kb: str | Path, language: str | None = None) -> KnowledgeBase:
    """Read files and folders into a knowledge base and open it; what it holds already is passed over.

    What cannot be read stands in the view `documents` with the reason. Raises UsageError and CorpusError.
    """
    named = [paths] if isinstance(paths, str | Path) else paths
    ingest_paths([Path(path) for path in named], Path(kb), language=language)
    return KnowledgeBase(kb)
