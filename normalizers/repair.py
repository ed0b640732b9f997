"""Repair the text of a document: one visible, ordered list of fixes, each of which records what it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from models import Edit, Grammar, Line, Page, Span, Text
from normalizers.blocks import assemble
from normalizers.context import Context
from normalizers.draft import Change, Draft, Places
from normalizers.fixes_characters import (
    compose_letters,
    remove_invisible,
    turn_look_alikes,
    unify_commas,
    write_in_own_script,
)
from normalizers.fixes_encoding import restore_encoding, restore_kazakh_font
from normalizers.fixes_links import return_links
from normalizers.fixes_soup import read_soup
from normalizers.fixes_spacing import close_gaps, close_spaced_letters, rejoin_marks, take_out_emphasis
from normalizers.fixes_words import join_cut_words, join_hyphenated, split_glued, undouble_letters
from normalizers.language import languages
from normalizers.sheet import Sheet, lay_out, roles, text_lines, text_pages
from normalizers.verdict import document_health, judge, page_health, speaks_another

Fix = Callable[[Context], Iterator[Change]]

# The order is part of the meaning: each fix may rely on what those above it have put right.
FIXES: tuple[Fix, ...] = (
    restore_encoding,
    remove_invisible,
    take_out_emphasis,
    compose_letters,
    restore_kazakh_font,
    read_soup,
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

# Readings less sure than this are listed as doubts.
_SURE = 0.95

# Fixes are run until none finds anything, so that the result is a fixed point; real texts need two or three rounds.
_ROUNDS = 8


def repair(pages: Sequence[Page], grammars: Mapping[str, Grammar], language: str | None = None) -> Text:
    """Return the repaired text of `pages`.

    `grammars` are the known languages by code; `language` (`kk`, `ru`, `uz`) is what the operator told of it.
    """
    sheet = lay_out(pages)
    codes = tuple(code for code in languages() if code in grammars) or tuple(languages())
    draft, before, code = _repaired(sheet, codes, language or _read_as(pages))
    return _text(sheet, draft, before, code, grammars.get(code))


def repair_text(string: str, grammars: Mapping[str, Grammar] | None = None, language: str | None = None) -> Text:
    """Return the repaired text of a string, line by line; `grammars` help to find the paragraphs."""
    page = Page(1, tuple(Line(row) for row in string.split("\n")), "text")
    return repair((page,), grammars or {}, language)


def _repaired(sheet: Sheet, codes: Sequence[str], told: str | None) -> tuple[Draft, Context, str]:
    """Return the text after all fixes, what was known of it before, and the code of its language."""
    draft = Draft(sheet.raw)
    rows = tuple(line for line, _ in sheet.rows)
    lacking = any(page.lacking for page in sheet.pages)
    before = Context(draft.string, rows, codes, told, lacking)
    if told and speaks_another(before):
        told = None
        before = Context(draft.string, rows, codes, told, lacking)
    context = before
    for _ in range(_ROUNDS):
        begun = draft.string
        for fix in FIXES:
            if draft.apply(fix(context), fix.__name__):
                context = Context(draft.string, rows, codes, told, lacking)
        if draft.string == begun:
            break
    return draft, before, context.language.code


def _read_as(pages: Sequence[Page]) -> str | None:
    """Return the language that the reader chose for all pages, if it chose one."""
    found = {page.language for page in pages}
    return found.pop() if len(found) == 1 else None


def _text(sheet: Sheet, draft: Draft, before: Context, code: str, grammar: Grammar | None) -> Text:
    edits = draft.edits()
    lines = text_lines(sheet, draft.string, roles(sheet, draft.string))
    shares = page_health(sheet, before, code)
    return Text(
        draft.string,
        draft.raw,
        lines,
        assemble(lines, draft.string, grammar),
        text_pages(sheet, lines, shares),
        edits,
        judge(sheet, edits, before, code),
        _doubts(draft, edits),
        code,
        document_health(sheet, shares),
    )


def _doubts(draft: Draft, edits: Sequence[Edit]) -> tuple[tuple[Span, float], ...]:
    """Return the stretches of the repaired text whose reading is not sure, changed or left, in order."""
    places = Places(edits)
    doubts = [(edit.span, edit.confidence) for edit in edits if edit.confidence < _SURE and edit.after]
    for raw, confidence in draft.unsure:
        span = Span(places.repaired(raw.start), places.repaired(raw.stop))
        if span.stop > span.start:
            doubts.append((span, confidence))
    return tuple(sorted(doubts))
