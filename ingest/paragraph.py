"""Pieces of marked-up text to lines: white space, breaks, raised figures, links, role and weight of a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.stray import INSERTED, MARKED, OPEN, hyphened, superscript
from models import Line

SPACE = re.compile(r"\s+")
# White space between a link and the mark that follows it is the page's, not the author's.
BEFORE_MARK = re.compile(r" (?=[,;:.)](?:\s|$))")
CLOSED = (".", ";", ":", "!", "?")
# An image or formula that only an eye can read.
PICTURE = "\ufffc"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks. `target` is the address that it links to; a break is a line feed."""

    text: str
    bold: bool = False
    role: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Characters `start:stop` of a line that are linked to `target`."""

    start: int
    stop: int
    target: str


class Run:
    """Text under assembly; each character knows its link (index into `targets`, -1 for none)."""

    def __init__(self) -> None:
        self.text = ""
        self.owners: list[int] = []
        self.targets: list[str] = []

    def add(self, piece: Piece) -> None:
        """Append a piece, with a space where the portal's link marks glued words."""
        owner = -1
        if piece.target:
            self.targets.append(piece.target)
            owner = len(self.targets) - 1
        text = SPACE.sub(" ", piece.text)
        if glued(self.text[-1:], text[:1], bool(self.owners) and owner != self.owners[-1]):
            self.text += " "
            self.owners.append(-1)
        if self.text.endswith(" ") or not self.text:
            text = text.lstrip(" ")
        self.text += text
        self.owners += [owner] * len(text)

    def edit(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> None:
        """Replace every match; the new characters belong to the link of the first old one."""
        at, parts, owners = 0, [], []
        for match in pattern.finditer(self.text):
            text = new(match)
            parts += [self.text[at : match.start()], text]
            owners += self.owners[at : match.start()] + self.owners[match.start() : match.start() + 1] * len(text)
            at = match.end()
        self.text = "".join(parts) + self.text[at:]
        self.owners = owners + self.owners[at:]

    def close(self) -> tuple[str, tuple[Linked, ...]]:
        """Return the finished text and its links."""
        if OPEN in self.text:
            self.edit(INSERTED, hyphened)
            self.edit(MARKED, lambda m: superscript(m[1]))
        if self.targets:
            self.edit(BEFORE_MARK, lambda m: "" if self.owners[m.start() - 1] >= 0 else " ")
        text = self.text.rstrip()
        return text, tuple(self._links(len(text)))

    def _links(self, length: int) -> Iterator[Linked]:
        at = 0
        for owner, group in groupby(self.owners[:length]):
            stop = at + len(list(group))
            linked = self.text[at:stop]
            if owner >= 0 and linked.strip():
                start = at + len(linked) - len(linked.lstrip())
                yield Linked(start, start + len(linked.strip()), self.targets[owner])
            at = stop


def glued(left: str, right: str, linked: bool) -> bool:
    """Tell whether a link mark between two characters hides a space ("18.01.2021" + "No 495" + "(from")."""
    if not linked or not left.isalnum():
        return False
    return right in ("№", "(") or (left.isdigit() and right.isalpha() and right.isupper())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What is known of a paragraph from the element that holds it."""

    role: str = ""
    align: str = ""
    size: float | None = None
    joined: bool = False  # breaks inside are only typography, as in headings
    prefix: str = ""  # the number or label that the medium prints by itself
    indent: float | None = None


def lines_of(pieces: Sequence[Piece], frame: Paragraph) -> list[tuple[Line, tuple[Linked, ...]]]:
    """Return the lines of one paragraph with their links.

    Text parted by breaks is one line each, and whole where the line before and the line itself end as sentences do.
    """
    parted, gaps = without_blanks(split_breaks(pieces, frame.joined))
    found = [(assemble(run, frame if not i else replace(frame, prefix=""))) for i, run in enumerate(parted)]
    if len(found) < 2:
        return [(replace(line, whole=True), links) for line, links in found if line.text]
    if frame.align == "right":  # several short lines at the right edge are an approval stamp
        found = [(replace(line, role=line.role or "stamp"), links) for line, links in found]
    ended = [
        line.text.endswith(CLOSED) or line.role in ("note", "notice") or i + 1 in gaps
        for i, (line, _) in enumerate(found)
    ]
    ended[-1] = True
    rows: list[tuple[Line, tuple[Linked, ...]]] = []
    for i, (line, links) in enumerate(found):
        if i in gaps:
            rows.append((Line(""), ()))
        rows.append((replace(line, whole=ended[i] and (i == 0 or ended[i - 1])), links))
    return fence(rows)


def fence(rows: list[tuple[Line, tuple[Linked, ...]]]) -> list[tuple[Line, tuple[Linked, ...]]]:
    """Return lines with an empty line at each end where wrapped lines could run into other paragraphs."""
    if not rows[0][0].whole:
        rows.insert(0, (Line(""), ()))
    if not rows[-1][0].whole:
        rows.append((Line(""), ()))
    return rows


def without_blanks(runs: Sequence[list[Piece]]) -> tuple[list[list[Piece]], frozenset[int]]:
    """Return the runs with text, and which of them stand below two breaks or more, after a blank line."""
    kept: list[list[Piece]] = []
    gaps = set()
    blank = False
    for run in runs:
        if all(piece.text.isspace() for piece in run):
            blank = True
            continue
        if blank and kept:
            gaps.add(len(kept))
        kept.append(run)
        blank = False
    return kept, frozenset(gaps)


def split_breaks(pieces: Sequence[Piece], joined: bool) -> list[list[Piece]]:
    """Return the pieces between the breaks; joined paragraphs have a space for each break."""
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.text != "\n":
            runs[-1].append(piece)
        elif joined:
            runs[-1].append(Piece(" "))
        else:
            runs.append([])
    return runs


def assemble(pieces: Sequence[Piece], frame: Paragraph) -> tuple[Line, tuple[Linked, ...]]:
    """Return one line: its text, indent, links, and the role and weight that most of its letters have."""
    run = Run()
    raw = "".join(piece.text for piece in pieces)
    if frame.prefix and raw.strip():
        run.add(Piece(f"{frame.prefix} "))
    roles: Counter[str] = Counter()
    letters = bold = 0
    for piece in pieces:
        run.add(piece)
        count = sum(map(str.isalnum, piece.text))
        letters += count
        bold += count * piece.bold
        if not piece.target or piece.role:
            roles[piece.role] += count
    text, links = run.close()
    role = frame.role or (roles.most_common(1)[0][0] if roles else "")
    indent = max(frame.indent or 0.0, indent_of(raw))
    line = Line(text, role=role, indent=indent, align=frame.align, bold=0 < letters <= bold / 0.8, size=frame.size)
    return line, links


def indent_of(raw: str) -> float:
    """Return the number of hard spaces that begin a paragraph (portals indent with them)."""
    blank = raw[: len(raw) - len(raw.lstrip())]
    return float(sum(c not in " \t\r\n\f\v" for c in blank))
