"""Measure sync over many documents: the first run, a second run with nothing new, memory, and the cost of publishing.

    python benchmarks/bench_sync.py ACTS.txt.xz --documents 2700 --folder SCRATCH
    python benchmarks/bench_sync.py --copy SCRATCH

ACTS is a file of acts, each opened by a form feed, 40 hexadecimal digits, a tab and its title.
"""

from __future__ import annotations

import argparse
import lzma
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

ACT = re.compile(r"\f?[0-9a-f]{40}\t")


def split(source: Path, folder: Path, count: int) -> int:
    """Write the first acts of a collection as files of their own; return how many."""
    folder.mkdir(parents=True)
    with lzma.open(source, "rt", encoding="utf-8") as handle:
        acts = [act for act in ACT.split(handle.read()) if len(act) > 200]
    for number, act in enumerate(acts[:count]):
        (folder / f"{number:05}.txt").write_text(act, "utf-8")
    return min(count, len(acts))


def run(sources: Path, kb: Path, jobs: int) -> tuple[float, float, int]:
    """Return the wall seconds, the seconds of processor time, and the peak memory (bytes) of the parent process."""
    command = [sys.executable, "-m", "buyruq", "sync", "--sources", str(sources), "--kb", str(kb), "--jobs", str(jobs)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def bench(source: Path, folder: Path, counts: list[int], jobs: int) -> None:
    """Print a line for each number of documents."""
    for count in counts:
        place = folder / str(count)
        shutil.rmtree(place, ignore_errors=True)
        found = split(source, place / "acts", count)
        (place / "sources.toml").write_text(
            f'[[source]]\nname = "acts"\nkind = "folder"\nbase = "{place / "acts"}"\n', "utf-8"
        )
        for turn in ("first", "second"):
            wall, cpu, memory = run(place / "sources.toml", place / "kb.duckdb", jobs)
            size = (place / "kb.duckdb").stat().st_size
            print(
                f"{found} documents, {turn} run: {wall:.1f} s wall, {cpu:.1f} s own time, "
                f"{memory / 1e6:.0f} MB, knowledge base {size / 1e6:.0f} MB",
                flush=True,
            )


def copies(folder: Path) -> None:
    """Print what copying and syncing a file of each size costs."""
    folder.mkdir(parents=True, exist_ok=True)
    for megabytes in (10, 100, 1000, 4000):
        file, other = folder / "file", folder / "copy"
        block = os.urandom(1_000_000)
        with file.open("wb") as handle:
            for _ in range(megabytes):
                handle.write(block)
            os.fsync(handle.fileno())
        started = time.monotonic()
        shutil.copyfile(file, other)
        copied = time.monotonic()
        handle_number = os.open(other, os.O_RDONLY)
        os.fsync(handle_number)
        os.close(handle_number)
        print(f"{megabytes} MB: copied in {copied - started:.2f} s, on disk after {time.monotonic() - started:.2f} s")
        file.unlink()
        other.unlink()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("acts", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, nargs="+", default=[270, 2700])
    parser.add_argument("--folder", type=Path, default=Path("bench_sync"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--copy", type=Path)
    given = parser.parse_args()
    if given.copy:
        copies(given.copy)
    if given.acts:
        bench(given.acts, given.folder, given.documents, given.jobs)
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


if __name__ == "__main__":
    main()
