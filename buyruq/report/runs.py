"""Cut the text of a clause into runs: plain words, repaired words, doubtful words, words that cite."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from buyruq.report.sheet import Row, Sheet
from models import CELL_BREAK

SOFT_HYPHEN = "\N{SOFT HYPHEN}"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to show on characters `start:stop` of the document: `kind` is `repair`, `gone`, `doubt` or `cite`."""

    start: int
    stop: int
    kind: str
    note: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks. `note` says what the marks mean, `target` is the provision that they cite."""

    text: str
    kinds: frozenset[str]
    note: str
    targets: tuple[str, ...] = ()


class Marks:
    """The marks of a document, found by place."""

    def __init__(self, sheet: Sheet) -> None:
        eids = {clause["eid"] for clause in sheet.clauses}
        found = [*_repairs(sheet.repairs), *_doubts(sheet.doubts), *_cites(sheet.facts["citations"], eids)]
        marks = [_without_blanks(mark, sheet.text) for mark in found]
        self._marks = sorted(marks, key=lambda mark: (mark.start, mark.stop, mark.kind))
        self._starts = [mark.start for mark in self._marks]
        self._longest = max((mark.stop - mark.start for mark in self._marks), default=0)

    def within(self, start: int, stop: int) -> list[Mark]:
        """Return the marks that touch characters `start:stop`."""
        low = bisect_left(self._starts, start - self._longest)
        high = bisect_right(self._starts, stop)
        return [
            mark
            for mark in self._marks[low:high]
            if (mark.start < stop and mark.stop > start) or (mark.start == mark.stop and start <= mark.start <= stop)
        ]

    def runs(self, text: str, places: Sequence[int]) -> list[Run]:
        """Return runs of `text`, whose characters stand at `places` of the document."""
        if not text:
            return []
        marks = self.within(places[0], places[-1] + 1)
        cuts = sorted({0, len(text)} | {at for mark in marks for at in _cuts(mark, places)})
        runs: list[Run] = []
        for low, high in pairwise(cuts):
            here = [mark for mark in marks if mark.start <= places[low] and mark.stop > places[high - 1]]
            runs += _gone(marks, places[low - 1] + 1 if low else places[0], places[low])
            runs.append(_run(text[low:high], here))
        return [*runs, *_gone(marks, places[-1] + 1, places[-1] + 1)]


def place(words: str, text: str, start: int, stop: int) -> list[int] | None:
    """Return where each character of one-line `words` stands in `text[start:stop]`; None where it cannot be said.

    White space is not compared: it is one blank in a clause and whatever the page has in the document.
    """
    there = [at for at in range(start, stop) if not _blank(text[at])]
    wanted = "".join(char for char in words if not _blank(char))
    first = "".join(text[at] for at in there).find(wanted)
    if first < 0 or not wanted:
        return None
    found = iter(there[first : first + len(wanted)])
    places: list[int] = []
    for char in words:
        places.append(places[-1] + 1 if _blank(char) and places else next(found, there[first]))
    return places


def _blank(char: str) -> bool:
    return char.isspace() or char in {CELL_BREAK, SOFT_HYPHEN}


def _cuts(mark: Mark, places: Sequence[int]) -> tuple[int, int]:
    return bisect_left(places, mark.start), bisect_left(places, mark.stop)


def _run(text: str, marks: Sequence[Mark]) -> Run:
    cited = next((mark.targets for mark in marks if mark.kind == "cite" and mark.targets), ())
    said = [mark.note for mark in marks if mark.kind != "cite"]
    said = said or [mark.note for mark in marks if mark.kind == "cite" and not cited and mark.note]
    return Run(text, frozenset(mark.kind for mark in marks), "; ".join(said), cited)


def _gone(marks: Iterable[Mark], low: int, high: int) -> Iterator[Run]:
    """Yield what was taken out before the character at `high`."""
    for mark in marks:
        if mark.kind == "gone" and low <= mark.start <= high:
            yield Run("", frozenset({"gone"}), mark.note)


def _without_blanks(mark: Mark, text: str) -> Mark:
    """Return a mark that begins and ends with a character that can be seen."""
    words = text[mark.start : mark.stop]
    if not words.strip():
        return mark
    return replace(mark, start=mark.stop - len(words.lstrip()), stop=mark.start + len(words.rstrip()))


def _repairs(rows: Iterable[Row]) -> Iterator[Mark]:
    for row in rows:
        before, after = (row["before"] or "").strip(), (row["after"] or "").strip()
        if not before and not after:
            continue  # white space alone
        rule = f"{row['method']}, {row['confidence']:.2f}"
        if not after:
            yield Mark(row["start_char"], row["start_char"], "gone", f"taken out here: {before} ({rule})")
        else:
            said = f"read: {before} ({rule})" if before else f"put here ({rule})"
            yield Mark(row["start_char"], row["end_char"], "repair", said)


def _doubts(rows: Iterable[Row]) -> Iterator[Mark]:
    for row in rows:
        yield Mark(row["start_char"], row["end_char"], "doubt", f"doubtful: {row['confidence']:.2f}")


def _cites(rows: Iterable[Row], eids: set[str]) -> Iterator[Mark]:
    """Yield one mark for each stretch of words that cites, with all provisions of this act that it names."""
    spans: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        spans.setdefault((row["start_char"], row["end_char"]), []).append(row)
    for (start, stop), cited in spans.items():
        targets = [row["target_provision"] for row in cited if row["scope"] == "internal"]
        known = tuple(dict.fromkeys(target for target in targets if target in eids))
        held = next((row["resolved_act_id"] for row in cited if row["scope"] == "external"), None)
        yield Mark(start, stop, "cite", f"cites {held}" if held else "", known)
