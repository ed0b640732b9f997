"""Markdown: its marks become roles, weights, links and tables; what remains is the printed text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from itertools import count, pairwise

from ingest.decode import decode
from ingest.flow import Flow
from ingest.html import parse
from ingest.layout import is_signed
from ingest.paragraph import PICTURE, Linked, Piece, Run
from ingest.stray import unmark
from ingest.text import check_lines, indent_of, page_lines, separator_of, split
from models import CELL_BREAK, Document, Limits, Line, Link, Page

# YAML front matter: the requisites that `sidecar` reads; not printed.
FRONT = re.compile(r"---[ \t]*\r?\n((?:[\w-]+ *:.*\r?\n|[ \t-].*\r?\n|\r?\n){1,200}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)")
HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*\s*")
UNDERLINE = re.compile(r" {0,3}={3,}\s*")
QUOTE = re.compile(r" {0,3}> ?")
FENCE = re.compile(r" {0,3}(```|~~~)")
RULE = re.compile(r" {0,3}(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})")
BULLET = re.compile(r"^(\s*)[*+] +(?=\S)")
WHOLE_BOLD = re.compile(r"\s*(\*\*|__)(?=[^\s*_])(?:(?!\1).)+(?<=\S)\1\s*\\?")
STARS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.{1,2000}?)(?<=[^\s*])\1(?![\w*])")
BARS = re.compile(r"(?<![\w_])(_{1,3})(?=[^\W_])([^_]+?)(?<=[^\s_])\1(?![\w_])")
CODE = re.compile(r"(?<!`)(`+)([^`]+)\1(?!`)")
LINK = re.compile(
    r"(!?)\[([^\[\]]*)\]\(\s*<?([^()\s<>]*)>?(?:\s+[\"'][^\"']*[\"'])?\s*\)|<((?:https?://|mailto:)[^<>\s]+)>"
)
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Escaped characters wait in the private use area until all marks are read.
SAFE = {0xE100 + code: code for code in range(0x21, 0x7F)}
BARRED = chr(0xE100 + ord("|"))
TABLE = re.compile(r"\s*<table[\s>]", re.IGNORECASE)
TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
# A line feed between words of a cell is a printed line there.
CELL_LINE = re.compile(r"(?<=[^>\s])[ \t]*\n[ \t]*(?=[^<\s])")
LONGEST_STAMP_LINE = 100
# A line with more marks than this is no prose (a form's blank, a row of stars); they are what it prints.
MOST_MARKS = 1000


def read(document: Document, limits: Limits = Limits()) -> tuple[Page, ...]:
    """Return a page for each form feed of a Markdown text."""
    text = decode(document.source, document.data)
    check_lines(document.source, text.count("\n"), limits)
    tables = count(1)
    pages = []
    front = FRONT.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    for number, part in enumerate(text.split("\f"), start=1):
        sheet = Sheet(document.source, tables, first=number == 1).read(split(part))
        pages.append(Page(number, tuple(sheet.lines), "text", links=tuple(sheet.links)))
        check_lines(document.source, sum(len(page.lines) for page in pages), limits)
    return tuple(pages)


class Sheet:
    """The lines and links of one page, read block by block."""

    def __init__(self, source: str, tables: Iterator[int], first: bool = True) -> None:
        self.source = source
        self.tables = tables
        self.titled = not first
        self.lines: list[Line] = []
        self.links: list[Link] = []

    def read(self, rows: Sequence[str]) -> Sheet:
        """Read all rows of a page."""
        at = 0
        while at < len(rows):
            at = self._block(rows, at)
        self._sign()
        return self

    def _sign(self) -> None:
        """Mark a bold post above a bold name as a signature."""
        bold = [i for i, line in enumerate(self.lines) if line.text]
        for above, below in pairwise(bold):
            post, name = self.lines[above], self.lines[below]
            if post.bold and name.bold and not post.role and not name.role and is_signed(post.text, name.text):
                self.lines[above], self.lines[below] = replace(post, role="signature"), replace(name, role="signature")

    def _block(self, rows: Sequence[str], at: int) -> int:
        """Read the block that begins at a row; return the row after it."""
        row = rows[at]
        heading = HEADING.fullmatch(row)
        if heading:
            self._heading(heading[2], level=len(heading[1]))
        elif FENCE.match(row):
            return self._fenced(rows, at)
        elif TABLE.match(row):
            return self._html_table(rows, at)
        elif QUOTE.match(row):
            stop = self._while(rows, at, lambda r: bool(QUOTE.match(r)))
            self._quote([QUOTE.sub("", r, count=1) for r in rows[at:stop]])
            return stop
        elif not row.strip() or RULE.fullmatch(row):
            self.lines.append(Line(""))
        elif at + 1 < len(rows) and UNDERLINE.fullmatch(rows[at + 1]):
            self._heading(row, level=1)
            return at + 2
        else:
            return self._plain(rows, at)
        return at + 1

    @staticmethod
    def _while(rows: Sequence[str], at: int, wanted: Callable[[str], bool]) -> int:
        """Return the first row from `at` on that is not wanted."""
        stop = at
        while stop < len(rows) and wanted(rows[stop]):
            stop += 1
        return stop

    def _heading(self, text: str, level: int) -> None:
        role = "heading" if self.titled or level > 1 else "title"
        self.titled = self.titled or level == 1
        self._text(text, Line("", role=role, whole=True, bold=True))

    def _text(self, row: str, line: Line) -> None:
        """Append a line with the printed text of a row."""
        text, links = inline(row)
        self.links += (Link(len(self.lines), k.start, k.stop, k.target) for k in links)
        self.lines.append(replace(line, text=text) if text else Line(""))

    def _fenced(self, rows: Sequence[str], at: int) -> int:
        mark = FENCE.match(rows[at])
        stop = at + 1
        while stop < len(rows) and mark and not rows[stop].lstrip().startswith(mark[1]):
            stop += 1
        self.lines += (replace(k, role="form") for k in page_lines(rows[at + 1 : stop], self.tables))
        return stop + 1

    def _html_table(self, rows: Sequence[str], at: int) -> int:
        stop = next((i for i in range(at, len(rows)) if TABLE_END.search(rows[i])), len(rows) - 1)
        fragment = CELL_LINE.sub("<br>", "\n".join(rows[at : stop + 1]))
        flow = Flow(tables=self.tables).walk(parse(self.source, f"<div>{fragment}</div>"))
        base = len(self.lines)
        self.links += (replace(link, line=base + link.line) for link in flow.links)
        self.lines += flow.lines
        return stop + 1

    def _quote(self, rows: Sequence[str]) -> None:
        """Append a quoted block: short lines are a stamp, long ones or a single sentence a note."""
        texts = [inline(row)[0] for row in rows]
        printed = [text for text in texts if text]
        sentence = len(printed) == 1 and printed[0].endswith(".")
        note = sentence or any(len(text) > LONGEST_STAMP_LINE for text in printed)
        for row in rows:
            self._text(row, Line("", role="note", whole=True) if note else Line("", role="stamp", align="right"))

    def _plain(self, rows: Sequence[str], at: int) -> int:
        """Append the lines up to the next empty line or mark; a single line is a whole paragraph."""
        stop = at + 1
        while stop < len(rows) and not self._special(rows[stop]):
            stop += 1
        block = rows[at:stop]
        if any(separator_of(row) for row in block):
            found = page_lines([clean(row) for row in block], self.tables)
            self.lines += (replace(line, text=line.text.replace(BARRED, "|")) for line in found)
            return stop
        for row in block:
            line = Line("", whole=len(block) == 1, indent=indent_of(row), bold=bool(WHOLE_BOLD.fullmatch(row)))
            self._text(row, line)
        return stop

    @staticmethod
    def _special(row: str) -> bool:
        """Tell whether a row is empty or begins another kind of block."""
        marks = (HEADING.fullmatch, FENCE.match, TABLE.match, QUOTE.match, RULE.fullmatch)
        return not row.strip() or any(mark(row) for mark in marks)


def clean(row: str) -> str:
    """Return a row of a table without marks; its tabs and bars stay, escaped bars wait."""
    row = ESCAPE.sub(lambda m: chr(0xE100 + ord(m[1])), row)
    return unescape(unemphasised(row)).translate({**SAFE, ord(BARRED): ord(BARRED)})


def unemphasised(text: str) -> str:
    """Return text without the marks of emphasis and code."""
    if sum(map(text.count, "`*_")) > MOST_MARKS:
        return text
    for pattern in (CODE, STARS, BARS):
        text = pattern.sub(r"\2", text)
    return text


def inline(row: str) -> tuple[str, tuple[Linked, ...]]:
    """Return the printed text of a row and its links."""
    text = row.rstrip().removesuffix("\\")
    text = ESCAPE.sub(lambda m: chr(0xE100 + ord(m[1])), text)
    text = unemphasised(BULLET.sub(r"\1- ", text, count=1))
    run, at = Run(), 0
    for match in LINK.finditer(text):
        run.add(Piece(plain(text[at : match.start()])))
        label = match[4] or match[2] or (PICTURE if match[1] else "")
        run.add(Piece(plain(label), target=match[4] or match[3] or None))
        at = match.end()
    run.add(Piece(plain(text[at:])))
    printed, links = run.close()
    return printed.translate(SAFE), links


def plain(text: str) -> str:
    """Return text without stray HTML and entities."""
    return unescape(unmark(text)).replace(CELL_BREAK, " ").replace("\t", " ")
