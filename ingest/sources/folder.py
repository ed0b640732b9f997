"""A folder as a source: a local path or any address that fsspec knows (`s3://`, `gs://`, `sftp://`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fsspec

from models import LimitError, Limits, SourceError
from models.sync import Candidate, Fetched, Source

SIDECAR = "meta.yaml"
_SKIP = (SIDECAR, "MANIFEST.tsv")


def discover(source: Source, fetcher: object = None) -> Iterator[Candidate]:
    """Yield the files of the folder in the order of their names. Raises SourceError where it cannot be listed."""
    try:
        files, root = fsspec.core.url_to_fs(source.base)
        if not files.isdir(root):
            raise FileNotFoundError("no such folder")
        found = files.glob(f"{root.rstrip('/')}/{source.pattern}", detail=True)
    except (OSError, ValueError, ImportError) as error:
        raise SourceError(
            source.base, f"the folder cannot be listed ({error})", "Check the address and your rights."
        ) from error
    for path, info in sorted(found.items()):
        parts = path.removeprefix(root).split("/")
        hidden = any(part.startswith((".", "__")) for part in parts)
        if info.get("type") == "file" and not hidden and parts[-1] not in _SKIP and not _beside(parts[-1]):
            url = files.unstrip_protocol(path)
            yield Candidate(source.name, url, url, version_date=_dated(path), changed_on=_changed(info))


def local_path(url: str) -> Path | None:
    """Return the path of a file on this machine, or None for any other address."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(url.removeprefix("file://"))
    return None


def _beside(name: str) -> bool:
    """Tell whether a file speaks of acts and is none."""
    return name.endswith(f".{SIDECAR}")


def _changed(info: dict[str, Any]) -> date | None:
    """Return the day on which a file was written, from what the store says of it."""
    when = info.get("mtime") or info.get("LastModified") or info.get("last_modified")
    if isinstance(when, int | float):
        return datetime.fromtimestamp(when, UTC).date()
    return when.date() if isinstance(when, datetime) else None


def fetch(candidate: Candidate, etag: str | None = None, limits: Limits = Limits()) -> Fetched:
    """Return the file's bytes, or `data` None where its mark (size and time, or the store's ETag) is still `etag`.

    Raises SourceError where the file cannot be read, LimitError where it is too large.
    """
    try:
        files, path = fsspec.core.url_to_fs(candidate.url)
        info = files.info(path)
        mark = str(info.get("ETag") or (info.get("size"), info.get("mtime"), info.get("ino")))
        if mark == etag:
            return Fetched(candidate, candidate.url, None, mark)
        if int(info.get("size") or 0) > limits.bytes:
            raise LimitError(candidate.url, f"over {limits.bytes} bytes", "Raise the limit if it is wanted.")
        return Fetched(candidate, candidate.url, files.cat_file(path), mark, sidecar=_sidecar(files, path, limits))
    except OSError as error:
        raise SourceError(
            candidate.url, f"the file cannot be read ({error})", "Check that it is there and readable."
        ) from error


def _sidecar(files: Any, path: str, limits: Limits) -> bytes | None:
    """Return what lies beside a file of a remote folder: its own sidecar, or that of the folder."""
    if local_path(files.unstrip_protocol(path)):
        return None  # read in place, with all that lies around it
    folder, _, name = path.rpartition("/")
    for place in (f"{folder}/{name.rpartition('.')[0]}.{SIDECAR}", f"{folder}/{SIDECAR}"):
        if files.exists(place) and files.info(place)["size"] <= limits.bytes:
            return bytes(files.cat_file(place))
    return None


def _dated(path: str) -> date | None:
    """Return the date that names the file's folder (`order-21-2015/2016-02-29/kaz.md`), the redaction's date."""
    for part in reversed(path.split("/")[:-1]):
        try:
            return date.fromisoformat(part)
        except ValueError:
            continue
    return None
