"""Positions in tables with columns (number, title, category, education ...) and in tables of criteria."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import Grammar, Span, Text
from parsers.facts.categories import codes_in, normal_code
from parsers.facts.positions_specialities import split_names
from parsers.facts.positions_titles import Titles, items_of, tidy
from parsers.tables import NUMBER, Row, join, orphan_bracket, words_of

_SINGLE = re.compile(r"[A-G]")
_MERGED = ("specialities", "experience", "owner", "category")
_BESIDE = 25  # characters beside the code of a cell of codes
_NAME = 120  # characters of the longest name of a column
_HEADERS = 4  # rows at the top of a table that may hold the printed names of its columns


@dataclass(frozen=True, slots=True)
class Found:
    """A position without its clause."""

    title: str
    span: Span
    rule: str
    confidence: float
    row_num: str | None = None
    organisations: tuple[str, ...] = ()
    code: str | None = None
    printed: str = ""
    inferred: bool = False
    block: str | None = None
    education: str | None = None
    specialities: tuple[str, ...] = ()
    experience: str | None = None
    experience_ref: str | None = None


def role_of(word: str, grammar: Grammar) -> str | None:
    """Return what a column is for, by its printed name."""
    phrase = tidy(word)
    if not phrase:
        return None
    return next((p.sets["role"] for p in grammar.patterns["position_column"] if p.regex.search(phrase)), None)


def roles_of(text: Text, row: Row, grammar: Grammar) -> dict[str, int]:
    """Return the column of each role that the cells of a row name."""
    roles: dict[str, int] = {}
    for column, cell in enumerate(row.cells):
        if sum(piece.stop - piece.start for piece in cell) > _NAME:
            continue
        names = [words_of(text.string, part) for part in (cell, cell[-1:])]  # the last line names the column itself
        role = next((role for name in names if (role := role_of(name, grammar))), None)
        if role:
            roles.setdefault(role, column)
    return roles


def header_of(text: Text, rows: Sequence[Row], grammar: Grammar) -> tuple[dict[str, int], int]:
    """Return the column of each role and the last row that prints them; empty and -1 where none does.

    Columns may be grouped under one name; their own names are then in the next row.
    """
    for index, row in enumerate(rows[:_HEADERS]):
        roles = roles_of(text, row, grammar)
        if len(roles) > 1:
            below = roles_of(text, rows[index + 1], grammar) if index + 1 < len(rows) else {}
            new = {role: column for role, column in below.items() if role not in roles}
            return {**roles, **new}, index + bool(new)
    return {}, -1


def find_in_columns(text: Text, rows: Sequence[Row], grammar: Grammar) -> list[Found]:
    """Return the positions of a table whose rows are posts; nothing where it is another kind of table."""
    roles, header = header_of(text, rows, grammar)
    body = rows[header + 1 :]
    if "category" not in roles:
        guessed = _guess(text, body, grammar, roles)
        roles = {**guessed, **roles} if guessed else roles
    needed = {"category", "education", "experience", "specialities"} & set(roles)
    if "title" not in roles or not needed or "step" in roles:
        return []
    found = _Reader(text, grammar, roles).read(body)
    titles = Titles(grammar)
    posts = sum(titles.is_title(post.title) for post in found)
    return found if posts * 2 >= len(found) else []


def _guess(text: Text, rows: Sequence[Row], grammar: Grammar, printed: Mapping[str, int]) -> dict[str, int]:
    """Return the roles of columns by what stands in them: codes, references to experience, the longest lists."""
    if not any(codes_in(text.string[row.span.start : row.span.stop], grammar) for row in rows):
        return {}
    counts: dict[int, int] = {}
    width: dict[int, int] = {}
    experience: dict[int, int] = {}
    for row in rows:
        for column, cell in enumerate(row.cells if not row.heading else ()):
            words = words_of(text.string, cell)
            counts[column] = counts.get(column, 0) + (1 if _is_code(words, grammar) else -1 if words else 0)
            width[column] = width.get(column, 0) + len(words)
            known = any(p.regex.search(words) for p in grammar.patterns["position_experience"])
            named = role_of(" ".join(words.split()[:2]), grammar) == "experience"
            experience[column] = experience.get(column, 0) + (known or named)
    best = max(counts, key=lambda c: counts[c], default=-1)
    if best < 1 or counts[best] <= 0:
        return {}
    roles = {"category": best, "title": best - 1}
    if best > 1:
        roles["number"] = 0
    right = [c for c in width if c > best and c not in printed.values()]
    lasting = [c for c in right if experience[c]]
    if lasting:
        roles["experience"] = max(lasting, key=lambda c: experience[c])
        right.remove(roles["experience"])
    if right:
        roles["education"] = right[0]
    if len(right) > 1:
        roles["specialities"] = max(right[1:], key=lambda c: width[c])
    return roles


def _is_code(words: str, grammar: Grammar) -> bool:
    """Say whether a cell holds a code and little else: a word beside it, in brackets or not."""
    match = next(iter(codes_in(words[:40], grammar)), None)
    rest = words[match.end() :] if match else ""
    return match is not None and match.start() == 0 and len(rest) <= _BESIDE and not re.search(r"\d", rest)


class _Reader:
    """Reads rows into positions, carrying merged cells down."""

    def __init__(self, text: Text, grammar: Grammar, roles: Mapping[str, int]) -> None:
        self.text = text
        self.grammar = grammar
        self.roles = roles
        self.titles = Titles(grammar)
        self.above: dict[str, str] = {}
        self.spanning: dict[int, tuple[Span, ...]] = {}

    def read(self, rows: Sequence[Row]) -> list[Found]:
        found: list[Found] = []
        for row in rows:
            if row.heading:
                self.above = {}
                continue
            if not self._numbers_only(row):
                found += self.row(row)
        return found

    def _numbers_only(self, row: Row) -> bool:
        words = [words_of(self.text.string, cell) for cell in row.cells if cell]
        return all(word.strip(".").isdigit() for word in words)

    def cell(self, row: Row, role: str) -> tuple[Span, ...]:
        """Return the pieces of a cell, or those of the cell above where the medium says that it spans this row."""
        column = self.roles.get(role, -1)
        pieces = row.cells[column] if 0 <= column < len(row.cells) else ()
        if not pieces and row.spanned and column in row.spanned:
            return self.spanning.get(column, ())
        self.spanning[column] = pieces
        return pieces

    def words(self, row: Row, role: str) -> str:
        """Return a cell's words without a bracket that drifted in from its neighbour."""
        pieces = self.cell(row, role)
        orphan = orphan_bracket(self.text.string, pieces, "(", ")")
        passage = words_of(self.text.string, pieces)
        if orphan is None:
            return passage
        kept = [
            part
            for p in pieces
            for part in (Span(p.start, min(p.stop, orphan)), Span(max(p.start, orphan + 1), p.stop))
            if part.stop > part.start
        ]
        return words_of(self.text.string, kept).replace("( ", "(")

    def merged(self, row: Row, role: str) -> str:
        """Return a cell's words, or those of the cell above that spans this row too."""
        words = self.words(row, role)
        column = self.roles.get(role, -1)
        if words or (row.spanned is not None and column not in row.spanned):
            self.above[role] = words
        return words or self.above.get(role, "")

    def row(self, row: Row) -> list[Found]:
        carried = {role: self.merged(row, role) for role in _MERGED}
        items = items_of(self.text.string, self.cell(row, "title"), self.titles)
        codes = self.codes(carried["category"])
        if not items or ("category" in self.roles and not codes):
            return []
        education = tidy(self.words(row, "education")) or None
        secondary = education and any(p.regex.search(education) for p in self.grammar.patterns["position_secondary"])
        own = self.words(row, "specialities")
        listed = own if secondary else carried["specialities"]
        number = self.merged(row, "number").strip(" .")
        experience = tidy(carried["experience"]) or None
        specialities = split_names(listed, self.grammar)
        return [
            Found(
                title=named.title,
                span=row.span,
                rule="table with columns",
                confidence=0.97 if len(row.lines) == 1 else 0.9,
                row_num=number if NUMBER.fullmatch(number) else None,
                organisations=named.organisations or self.owner(carried["owner"]),
                code=code,
                printed=codes[code] if code else "",
                education=education,
                specialities=specialities,
                experience=experience,
                experience_ref=reference(experience, self.grammar),
            )
            for item in items
            for named in self.titles.named(item.text)
            for code in (*codes,) or (None,)
        ]

    def codes(self, words: str) -> dict[str, str]:
        """Return the codes of a cell in their normal form, each with its printed form."""
        found = {normal_code(m[0], self.grammar): m[0] for m in codes_in(words, self.grammar)}
        lone = words.strip(" .")
        single = normal_code(lone, self.grammar)
        return found or ({single: lone} if _SINGLE.fullmatch(single) else {})

    def owner(self, words: str) -> tuple[str, ...]:
        return (tidy(words),) if words else ()


