"""Build a new file beside the old one and put it in place whole, or not at all.

Readers that have the old file open go on with it undisturbed; whoever opens the file afterwards sees the new one.
A run that is killed leaves the old file whole; what it left beside it is cleared by the next run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models import BusyError, CorpusError


@contextmanager
def building(kb: Path) -> Iterator[Path]:
    """Give a copy of the knowledge base to change (absent where there is none yet) and publish it at the end.

    An exception inside publishes nothing. Raises BusyError where another run holds the lock, CorpusError where a
    foreign program left an unmerged write-ahead log, or where the folder cannot be written.
    """
    with _locked(kb):
        _clear(kb)
        log = kb.with_name(kb.name + ".wal")
        if log.exists():
            raise CorpusError(
                f"{kb}: another program is writing to it or died while writing ({log.name}). "
                "Close that program, or open and close the file once with duckdb, then run again"
            )
        draft = kb.with_name(f".{kb.name}.building")
        try:
            if kb.exists():
                shutil.copyfile(kb, draft)
            yield draft
            _sync(draft)
            draft.replace(kb)
            _sync(kb.parent)
        except OSError as error:
            raise CorpusError(f"{kb}: cannot be written ({error.strerror}). Free the disk or the folder") from error
        finally:
            _clear(kb)


@contextmanager
def _locked(kb: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, so that a killed run does not keep it."""
    path = kb.with_name(f".{kb.name}.lock")
    try:
        handle = _lock(path)
    except BlockingIOError as error:
        raise BusyError(f"{kb}: another run is writing to it. Wait for it to end") from error
    except OSError as error:
        raise CorpusError(f"{kb}: cannot be written ({error.strerror}). Choose another place with --kb") from error
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _lock(path: Path) -> int:
    """Return a handle that holds the lock. A file that its holder removed meanwhile locks nothing: try again."""
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _clear(kb: Path) -> None:
    for left in kb.parent.glob(f".{kb.name}.building*"):
        if left.is_dir():  # where DuckDB puts what does not fit into memory
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
