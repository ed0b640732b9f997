"""How far a run is: its files, their pages, and the share of the work that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from buyruq.files import Found
from buyruq.worker import Refusal

START = 20_000  # bytes that the start of any file is worth, so that small files count too


@dataclass(frozen=True, slots=True)
class Far:
    """How far a run is: `files` in all and `done`; `pages` read of those `known`, of files begun; `share` (0..1).

    `source` is the file that was done last, `refusal` why it was not stored; both are empty where only pages came.
    `closed` says that the pages of all files are known.
    """

    files: int
    done: int = 0
    pages: int = 0
    known: int = 0
    closed: bool = False
    share: float = 0.0
    source: str = ""
    refusal: Refusal | None = None


Step = Callable[[Far], None]


class Course:
    """Counts what is done and tells it on. The share of a file in the work is that of its bytes."""

    def __init__(self, files: int, step: Step) -> None:
        self._files = files
        self._step = step
        self._done = 0
        self._pages = 0
        self._bytes = 0
        self._all_bytes = 0
        self._unread = 0
        self._begun: dict[Found, tuple[int, int]] = {}

    def sets_out(self, unread: Iterable[Found]) -> None:
        """Take down what is to be read."""
        for found in unread:
            self._all_bytes += found.size + START
            self._unread += 1

    def passes(self, source: str, refusal: Refusal | None = None) -> None:
        """Tell of a file that was not read in this run, or of another name of one that was."""
        self._done += 1
        self._tell(source, refusal)

    def looks(self, begun: Mapping[Found, tuple[int, int]]) -> None:
        """Tell how many pages of how many are done of the files that are begun, where that has changed."""
        if begun != self._begun:
            self._begun = dict(begun)
            self._tell("", None)

    def reads(self, found: Found, pages: int) -> None:
        """Take down that a file was read, or refused after some pages (0 here); `passes` tells of it."""
        self._pages += max(pages, self._begun.pop(found, (0, 0))[0])
        self._bytes += found.size + START
        self._unread -= 1

    def _tell(self, source: str, refusal: Refusal | None) -> None:
        parts = self._begun.items()
        done, known = sum(done for _, (done, _) in parts), sum(of for _, (_, of) in parts)
        weight = sum((found.size + START) * part / of for found, (part, of) in parts if of)
        share = min((self._bytes + weight) / self._all_bytes, 1.0) if self._all_bytes else 0.0
        closed = sum(1 for _, (_, of) in parts if of) >= self._unread
        counts = (self._files, self._done, self._pages + done, self._pages + known)
        self._step(Far(*counts, closed, share, source, refusal))
