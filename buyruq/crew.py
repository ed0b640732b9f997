"""The worker processes: every document is read in a process of its own pool with limits of time and memory.

A document that kills its process, or goes over a limit, is tried a second time and then refused; its neighbours are
not touched. Where fewer documents are left than cores, the pages of a scan are read side by side.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace

from pebble import ProcessExpired, ProcessPool

import corpus
from buyruq.board import Board
from buyruq.course import Course
from buyruq.files import Found
from buyruq.pipeline import MOST_THREADS
from buyruq.worker import Refusal, prepare, read_rows
from models import Limits

AHEAD = 4  # documents waiting per worker: enough to keep it busy, few enough to keep memory flat
DOCUMENTS_A_WORKER = 200  # then a fresh process takes over, so that no leak in a native library adds up
TRIES = 2
SECONDS_A_LOOK = 0.5

Result = corpus.Rows | Refusal


@dataclass(frozen=True, slots=True)
class Flight:
    """A document that is being read: the file, which try this is, and its slot on the board."""

    found: Found
    attempt: int
    slot: int


def read_all(
    wanted: Iterable[Found], jobs: int, limits: Limits, language: str | None, reader: str, course: Course
) -> Iterator[tuple[Found, Result]]:
    """Yield the result of every file as it comes, at most a few files ahead of the caller; tell `course` of pages."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # Tesseract and numpy: one thread a process, there is one each core
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["buyruq.worker"])
    limits = replace(limits, threads=max(limits.threads, min(jobs, MOST_THREADS)))
    board = Board(context, jobs * AHEAD, jobs)
    free = list(range(jobs * AHEAD))
    waiting = deque((found, 1) for found in wanted)
    flying: dict[Future[Result], Flight] = {}
    pool = ProcessPool(
        max_workers=jobs,
        max_tasks=DOCUMENTS_A_WORKER,
        initializer=prepare,
        initargs=(limits, os.getpid(), board),
        context=context,
    )
    try:
        while waiting or flying:
            while waiting and free:
                flight = Flight(*waiting.popleft(), free.pop())
                found = flight.found
                args = (found.source, limits, language, reader, found.path, flight.slot)
                flying[pool.schedule(read_rows, args=args, timeout=found.seconds)] = flight
            done, _ = wait(flying, SECONDS_A_LOOK, return_when=FIRST_COMPLETED)
            begun = {flight.found: board.pages(flight.slot) for flight in flying.values()}
            course.looks({found: pages for found, pages in begun.items() if pages[1]})
            for task in done:
                flight = flying.pop(task)
                board.clear(flight.slot)
                free.append(flight.slot)
                refusal = _fault(task, flight.found)
                if refusal and flight.attempt < TRIES:
                    waiting.append((flight.found, flight.attempt + 1))
                else:
                    yield flight.found, refusal or task.result()
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _fault(task: Future[Result], found: Found) -> Refusal | None:
    """Return why the process that read a file did not come back with a result."""
    error = task.exception()
    if error is None:
        return None
    if isinstance(error, TimeoutError):
        return Refusal(found.source, f"not read after {found.seconds:.0f} seconds", "Split the file or report it")
    if isinstance(error, MemoryError):
        return Refusal(found.source, "reading it needs more memory than allowed", "Split the file or report it")
    if isinstance(error, ProcessExpired):
        return Refusal(found.source, f"reading it killed the process (code {error.exitcode})", "Report the file")
    return Refusal(found.source, f"the program failed: {type(error).__name__}: {error}", "Report the file")
