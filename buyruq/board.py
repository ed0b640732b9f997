"""The board on which worker processes write how far they are, and read how many cores they may use."""

from __future__ import annotations

from multiprocessing.context import ForkServerContext

BEGUN, DONE, OF = range(3)
FIELDS = 3


class Board:
    """Numbers in shared memory, a slot for each document in flight: begun, pages done, pages in all.

    There is no lock: a worker may be killed at any moment, and would take the lock with it. Each slot has one writer.
    """

    def __init__(self, context: ForkServerContext, slots: int, cores: int) -> None:
        self._numbers = context.RawArray("I", FIELDS * slots)
        self._slots = slots
        self._cores = cores

    def begin(self, slot: int) -> None:
        """Say that a worker has begun with the document of a slot."""
        self.write(slot, 0, 0)
        self._numbers[FIELDS * slot + BEGUN] = 1

    def write(self, slot: int, done: int, of: int) -> None:
        """Say how many pages of how many are done."""
        self._numbers[FIELDS * slot + DONE] = done
        self._numbers[FIELDS * slot + OF] = of

    def clear(self, slot: int) -> None:
        """Free a slot."""
        self.write(slot, 0, 0)
        self._numbers[FIELDS * slot + BEGUN] = 0

    def pages(self, slot: int) -> tuple[int, int]:
        """Return how many pages of how many are done."""
        return self._numbers[FIELDS * slot + DONE], self._numbers[FIELDS * slot + OF]

    def width(self, slot: int) -> int:
        """Return how many pages the worker of a slot may read at a time, so that all cores have work and no more."""
        busy = [k for k in range(self._slots) if self._numbers[FIELDS * k + BEGUN]]
        rank = busy.index(slot) if slot in busy else len(busy)
        each, spare = divmod(self._cores, max(len(busy), 1))
        return max(each + (rank < spare), 1)
