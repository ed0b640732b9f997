"""Readings put by until they are published, so that a run that was killed reads nothing twice.

One file a reading: Arrow streams one after another, each telling the name of its table. A file is there whole or not at
all; one that cannot be read back is as good as none.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa

import corpus


class Shelf:
    """A folder of readings by document and reader (a mark of all else that a reading depends on)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, document_id: str, reader: str, rows: corpus.Rows) -> None:
        """Put a reading by. Raises OSError where the disk is full."""
        place = self._place(document_id, reader)
        draft = place.with_suffix(".part")
        with draft.open("wb") as handle:
            for name, table in rows.items():
                named = table.replace_schema_metadata({"table": name})
                with pa.ipc.new_stream(handle, named.schema) as stream:
                    stream.write_table(named)
        draft.replace(place)

    def take(self, document_id: str, reader: str) -> corpus.Rows | None:
        """Return a reading that was put by, or None."""
        place = self._place(document_id, reader)
        if not place.exists():
            return None
        rows: corpus.Rows = {}
        try:
            with pa.memory_map(str(place)) as handle:
                while handle.tell() < handle.size():
                    table = pa.ipc.open_stream(handle).read_all()
                    rows[(table.schema.metadata or {})[b"table"].decode()] = table.replace_schema_metadata(None)
        except (OSError, KeyError, pa.ArrowInvalid):
            return None
        return rows if "t_document" in rows else None

    def clear(self) -> None:
        """Throw everything away: it is published."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _place(self, document_id: str, reader: str) -> Path:
        return self._folder / f"{document_id}-{reader}.arrow"
