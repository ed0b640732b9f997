"""Open a file as a `Document`: bytes, media type by content, sidecar requisites."""

from __future__ import annotations

from pathlib import Path

from models import Document, Limits


def open_document(path: Path, limits: Limits = Limits()) -> Document:
    """Return the document at `path`. STOPGAP: text only."""
    return Document(str(path), path.read_bytes(), "text/plain")
