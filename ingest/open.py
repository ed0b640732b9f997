"""Open a file as a `Document`: bytes, media type by content, requisites of a sidecar file."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from ingest.markdown import FRONT
from ingest.media import HTML, MARKDOWN, media_type
from ingest.sidecar import BYTES as SIDECAR
from ingest.sidecar import fill, find_requisites, page_requisites
from models import Document, LimitError, Limits, Requisites, SourceError

try:
    import fcntl
except ImportError:  # not a Unix: the system itself refuses to open a locked file there
    fcntl = None  # type: ignore[assignment]

AGAIN = "Close the program that uses it, then ingest it again"
FAILURES = {
    errno.ENOENT: ("the file is not there (it was moved or deleted)", "Check the path, then ingest it again"),
    errno.EACCES: ("the file may not be read", "Give yourself the right to read it: chmod u+r FILE"),
    errno.EPERM: ("the file may not be read", "Give yourself the right to read it: chmod u+r FILE"),
    errno.EISDIR: ("this is a folder, not a file", "Give the files in it one by one"),
    errno.EBUSY: ("the file is in use", AGAIN),
    errno.ETXTBSY: ("the file is in use", AGAIN),
    errno.ELOOP: ("the path is a circle of links", "Give the real path of the file"),
    errno.ENAMETOOLONG: ("the path is too long", "Move the file to a shorter path"),
}


def open_document(path: Path, limits: Limits = Limits(), language: str | None = None) -> Document:
    """Return the document at `path`; `language` (`kk`, `ru`, `uz`) is what the operator says of it.

    Raises:
        LimitError: the file is larger than `limits.bytes` (it is not read whole to find that out).
        SourceError: the file cannot be read, or is of a kind or encoding that no reader takes.
    """
    source = str(path)
    data = read_bytes(path, limits)
    kind = media_type(source, data)
    return Document(source, data, kind, requisites_of(path, kind, data), language)


def requisites_of(path: Path, kind: str, data: bytes) -> Requisites | None:
    """Return what front matter, sidecars and the title of a portal's page say of an act, the nearest first."""
    front = FRONT.match(data[:SIDECAR].decode("utf-8-sig", "ignore")) if kind == MARKDOWN else None
    found = find_requisites(path, front[1] if front else None)
    page = page_requisites(data) if kind == HTML else None
    return fill(found, page) if found and page else found or page


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a regular file that nobody is writing."""
    source = str(path)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            check(handle, source, limits)
            return read_all(handle, source, limits)
        finally:
            os.close(handle)
    except OSError as error:
        reason, remedy = FAILURES.get(error.errno or 0, (f"the file cannot be read: {error.strerror}", AGAIN))
        raise SourceError(source, reason, remedy) from error
    except ValueError as error:  # a zero byte in the path
        raise SourceError(source, f"this is no path: {error}", "Check the path") from error


def check(handle: int, source: str, limits: Limits) -> None:
    """Raise where the open file is no regular file, is locked, withdrawn from all readers, or too large."""
    state = os.fstat(handle)
    if stat.S_ISDIR(state.st_mode):
        raise IsADirectoryError(errno.EISDIR, "folder")
    if not stat.S_ISREG(state.st_mode):
        raise SourceError(source, "this is no regular file", "Give a file, not a device or a pipe")
    if not state.st_mode & 0o444:
        raise PermissionError(errno.EACCES, "nobody may read it")
    if locked(handle):
        raise SourceError(source, "the file is locked by another program", AGAIN)
    if state.st_size > limits.bytes:
        raise too_large(source, state.st_size, limits)


def locked(handle: int) -> bool:
    """Tell whether another process holds an exclusive lock (flock or POSIX) on the open file."""
    if fcntl is None:
        return False
    try:
        for lock in (fcntl.flock, fcntl.lockf):
            lock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            lock(handle, fcntl.LOCK_UN)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EACCES)
    return False


def read_all(handle: int, source: str, limits: Limits) -> bytes:
    """Return all bytes; a file that grows over the limit or changes its length meanwhile is refused."""
    with os.fdopen(handle, "rb", closefd=False) as stream:
        data = stream.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise too_large(source, len(data), limits)
    if len(data) != os.fstat(handle).st_size:
        raise SourceError(
            source, "the file changed while it was read", "Wait until it is written, then ingest it again"
        )
    return data


def too_large(source: str, size: int, limits: Limits) -> LimitError:
    """Return the error for a file over the limit of size."""
    reason = f"the file has {size / 2**20:.0f} MiB, the limit is {limits.bytes / 2**20:.0f} MiB"
    return LimitError(source, reason, "Split the file by acts, or raise the limit")
