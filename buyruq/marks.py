"""Show word by word how one text became another."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import Indel
from rich.text import Text

AROUND = 6  # unchanged words to show beside a change

Run = tuple[str, str]


def word_runs(before: str | None, after: str | None) -> list[Run]:
    """Return runs of words, each `same`, `out` or `in`, which make both texts."""
    old, new = (before or "").split(), (after or "").split()
    runs: list[Run] = []
    gone: list[str] = []
    come: list[str] = []
    for step in Indel.opcodes(old, new):
        if step.tag != "equal":
            gone += old[step.src_start : step.src_end]
            come += new[step.dest_start : step.dest_end]
            continue
        runs += _changed(gone, come)
        gone, come = [], []
        runs.append(("same", " ".join(old[step.src_start : step.src_end])))
    return runs + _changed(gone, come)


def _changed(gone: list[str], come: list[str]) -> list[Run]:
    return [(kind, " ".join(words)) for kind, words in (("out", gone), ("in", come)) if words]


def marked(before: str | None, after: str | None) -> Text:
    """Return the change to print: `[-out-]` and `{+in+}`, in colour where the terminal has any."""
    line = Text()
    runs = word_runs(before, after)
    for place, (kind, words) in enumerate(runs):
        if line:
            line.append(" ")
        if kind == "out":
            line.append(f"[-{words}-]", style="red")
        elif kind == "in":
            line.append(f"{{+{words}+}}", style="green")
        else:
            line.append(" ".join(_shortened(words.split(), place > 0, place < len(runs) - 1)))
    return line


def _shortened(words: list[str], follows: bool, leads: bool) -> Iterator[str]:
    """Yield unchanged words, those far from any change left out."""
    if len(words) <= 2 * AROUND + 2 or not (follows or leads):
        yield from words
        return
    if follows:
        yield from words[:AROUND]
    yield "…"
    if leads:
        yield from words[-AROUND:]
