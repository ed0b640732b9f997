"""A process whose children run `sync` and are killed: started by test_sync.py, one order a line on stdin.

`DELAY` kills the child after so many seconds (never, where it is negative); the answer is its exit code and its time.
The libraries are loaded once and the children are forks, so that 50 of them take seconds. They read in their own
process; that workers die with their parent is tested with whole commands.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import stamina

import buyruq.ingest
from buyruq.sync import Syncing, sync
from buyruq.worker import read_rows
from models import Limits


def _read_here(wanted, jobs: int, limits: Limits, language, reader: str, course) -> Iterator[tuple]:  # type: ignore[no-untyped-def]
    for found in wanted:
        with (READ_LOG).open("ab", buffering=0) as log:
            log.write(f"{found.document_id}\n".encode())
        yield found, read_rows(found.source, limits, language, reader, found.path)


def _child(order: Syncing) -> None:
    code = 70
    try:
        with stamina.set_testing(True, attempts=3):
            code = int(sync(order).exit)
    except BaseException as error:
        print(repr(error), file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def main() -> None:
    order = Syncing(Path(sys.argv[1]), Path(sys.argv[2]), keep=2)
    buyruq.ingest.read_all = _read_here
    read_rows(sys.argv[4], Limits(), None, "warm")
    print("ready", flush=True)
    for line in sys.stdin:
        delay = float(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            _child(order)
        if delay >= 0:
            time.sleep(delay)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), f"{time.monotonic() - began:.4f}", flush=True)


if __name__ == "__main__":
    READ_LOG = Path(sys.argv[3])
    main()
