"""Build a new file beside the old one and put it in place whole, or not at all.

Readers that have the old file open go on with it undisturbed; whoever opens the file afterwards sees the new one.
A run that is killed leaves the old file whole; what it left beside it is cleared by the next run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from models import BusyError, CorpusError

FICLONE = 0x40049409  # ioctl_ficlone(2)
GLANCES = 5  # tries at a lock, a tenth of a second apart: who only looks whether it is held holds it for an instant


@contextmanager
def building(kb: Path, keep: Callable[[], int] = lambda: 0) -> Iterator[Path]:
    """Give a copy of the knowledge base to change (absent where there is none yet) and publish it at the end.

    `keep` says at the end how many of the files published before are kept for `roll_back`; 0 leaves them as they are.

    An exception inside publishes nothing. Raises BusyError where another run holds the lock, CorpusError where another
    program writes to the file or left an unmerged write-ahead log, or where the folder cannot be written.
    """
    kb = real(kb)
    with locked(kb):
        _clear(kb)
        _refuse_writer(kb)
        draft = kb.with_name(f".{kb.name}.building")
        try:
            if kb.exists():
                _copy(kb, draft)
            yield draft
            _sync(draft)
            _refuse_writer(kb)
            _put_by(kb, keep())
            draft.replace(kb)
            _sync(kb.parent)
        except OSError as error:
            raise CorpusError(f"{kb}: cannot be written ({error.strerror}). Free the disk or the folder") from error
        finally:
            _clear(kb)


def real(kb: Path) -> Path:
    """Return where a knowledge base lies: a link to it stays a link, the file that it names is the one replaced."""
    return kb.resolve() if kb.is_symlink() else kb


def _refuse_writer(kb: Path) -> None:
    """Raise CorpusError where another program has the file open for writing: what it writes would be lost."""
    log = kb.with_name(kb.name + ".wal")
    if log.exists():
        raise CorpusError(
            f"{kb}: another program is writing to it or died while writing ({log.name}). "
            "Close that program, or open and close the file once with duckdb, then run again"
        )
    if not kb.exists():
        return
    with kb.open("rb") as handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # DuckDB locks what it writes to
        except BlockingIOError as error:
            raise CorpusError(
                f"{kb}: another program has it open for writing. Close it there, then run again"
            ) from error


def kept(kb: Path) -> list[Path]:
    """Return the earlier files of a knowledge base that are kept, newest first."""
    return sorted(_shelf(kb).glob("*.duckdb"), reverse=True)


def roll_back(kb: Path) -> Path:
    """Put the newest kept file in place of the published one, which is set aside as `withdrawn`; return its old name.

    Raises CorpusError where none is kept, BusyError where a run is writing.
    """
    kb = real(kb)
    with locked(kb):
        earlier = kept(kb)
        if not earlier:
            raise CorpusError(f"{kb}: no earlier file is kept. sync keeps them, with --keep N")
        _refuse_writer(kb)
        try:
            if kb.exists():
                withdrawn = _shelf(kb) / "withdrawn"
                withdrawn.unlink(missing_ok=True)
                _link(kb, withdrawn)
            earlier[0].replace(kb)
            _sync(kb.parent)
        except OSError as error:
            raise CorpusError(f"{kb}: cannot be written ({error.strerror}). Free the disk or the folder") from error
        return earlier[0]


def _shelf(kb: Path) -> Path:
    return real(kb).with_name(f"{real(kb).name}.kept")


def _put_by(kb: Path, count: int) -> None:
    """Keep the published file under the time of its publication, and no more than `count` of them."""
    if count <= 0 or not kb.exists():
        return
    _shelf(kb).mkdir(exist_ok=True)
    published = datetime.fromtimestamp(kb.stat().st_mtime, UTC)
    place = _shelf(kb) / f"{published:%Y-%m-%dT%H-%M-%S.%fZ}.duckdb"
    if not place.exists():
        _link(kb, place)
    for old in kept(kb)[count:]:
        old.unlink(missing_ok=True)


def _link(path: Path, other: Path) -> None:
    """Give a file a second name, or copy it where the disk knows no second names."""
    try:
        os.link(path, other)
    except OSError:
        draft = other.with_name(f"{other.name}.part")
        _copy(path, draft)
        draft.replace(other)


def _copy(path: Path, other: Path) -> None:
    """Copy a file; where the disk can (btrfs, xfs), both share their blocks and the copy takes no time."""
    with path.open("rb") as source, other.open("wb") as target:
        try:
            fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
            return
        except OSError:
            pass
    shutil.copyfile(path, other)


@contextmanager
def locked(kb: Path, name: str = "lock") -> Iterator[None]:
    """Hold a lock that ends with the process, so that a killed run does not keep it.

    Raises BusyError where another process holds it, CorpusError where the folder cannot be written.
    """
    path = _lock_file(kb, name)
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


def is_locked(kb: Path, name: str = "lock") -> bool:
    """Tell whether a process holds the lock. Nothing is written, so that it works without the right to."""
    try:
        with _lock_file(kb, name).open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _lock_file(kb: Path, name: str) -> Path:
    return real(kb).with_name(f".{real(kb).name}.{name}")


def _lock(path: Path) -> int:
    """Return a handle that holds the lock. A file that its holder removed meanwhile locks nothing: try again."""
    glances = GLANCES
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        except BlockingIOError:
            glances -= 1
            if not glances:
                os.close(handle)
                raise
            time.sleep(0.1)
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _clear(kb: Path) -> None:
    for left in kb.parent.glob(f".{escape(kb.name)}.building*"):
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
