"""Tell on stderr how far a run is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from buyruq.ingest import Step
from buyruq.worker import Refusal


@contextmanager
def progress() -> Iterator[Step]:
    """Give the function that is told of every file: a bar on a terminal, and the quarantined files in any case."""
    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None)

        def step(total: int, source: str, refusal: Refusal | None) -> None:
            bar.update(task, total=total, advance=1, description=Path(source).name[-40:])
            if refusal:
                told = f"buyruq: quarantined {source}: {refusal}"
                console.print(told, markup=False, soft_wrap=True)

        yield step
