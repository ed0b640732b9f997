"""Codes of categories of posts: their normal form, and the categories that an act names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from models import Act, Category, Grammar, Position, Text
from parsers.facts.positions_titles import tidy

_DASH = re.compile(r"\s*[-–—−‑]\s*")
_SERIES = re.compile(r"(?P<series>[A-Z]\d?|[A-Z](?:-[A-Z]+)+)(?:-(?P<rank>\d+(?:-\d+)*))?")
_BLOCK = re.compile(r"[A-D](?:\d|$)")


def normal_code(printed: str, grammar: Grammar) -> str:
    """Return a code in Latin capitals without spaces (contract, section 5)."""
    letters = grammar.maps["code_letters"]
    squeezed = re.sub(r"\s+", "", _DASH.sub("-", printed)).upper()
    return "".join(letters.get(c, c) for c in squeezed)


def codes_in(text: str, grammar: Grammar) -> list[re.Match[str]]:
    """Return the codes that a text prints, in order."""
    return [m for p in grammar.patterns["position_code"] for m in p.regex.finditer(text)]


@lru_cache(maxsize=4096)
def series_and_rank(code: str) -> tuple[str | None, str | None]:
    """Return the halves of a code: `C-SV` and `2`, `A1` and `1-1`, `D` and None."""
    match = _SERIES.fullmatch(code)
    return (match["series"], match["rank"]) if match else (None, None)


def block_of(code: str) -> str | None:
    """Return the block of a register's code (`B` of `B2-3`); codes of other kinds have none."""
    return code[0] if _BLOCK.match(code) else None


def find_categories(act: Act, text: Text, grammar: Grammar, positions: Iterable[Position]) -> tuple[Category, ...]:
    """Return one row for each category that the act's posts have or that its provisions name as a category."""
    first: dict[str, Category] = {}
    printed: dict[str, dict[str, None]] = {}
    for position in positions:
        if position.category_code:
            _meet(first, printed, position.category_code, position, position.category_printed)
    for clause in act.clauses:
        for pattern in grammar.patterns["position_named"]:
            for phrase in pattern.regex.finditer(clause.text):
                for match in codes_in(phrase[0], grammar):
                    start = phrase.start() + match.start()
                    span = clause.own.locate(start, start + len(match[0]))
                    code = normal_code(match[0], grammar)
                    series, rank = series_and_rank(code)
                    found = Category(
                        eid=clause.eid,
                        span=span,
                        page=text.page_of(span.start),
                        rule=pattern.name,
                        confidence=clause.confidence,
                        category_code=code,
                        series=series,
                        rank=rank,
                        block=None,
                    )
                    _meet(first, printed, code, found, match[0])
    rows = [_row(first[code], code, tuple(printed[code])) for code in first]
    return tuple(sorted(rows, key=lambda row: row.span))


def _meet(
    first: dict[str, Category], printed: dict[str, dict[str, None]], code: str, fact: Position | Category, spelling: str
) -> None:
    if code not in first:
        series, rank = series_and_rank(code)
        block = block_of(code) if isinstance(fact, Position) else fact.block
        first[code] = Category(
            eid=fact.eid,
            span=fact.span,
            page=fact.page,
            rule=fact.rule,
            confidence=fact.confidence,
            category_code=code,
            series=series,
            rank=rank,
            block=block,
        )
    if spelling:
        printed.setdefault(code, {})[tidy(spelling)] = None
    else:
        printed.setdefault(code, {})


def _row(category: Category, code: str, spellings: tuple[str, ...]) -> Category:
    return Category(
        eid=category.eid,
        span=category.span,
        page=category.page,
        rule=category.rule,
        confidence=category.confidence,
        category_code=code,
        series=category.series,
        rank=category.rank,
        block=category.block,
        printed=spellings,
    )
