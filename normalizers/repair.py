"""Repair the text of a document: one visible, ordered list of fixes, each of which records what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from models import Grammar, Line, Page, Text
from normalizers.blocks import assemble
from normalizers.context import Context
from normalizers.draft import Change, Draft
from normalizers.fixes_characters import (
    compose_letters,
    remove_invisible,
    turn_look_alikes,
    unify_commas,
    write_in_own_script,
)
from normalizers.fixes_links import return_links
from normalizers.fixes_spacing import close_gaps, close_spaced_letters, rejoin_marks
from normalizers.fixes_words import join_cut_words, join_hyphenated, split_glued, undouble_letters
from normalizers.language import choose_language, languages
from normalizers.sheet import Sheet, lay_out, text_lines, text_pages

Fix = Callable[[Context], Iterator[Change]]

# The order is part of the meaning: each fix may rely on what those above it have put right.
FIXES: tuple[Fix, ...] = (
    remove_invisible,
    compose_letters,
    unify_commas,
    turn_look_alikes,
    write_in_own_script,
    return_links,
    close_spaced_letters,
    rejoin_marks,
    join_hyphenated,
    close_gaps,
    split_glued,
    join_cut_words,
    undouble_letters,
)

# Fixes are run until none finds anything, so that the result is a fixed point; real texts need two or three rounds.
_ROUNDS = 8


def repair(pages: Sequence[Page], grammars: Mapping[str, Grammar], language: str | None = None) -> Text:
    """Return the repaired text of `pages`.

    `grammars` are the known languages by code; `language` (`kk`, `ru`, `uz`) is what the operator told of it.
    """
    sheet = lay_out(pages)
    told = language or _read_as(pages)
    code = choose_language(sheet.raw, tuple(grammars) or tuple(languages()), told)
    draft = _repaired(sheet, code, tuple(grammars) or tuple(languages()), told)
    return _text(sheet, draft, code, grammars.get(code))


def repair_text(string: str, grammars: Mapping[str, Grammar] | None = None, language: str | None = None) -> Text:
    """Return the repaired text of a string, line by line; `grammars` help to find the paragraphs."""
    page = Page(1, tuple(Line(row) for row in string.split("\n")), "text")
    return repair((page,), grammars or {}, language)


def _repaired(sheet: Sheet, code: str, codes: Sequence[str], told: str | None) -> Draft:
    draft = Draft(sheet.raw)
    rows = tuple(line for line, _ in sheet.rows)
    for _ in range(_ROUNDS):
        context, changed = Context(draft.string, rows, languages()[code]), False
        for fix in FIXES:
            if draft.apply(fix(context), fix.__name__):
                context, changed = Context(draft.string, rows, languages()[code]), True
        if not changed:
            break
    return draft


def _read_as(pages: Sequence[Page]) -> str | None:
    """Return the language that the reader chose for all pages, if it chose one."""
    found = {page.language for page in pages}
    return found.pop() if len(found) == 1 else None


def _text(sheet: Sheet, draft: Draft, code: str, grammar: Grammar | None) -> Text:
    lines = text_lines(sheet, draft.string, [line.role for line, _ in sheet.rows])
    return Text(
        draft.string,
        draft.raw,
        lines,
        assemble(lines, draft.string, grammar),
        text_pages(sheet, lines, [1.0] * len(sheet.pages)),
        draft.edits(),
        grammar=code,
    )
