"""Measure the repair: displaced words of links put back, changes to sound acts, characters a second.

    python benchmarks/bench_repair.py [SHARED]

SHARED (default: `shared` beside the repository) is the folder with `acts` and `language`. Links: the paragraphs of the
portal's HTML pages, whose links are known, are set in lines, and the words of the links are moved to the line's end as
the portal's PDFs do when they are read in drawing order. Harm: every change to a sample of Kazakh acts, by fix, for
reading with one's own eyes (`--edits`).
"""

from __future__ import annotations

import lzma
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from lxml import html

from normalizers import repair_text

WIDTH = 84.0  # mean letters in a printed line
NARROW = 0.55
Mark = tuple[str, bool]  # a character, and whether a link holds it


def paragraphs(path: Path) -> Iterator[list[Mark]]:
    """Yield the characters of each paragraph of a page, blanks collapsed."""
    for element in html.fromstring(path.read_bytes()).iter("p"):
        marks: list[Mark] = []
        for text, linked in pieces(element, False):
            for char in re.sub(r"\s+", " ", text):
                if char != " " or (marks and marks[-1][0] != " "):
                    marks.append((char, linked))
        while marks and marks[-1][0] == " ":
            marks.pop()
        if len(marks) > 2:
            yield marks


def pieces(element: html.HtmlElement, linked: bool) -> Iterator[tuple[str, bool]]:
    """Yield the texts of an element in order, and whether a link holds them."""
    yield element.text or "", linked
    for child in element:
        if isinstance(child.tag, str):
            yield from pieces(child, linked or child.tag == "a")
        yield child.tail or "", linked


def lines_of(marks: list[Mark]) -> list[list[Mark]]:
    """Return a paragraph set in lines of about WIDTH letters."""
    lines: list[list[Mark]] = [[]]
    room = WIDTH - 4
    for blank, group in groupby(marks, key=lambda m: m[0] == " "):
        word = list(group)
        size = sum(NARROW if c in "ijlft.,;:()-\u0456 " else 1.0 for c, _ in word)
        if not blank and size > room and lines[-1]:
            while lines[-1] and lines[-1][-1][0] == " ":
                lines[-1].pop()
            lines.append([])
            room = WIDTH
        lines[-1] += word
        room -= size
    return lines


def displaced(line: list[Mark], last: bool) -> str:
    """Return a line as it reads in drawing order: the text without the links, then the links."""
    runs = [(linked, "".join(c for c, _ in group)) for linked, group in groupby(line, key=lambda m: m[1])]
    links = [text.strip() for linked, text in runs if linked]
    if not links or (len(links) == 1 and runs[-1][0]):
        return "".join(c for c, _ in line)
    rest = "".join(text for linked, text in runs if not linked)
    return rest + ("" if last or runs[-1][0] else " ") + " ".join(links)


def links(shared: Path, language: str) -> str:
    """Return how many of the lines that lost words were restored, changed wrongly, or left."""
    count: Counter[str] = Counter()
    for path in sorted((shared / "acts").glob(f"*_{language}_adilet_*.html")):
        clean: list[str] = []
        damaged: list[str] = []
        for marks in paragraphs(path):
            lines = lines_of(marks)
            for n, line in enumerate(lines):
                indent = "" if n else "      "
                clean.append(indent + "".join(c for c, _ in line))
                damaged.append(indent + displaced(line, n == len(lines) - 1).rstrip())
        wanted, found = (repair_text("\n".join(rows)).string.split("\n") for rows in (clean, damaged))
        for was, right, got, raw in zip(damaged, wanted, found, clean, strict=True):
            hurt = " ".join(was.split()) != " ".join(raw.split())
            if got.split() == right.split():
                count["restored" if hurt else "sound"] += 1
            else:
                count["left" if hurt and got.split() == was.split() else "wrong"] += 1
    total = count["restored"] + count["left"] + count["wrong"]
    return f"{language}: {count['restored']} of {total} lines restored, {count['wrong']} wrong, {count['left']} left"


def harm(shared: Path, show: bool) -> str:
    """Return the number of changes to every 27th Kazakh act, by fix, and the speed."""
    acts = lzma.decompress((shared / "language" / "kk_acts.txt.xz").read_bytes()).decode().split("\f")[::27]
    begun = time.process_time()
    texts = [repair_text(act) for act in acts]
    speed = sum(map(len, acts)) / (time.process_time() - begun)
    methods = Counter(edit.method for text in texts for edit in text.edits)
    if show:
        for text in texts:
            for edit in text.edits:
                around = text.raw[max(edit.raw.start - 30, 0) : edit.raw.stop + 30]
                sys.stdout.write(f"{edit.method}\t{edit.before!r}\t{edit.after!r}\t{around!r}\n")
    sound = [text.string for text in texts]
    begun = time.process_time()
    for string in sound:
        repair_text(string)
    again = sum(map(len, sound)) / (time.process_time() - begun)
    return f"{sum(map(len, acts)):,} characters, {speed:,.0f} a second ({again:,.0f} once sound); {dict(methods)}"


def main() -> None:
    """Print the measures."""
    named = [Path(a) for a in sys.argv[1:] if not a.startswith("--")]
    shared = named[0] if named else Path(__file__).parents[2] / "shared"
    for language in ("kk", "ru"):
        sys.stdout.write(links(shared, language) + "\n")
    sys.stdout.write(harm(shared, "--edits" in sys.argv) + "\n")


if __name__ == "__main__":
    main()
