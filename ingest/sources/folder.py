"""A folder as a source: a local path or any address that fsspec knows (`s3://`, `gs://`, `sftp://`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import fsspec

from models import LimitError, Limits, SourceError
from models.sync import Candidate, Fetched, Source

_SKIP = ("meta.yaml", "MANIFEST.tsv")


def discover(source: Source, fetcher: object = None) -> Iterator[Candidate]:
    """Yield the files of the folder in the order of their names. Raises SourceError where it cannot be listed."""
    try:
        files, root = fsspec.core.url_to_fs(source.base)
        found = files.glob(f"{root.rstrip('/')}/{source.pattern}")
        paths = sorted(p for p in found if not files.isdir(p))
    except (OSError, ValueError, ImportError) as error:
        raise SourceError(
            source.base, f"the folder cannot be listed ({error})", "Check the address and your rights."
        ) from error
    for path in paths:
        name = path.rsplit("/", 1)[-1]
        if not name.startswith(".") and name not in _SKIP:
            yield Candidate(
                source.name, files.unstrip_protocol(path), files.unstrip_protocol(path), version_date=_dated(path)
            )


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
        return Fetched(candidate, candidate.url, files.cat_file(path), mark)
    except OSError as error:
        raise SourceError(
            candidate.url, f"the file cannot be read ({error})", "Check that it is there and readable."
        ) from error


def _dated(path: str) -> date | None:
    """Return the date that names the file's folder (`order-21-2015/2016-02-29/kaz.md`), the redaction's date."""
    for part in reversed(path.split("/")[:-1]):
        try:
            return date.fromisoformat(part)
        except ValueError:
            continue
    return None
