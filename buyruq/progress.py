"""Tell on stderr how far a run is.

On a terminal a bar shows pages, pages a minute, files, and the time left. Elsewhere nothing is printed but the
quarantined files: a schedule mails what its commands print, and a service logs it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from buyruq.course import Far, Step
from ingest.watch import Watch, watched

WINDOW = 60.0  # seconds over which pages a minute are measured
LEAST = 2.0  # seconds before there is anything to say
STEADY = 300.0  # seconds over which the time left is measured: pages of a scan are slow, and files differ
NAME = 32  # characters of a file's name


class Pace:
    """Pages a minute over the last minute."""

    def __init__(self, now: float) -> None:
        self._met = deque([(now, 0)])

    def at(self, now: float, pages: int) -> float | None:
        """Return pages a minute after `pages` in all at `now` (seconds), None where it is too early to say."""
        self._met.append((now, pages))
        while len(self._met) > 2 and self._met[1][0] <= now - WINDOW:
            self._met.popleft()
        begun, before = self._met[0]
        return 60.0 * (pages - before) / (now - begun) if now - begun >= LEAST and pages > before else None


@contextmanager
def progress(console: Console | None = None) -> Iterator[Step]:
    """Give the function that is told how far a run is: a bar on a terminal, the quarantined files in any case."""
    console = console or Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[counts]}", style="progress.percentage"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    shown = Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, speed_estimate_period=STEADY
    )
    with shown as bar:
        task = bar.add_task("reading", total=None, counts="")
        pace = Pace(time.monotonic())

        def step(far: Far) -> None:
            minute = pace.at(time.monotonic(), far.pages)
            bar.update(task, total=1.0 if far.share else None, completed=far.share, counts=counts(far, minute))
            if far.source:
                bar.update(task, description=Path(far.source).name[-NAME:])
            if far.refusal:
                told = f"buyruq: quarantined {far.source}: {far.refusal}"
                console.print(told, markup=False, soft_wrap=True)

        yield step


def counts(far: Far, minute: float | None) -> str:
    """Return pages, files and pages a minute in words; `+` says that files are waiting whose pages nobody counted."""
    parts = [f"{far.pages} of {far.known}{'' if far.closed else '+'} pages"] if far.known else []
    parts += [f"{minute:.0f} a minute"] if minute else []
    parts += [f"{far.done} of {far.files} files"] if far.files > 1 else []
    return ", ".join(parts)


@contextmanager
def page_progress(path: Path, console: Console | None = None) -> Iterator[None]:
    """Show the pages of one file as they are read in this process."""
    with progress(console) as step:

        def seen(done: int, of: int) -> None:
            step(Far(1, 0, done, of, True, done / of if of else 0.0, str(path)))

        with watched(Watch(seen)):
            yield
