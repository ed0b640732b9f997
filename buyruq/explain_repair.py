"""What repair did to a text: each changed or doubtful line before and after, with the doubtful words marked."""

from __future__ import annotations

from collections.abc import Iterator

from models import Text

UNSURE = 0.9


def explained_repair(text: Text) -> Iterator[str]:
    """Yield for each line that was changed or is not sure: `N -` before, `N +` after, words not sure as `[?word 0.62]`.

    Lines are numbered as read; a line that repair made of several is shown under the first.
    """
    shifts = [(edit.raw.start, edit.raw.stop, edit.span.start, edit.span.stop) for edit in text.edits]
    doubts = [(span.start, span.stop, sure) for span, sure in text.doubts if sure < UNSURE]
    raw_at = used = 0
    moved = 0  # how far the repaired text is ahead of the raw one here
    for number, before in enumerate(text.raw.split("\n"), start=1):
        stop = raw_at + len(before)
        first = used
        start = raw_at + moved
        while used < len(shifts) and shifts[used][1] <= stop:
            moved = shifts[used][3] - shifts[used][1]
            used += 1
        after = _marked(text.string, start, max(start, stop + moved), doubts)
        if used > first or after != before:
            yield f"{number} - {before}"
            yield f"{number} + {after}"
        raw_at = stop + 1


def _marked(string: str, start: int, stop: int, doubts: list[tuple[int, int, float]]) -> str:
    """Return a stretch of a text with its doubtful words marked."""
    out, at = [], start
    for first, last, sure in doubts:
        if at <= first and last <= stop:
            out.append(f"{string[at:first]}[?{string[first:last]} {sure:.2f}]")
            at = last
    return "".join([*out, string[at:stop]])
