"""What a worker process does: read one file to rows, within limits of memory."""

from __future__ import annotations

import os
import resource
import threading
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import corpus
import ingest
from buyruq.board import Board
from buyruq.pipeline import read_document
from ingest.watch import Watch, watched
from models import Limits, SourceError

SECONDS_BETWEEN_LOOKS = 1.0
_BOARDS: list[Board] = []  # the one of this process's run, if it is one


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that could not be read, with the reason and the remedy in words."""

    source: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}. {self.remedy}"


def limit_memory(limits: Limits) -> None:
    """Let this process take at most `limits.memory_bytes` of address space."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, hard))


def prepare(limits: Limits, parent: int, board: Board) -> None:
    """Make this process ready: a limit of memory, a board to write on, an end with the process that gives it work.

    A worker that is busy with a document would else go on after its run was killed, and take a core from the next run.
    """
    limit_memory(limits)
    _BOARDS[:] = [board]
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            os._exit(1)


def read_rows(
    source: str, limits: Limits, language: str | None, reader: str, path: str | None = None, slot: int | None = None
) -> corpus.Rows | Refusal:
    """Return the rows of one file, or why there are none. MemoryError goes to the caller.

    `path` is where the bytes lie if `source` is another name, such as the address that they were fetched from; `slot`
    is where on the board to write how far the reading is.
    """
    try:
        document = replace(ingest.open_document(Path(path or source), limits, language), source=source)
        with watched(_watch(slot)):
            return corpus.rows_of(read_document(document, limits), reader)
    except SourceError as error:
        return Refusal(source, error.reason, error.remedy)
    except MemoryError:
        raise
    except Exception as error:  # a fault of this program must not take the other documents with it
        return Refusal(source, f"the program failed: {_told(error)}", "Report this together with the file")


def _watch(slot: int | None) -> Watch:
    if slot is None or not _BOARDS:
        return Watch()
    board = _BOARDS[0]
    board.begin(slot)
    return Watch(lambda done, of: board.write(slot, done, of), lambda: board.width(slot))


def _told(error: Exception) -> str:
    """Return an exception in one line with the place where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}{': ' if words else ''}{words}{place}"
