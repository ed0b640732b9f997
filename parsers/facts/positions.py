"""Find the positions of an act: in tables with columns, tables of criteria, registers, and lists in running text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import pairwise

from models import Act, Clause, Grammar, Issue, Position, Span, Text
from parsers.facts.positions_table import Found, find_by_criteria, find_in_columns, roles_of
from parsers.facts.positions_titles import Named, Titles, parts, tidy
from parsers.facts.registers import find_in_register
from parsers.facts.registers_linear import find_in_lines, register_starts
from parsers.tables import NUMBER, is_row, rows

_QUOTE = re.compile(r"[\"'«»“”„‟″]?\s*[.;,]*\s*[;.]?")
_PLAIN_RUN = 8  # plain lines after which rows belong to another table
_LONG = 160  # characters of a plain line that is no cell and no heading
_ABOVE = 4  # lines above a table that may hold its heading
_FILLED = 2  # a row of posts has more filled cells than these
_APART = frozenset({"signature", "stamp", "requisites", "status", "toc", "furniture"})
_LEAVES = frozenset({"alinea", "paragraph", "subparagraph"})


def find_positions(act: Act, text: Text, grammar: Grammar) -> tuple[tuple[Position, ...], tuple[Issue, ...]]:
    """Return the positions of an act in document order, and the tables whose posts could not be read."""
    places = _Places(act)
    found: list[tuple[Found, str | None]] = []
    regions = list(_regions(text))
    issues: list[Issue] = []
    for first, last in regions:
        posts = _in_table(text, first, last, grammar)
        found += [(post, None) for post in posts]
        issues += [] if posts else _unread(text, first, last, grammar, places)
    for first, last in _linear_regions(text, grammar, places, regions):
        found += [(post, None) for post in find_in_lines(text, first, last, grammar)]
    found += _in_lists(act, grammar)
    reading = _Reading(text)
    positions = [_position(post, eid or places.eid(post.span), text, reading) for post, eid in found]
    return tuple(_respelled(sorted(positions, key=lambda p: (p.span.start, p.span.stop)))), tuple(issues)


def holds_posts(text: Text, lines: Sequence[int], grammar: Grammar) -> bool:
    """Say whether a table (indices of its lines) is one of posts, whose text the contract leaves to the positions."""
    if not lines:
        return False
    first, last = min(lines), max(lines)
    if any(is_row(text, index) for index in lines):
        return bool(_in_table(text, first, last, grammar))
    return any(first <= start <= last + 1 for start in register_starts(text, grammar))


def _in_table(text: Text, first: int, last: int, grammar: Grammar) -> list[Found]:
    """Return the positions of one run of rows, whichever kind of table it is."""
    logical = rows(text, range(first, last + 1))
    if any("criterion" in roles_of(text, row, grammar) for row in logical):
        above = text.lines[max(first - _ABOVE, 0)].span.start
        return find_by_criteria(text, logical, Span(above, text.lines[first].span.start), grammar)
    headers = [n for n, row in enumerate(logical) if len(roles_of(text, row, grammar)) > 1]
    bounds = [0, *(n for n in headers if n and n - 1 not in headers), len(logical)]
    return [
        post
        for start, stop in pairwise(bounds)
        for post in find_in_register(text, logical[start:stop], grammar)
        or find_in_columns(text, logical[start:stop], grammar)
    ]


def _unread(text: Text, first: int, last: int, grammar: Grammar, places: _Places) -> list[Issue]:
    """Return an issue where the columns are those of posts in categories, their rows are filled and none was read."""
    logical = rows(text, range(first, last + 1))
    for number, row in enumerate(logical):
        roles = roles_of(text, row, grammar)
        if "title" not in roles or not {"category", "link"} & set(roles):
            continue
        below = [r for r in logical[number + 1 :] if sum(bool(cell) for cell in r.cells) > _FILLED]
        if below:
            span = Span(row.span.start, below[-1].span.stop)
            note = f"a table of posts, none of its {len(below)} rows could be read"
            return [Issue("unread-positions", note, span, text.page_of(span.start), places.eid(span))]
    return []


def _regions(text: Text) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each table, with the plain lines that fell out of it."""
    first = last = -1
    plain = 0
    ragged = False
    table: int | None = None
    for index, line in enumerate(text.lines):
        string = text.line(index).strip()
        if not string:
            continue
        row = is_row(text, index) and line.role not in _APART
        other = row and not ragged and line.table != table
        ended = not row and (
            line.role in _APART or bool(_QUOTE.fullmatch(string)) or len(string) > _LONG or plain >= _PLAIN_RUN
        )
        if first >= 0 and (other or (ended and not (ragged and len(string) <= _LONG))):
            yield first, last
            first = last = -1
        if row:
            first, last = (index if first < 0 else first), index
            plain, ragged, table = 0, False, line.table
        elif first >= 0:
            plain += 1
            ragged = ragged or bool(NUMBER.fullmatch(string))
    if first >= 0:
        yield first, last


