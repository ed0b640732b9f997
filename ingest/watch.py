"""Let whoever had a document read look on: told of pages as they are read, asked how many may be read at a time.

It changes nothing of what is read. The edge of the program sets it around a call; the readers need not hand it down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ALL = 1 << 30  # as many as the limits allow


@dataclass(frozen=True, slots=True)
class Watch:
    """`seen` is told how many pages of how many are read; `width` says how many scanned pages may be read at a time."""

    seen: Callable[[int, int], None] = lambda done, of: None
    width: Callable[[], int] = lambda: ALL


NOBODY = Watch()
_WATCH: ContextVar[Watch] = ContextVar("watch", default=NOBODY)


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Have what is read in this context looked on by `watch`."""
    token = _WATCH.set(watch)
    try:
        yield
    finally:
        _WATCH.reset(token)


def onlooker() -> Watch:
    """Return who looks on."""
    return _WATCH.get()