def reference(experience: str | None, grammar: Grammar) -> str | None:
    """Return the order and paragraph that a requirement of experience refers to, as `67:12`."""
    for pattern in grammar.patterns["position_experience"]:
        match = pattern.regex.search(experience or "")
        if match:
            groups = [(k, v) for k, v in match.groupdict().items() if v]
            act = next(v for k, v in groups if k.startswith("act"))
            return f"{act}:{next(v for k, v in groups if k.startswith('paragraph'))}"
    return None


def find_by_criteria(text: Text, rows: Sequence[Row], before: Span, grammar: Grammar) -> list[Found]:
    """Return the position of each table of criteria: its heading names post and category, its rows the requirements.

    `before` is the text above the first table, which may hold its heading.
    """
    found: list[Found] = []
    heading = _heading_above(text, before, grammar)
    for row in rows:
        words = [words_of(text.string, cell) for cell in row.cells]
        if row.heading:
            heading = _heading(text, row.cells[0], grammar) or heading
        elif len(words) > 1 and {role_of(words[0], grammar), role_of(words[1], grammar)} == {
            "criterion",
            "requirement",
        }:
            if heading:
                found.append(heading)
            heading = None
        elif found and len(words) > 1 and heading is None:
            found[-1] = _with_requirement(found[-1], role_of(words[0], grammar), words[1], row.span, grammar)
    return found