def _linear_regions(
    text: Text, grammar: Grammar, places: _Places, tables: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the lines of each register in running lines, up to the end of its clause, a table or another register."""
    inside = {index for first, last in tables for index in range(first, last + 1)}
    starts = [i for i in register_starts(text, grammar) if i not in inside and i < len(text.lines)]
    for number, first in enumerate(starts):
        last = (starts[number + 1] if number + 1 < len(starts) else len(text.lines)) - 1
        last = min([last, *(table - 1 for table, _ in tables if table > first)])
        clause = places.clause(text.lines[first].span.start)
        if clause and clause.kind in {"table", "attachment", "quoted"}:
            stop = clause.span.stop
            last = max((i for i in range(first, last + 1) if text.lines[i].span.start < stop), default=last)
        yield first, last


def _in_lists(act: Act, grammar: Grammar) -> list[tuple[Found, str | None]]:
    """Return the posts of attachments that are lists of posts in running text."""
    titles = Titles(grammar)
    found: list[tuple[Found, str | None]] = []
    lists = [c for c in act.clauses if c.kind == "attachment" and c.heading and _names_posts(c, grammar)]
    for attachment in lists:
        inside = [c for c in act.clauses if c.eid.startswith(attachment.eid + "__") and c.kind in _LEAVES]
        for clause in inside:
            parents = {c.parent_eid for c in inside}
            if clause.eid in parents or clause.rows or "att_" in clause.eid[len(attachment.eid) + 2 :]:
                continue
            found += [(post, clause.eid) for post in _in_sentence(clause, titles)]
    return found


def _names_posts(clause: Clause, grammar: Grammar) -> bool:
    heading = clause.heading.text if clause.heading else ""
    return any(p.regex.search(heading) for p in grammar.patterns["position_list"])


def _in_sentence(clause: Clause, titles: Titles) -> Iterator[Found]:
    """Yield the posts that a sentence of a list names: the organisation apart from the title where both are there."""
    number = (clause.num or "").strip(" .)")
    for start, stop in titles.items(clause.text):
        for named in _named_in_sentence(clause.text, start, stop, titles):
            yield Found(
                title=named.title,
                span=clause.own.locate(named.start, named.stop),
                rule="list of posts in running text",
                confidence=0.85,
                row_num=number if NUMBER.fullmatch(number) else None,
                organisations=named.organisations,
            )


def _named_in_sentence(text: str, start: int, stop: int, titles: Titles) -> list[Named]:
    """Return the posts of one item: a list where each part is a post, else one post with its organisation."""
    phrase = tidy(text[start:stop])
    colon = text.find(":", start, stop)
    if 0 <= colon < stop - 1 and titles.group(text[start:colon]) is not None:
        return titles.named(text, start, stop)
    segments = parts(text, ",", start, stop)
    if len(segments) > 1 and all(titles.is_title(text[a:b]) for a, b in segments):
        return [Named(tidy(text[a:b]), (), a, b) for a, b in segments]
    split = titles.found("position_owner_split", phrase)
    title = tidy(split["title"]) if split else phrase
    if ":" in phrase or not titles.is_title(title):
        return []
    return [Named(title, (tidy(split["organisation"]),) if split else (), start, stop)]


class _Places:
    """Finds the innermost clause at a place of the text: the shortest of those whose characters hold it."""

    def __init__(self, act: Act) -> None:
        spans = sorted(
            (c.span.start, c.span.stop, order) for order, c in enumerate(act.clauses) if c.span.stop > c.span.start
        )
        self.starts: list[int] = []  # where another clause becomes the innermost one
        self.inner: list[Clause | None] = []
        self.opened = [start for start, _, _ in spans]
        self.clauses = [act.clauses[order] for _, _, order in spans]
        open_now: list[tuple[int, int, int]] = []  # length, end and order of what may hold the place, shortest first
        following = 0
        for at in sorted({edge for start, stop, _ in spans for edge in (start, stop)}):
            while following < len(spans) and spans[following][0] == at:
                start, stop, order = spans[following]
                heappush(open_now, (stop - start, stop, order))
                following += 1
            while open_now and open_now[0][1] <= at:
                heappop(open_now)
            self.starts.append(at)
            self.inner.append(act.clauses[open_now[0][2]] if open_now else None)

    def clause(self, at: int) -> Clause | None:
        """Return the innermost clause at a character."""
        number = bisect_right(self.starts, at) - 1
        return self.inner[number] if number >= 0 else None

    def eid(self, span: Span) -> str:
        """Return the eid of the innermost clause at a span; of the clause before it where none holds it."""
        clause = self.clause(span.start) or self.clause(span.stop - 1)
        if clause:
            return clause.eid
        before = bisect_right(self.opened, span.start)
        return self.clauses[before - 1].eid if before else ""


class _Reading:
    """Says how surely characters were read: the lines' confidence, lowered by the doubts in them."""

    def __init__(self, text: Text) -> None:
        self.lines = text.lines
        self.starts = [line.span.start for line in text.lines]
        self.doubts = sorted(text.doubts)
        self.reach = max((span.stop - span.start for span, _ in self.doubts), default=0)

    def of(self, span: Span) -> float:
        """Return 0..1 for the characters of a span."""
        low = max(bisect_right(self.starts, span.start) - 1, 0)
        lines = self.lines[low : max(bisect_left(self.starts, span.stop), low + 1)]
        first = bisect_left(self.doubts, (Span(max(span.start - self.reach, 0), 0), 0.0))
        last = bisect_left(self.doubts, (Span(span.stop, 0), 0.0))
        doubt = sum(
            (1 - sure) * max(min(where.stop, span.stop) - max(where.start, span.start), 0)
            for where, sure in self.doubts[first:last]
        )
        return max(min((line.confidence for line in lines), default=1.0) - doubt / max(span.stop - span.start, 1), 0.0)


def _position(post: Found, eid: str, text: Text, reading: _Reading) -> Position:
    return Position(
        eid=eid,
        span=post.span,
        page=text.page_of(post.span.start),
        rule=post.rule,
        confidence=round(post.confidence * reading.of(post.span), 4),
        title=post.title,
        row_num=post.row_num,
        organisations=post.organisations,
        category_code=post.code,
        category_printed=tidy(post.printed),
        category_inferred=post.inferred,
        block=post.block,
        education=post.education,
        specialities=post.specialities,
        experience=post.experience,
        experience_ref=post.experience_ref,
    )


def _respelled(posts: Sequence[Position]) -> Iterator[Position]:
    """Yield the positions, a title broken by spaces spelled as the same title is elsewhere in the act."""
    spellings: dict[str, str] = {}
    for post in posts:
        key = re.sub(r"\s+", "", post.title).casefold()
        known = spellings.get(key)
        if known is None or post.title.count(" ") < known.count(" "):
            spellings[key] = post.title
    for post in posts:
        known = spellings[re.sub(r"\s+", "", post.title).casefold()]
        broken = known.count(" ") < post.title.count(" ")
        yield _with_title(post, known) if broken else post


def _with_title(post: Position, title: str) -> Position:
    return replace(post, title=title)
