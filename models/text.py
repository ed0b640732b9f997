"""The repaired text of a document, with every change recorded and every character traceable to its page."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from models.page import LineReading


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start:stop` of some string."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Segment:
    """`length` characters at `start` of a derived string that stand at `source` of the string it was derived from."""

    start: int
    source: int
    length: int


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of text: `raw` in the text as read, `span` in the repaired text.

    A word moved within its line is two edits of the same `method`: one removes it, one inserts it. `method` is
    the name
    of the fix (a function in `normalizers`). `confidence` is 0..1.
    """

    raw: Span
    span: Span
    before: str
    after: str
    method: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a stretch of the raw text is: `kind` is `healthy`, `mixed-script`, `soup`, `encoding`, `layout` or `empty`.

    `language` is the language that the text really is in, `channel` the OCR model or code page that damaged it,
    `health` the share of words (0..1) that read as words of the language.
    """

    span: Span
    kind: str
    language: str | None = None
    channel: str | None = None
    health: float = 1.0
    page: int = 1


@dataclass(frozen=True, slots=True)
class TextCell:
    """A table cell of a `TextLine`: `span` in the repaired text (absolute)."""

    span: Span
    column: int
    row_span: int = 1
    column_span: int = 1
    header: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of the repaired text: `span` excludes the line break. The other fields are as in `models.page.Line`.

    `reach` is how far the line goes to the right, in mean letters from the left edge of the page's text; None where the
    medium has no boxes.
    """

    span: Span
    page: int
    role: str = ""
    whole: bool = False
    indent: float = 0.0
    align: str = ""
    bold: bool = False
    size: float | None = None
    table: int | None = None
    cells: tuple[TextCell, ...] = ()
    confidence: float = 1.0
    reach: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or table row: lines `first` to `last` (inclusive, indices into `Text.lines`).

    `gap` is the number of empty lines before it. `role`, `table` and so on are those of its first line.
    """

    first: int
    last: int
    role: str = ""
    table: int | None = None
    gap: int = 0


@dataclass(frozen=True, slots=True)
class TextPage:
    """The part of the repaired text that stands on one page of the file, and how well it was read."""

    number: int
    span: Span
    origin: str
    language: str | None = None
    health: float = 1.0
    confidence: float = 1.0
    dpi: float | None = None
    skew: float | None = None
    seconds: float | None = None
    readings: tuple[LineReading, ...] = ()
    lacking: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """The repaired text of one document.

    `string` keeps the line breaks of the file; `lines`, `blocks` and `pages` cover it in order. `raw` is the text as
    read, and replaying `edits` (ordered by `raw`) on it gives `string`. `grammar` is the code of the grammar
    (`kk`, `ru`, `uz-Cyrl`, `uz-Latn`) that fits the text. `doubts` are stretches of `string` whose reading is
    below 1.0.
    """

    string: str
    raw: str
    lines: tuple[TextLine, ...]
    blocks: tuple[Block, ...]
    pages: tuple[TextPage, ...]
    edits: tuple[Edit, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    doubts: tuple[tuple[Span, float], ...] = ()
    grammar: str = ""
    health: float = 1.0

    def line(self, index: int) -> str:
        """Return the characters of one line."""
        span = self.lines[index].span
        return self.string[span.start : span.stop]

    def page_of(self, offset: int) -> int:
        """Return the number of the page on which the character at `offset` stands."""
        starts = [page.span.start for page in self.pages]
        at = bisect_right(starts, offset) - 1
        return self.pages[max(at, 0)].number if self.pages else 1