def _with_requirement(post: Found, role: str | None, words: str, span: Span, grammar: Grammar) -> Found:
    span = Span(min(post.span.start, span.start), max(post.span.stop, span.stop))
    values = {name: getattr(post, name) for name in Found.__dataclass_fields__}
    if role == "education" and not post.education:
        values |= {"education": tidy(words), "span": span}
    if role == "experience" and not post.experience:
        values |= {"experience": tidy(words), "experience_ref": reference(words, grammar), "span": span}
    return Found(**values)


def _heading_above(text: Text, before: Span, grammar: Grammar) -> Found | None:
    """Return the post that the paragraph nearest above a table names, else one that several lines name together."""
    for block in reversed(text.blocks):
        span = Span(text.lines[block.first].span.start, text.lines[block.last].span.stop)
        if before.start <= span.start and span.stop <= before.stop and (found := _heading(text, (span,), grammar)):
            return found
        if span.stop <= before.start:
            break
    return _heading(text, (before,), grammar)


def _heading(text: Text, pieces: Sequence[Span], grammar: Grammar) -> Found | None:
    """Return the post that a heading names with its number and category; the last one where there are several."""
    passage = join(text.string, pieces)
    for pattern in grammar.patterns["position_heading"]:
        last: Found | None = None
        for match in pattern.regex.finditer(passage.text):
            printed = match["code"] or match["code_first"]
            code = normal_code(printed, grammar)
            number = match["number"] or None
            span = passage.locate(match.start("number" if number else "title"), match.end())
            last = Found(tidy(match["title"]), span, pattern.name, 0.9, row_num=number, code=code, printed=printed)
        if last is not None:
            return last
    return None
