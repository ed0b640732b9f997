"""The composition: one document's way from bytes to facts, a pure function."""

from __future__ import annotations

import os
import re

import ingest
import normalizers
import parsers
from models import Act, Document, Limits, Page, Reading, SourceError, Text

MOST_THREADS = 4  # in one process, with its one limit of memory: each holds its own loaded models (some 100 MB)
ALONE = Limits(threads=min(os.cpu_count() or 1, MOST_THREADS))  # one file, one process: its pages side by side
WORD = re.compile(r"[^\W\d_]{2,}")
FEW_WORDS = 20
DAMAGED = ("soup", "encoding")
CLEARLY_BETTER = 0.1  # share of words
UNREADABLE = 0.3  # share of words that read as words of the language


def read_document(document: Document, limits: Limits = Limits()) -> Reading:
    """Return everything that one document gives. Raises SourceError where it cannot be read or is no act."""
    return read_with_pages(document, limits)[0]


def read_with_pages(document: Document, limits: Limits = Limits()) -> tuple[Reading, tuple[Page, ...]]:
    """Return everything that one document gives, and its pages as they were read, with their boxes."""
    grammars = parsers.load_all()
    text, pages = repair_with_pages(document, limits)
    act, odd = parsers.parse(text, grammars[text.grammar], document)
    _refuse_no_act(document, text, act)
    facts, unfit = parsers.find_facts(act, text, grammars[text.grammar])
    return Reading(document, text, act, facts, odd + unfit), pages


def repair_document(document: Document, limits: Limits = Limits()) -> Text:
    """Return the repaired text of one document. Raises SourceError where it cannot be read or shows no word."""
    return repair_with_pages(document, limits)[0]


def repair_with_pages(document: Document, limits: Limits = Limits()) -> tuple[Text, tuple[Page, ...]]:
    """Return the repaired text of one document and its pages."""
    pages = ingest.read_pages(document, limits)
    text = normalizers.repair(pages, parsers.load_all(), document.language)
    damaged = _damaged_pages(text)
    if damaged:
        text, pages = _better(document, limits, text, pages, damaged)
    if not WORD.search(text.string):
        raise SourceError(document.source, "it shows no word", "Check that this is the act; scan it anew if it is one")
    return text, pages


def _damaged_pages(text: Text) -> list[int]:
    """Return the numbers of the PDF pages most of whose text layer is wrong-language OCR or wrongly encoded."""
    bad: dict[int, int] = {}
    for verdict in text.verdicts:
        if verdict.kind in DAMAGED:
            bad[verdict.page] = bad.get(verdict.page, 0) + verdict.span.stop - verdict.span.start
    born = {page.number: page for page in text.pages if page.origin == "pdf-text"}
    sizes: dict[int, int] = {}
    for verdict in text.verdicts:
        sizes[verdict.page] = sizes.get(verdict.page, 0) + verdict.span.stop - verdict.span.start
    return [number for number, size in bad.items() if number in born and 2 * size > sizes[number]]


def _better(
    document: Document, limits: Limits, text: Text, pages: tuple[Page, ...], damaged: list[int]
) -> tuple[Text, tuple[Page, ...]]:
    """Read damaged pages from their pictures too, and take the better reading of each page and of each of its lines."""
    scanned = ingest.read_again(document, pages, damaged, limits)
    twice = {new.number for old, new in zip(pages, scanned, strict=True) if new is not old}
    if not twice:
        return text, pages
    trial = normalizers.repair(scanned, parsers.load_all(), document.language)
    before = {page.number: page.health for page in text.pages}
    taken = {p.number for p in trial.pages if p.number in twice and p.health > before[p.number] + CLEARLY_BETTER}
    mixed = []
    for old, new in zip(pages, scanned, strict=True):
        base, other = (new, old) if new.number in taken else (old, new)
        mixed.append(normalizers.choose_lines(base, other, trial.grammar) if new.number in twice else old)
    return normalizers.repair(mixed, parsers.load_all(), document.language), tuple(mixed)


def _refuse_no_act(document: Document, text: Text, act: Act) -> None:
    """Refuse what shows nothing of an act: a photo of a cat, a page of scripts. A damaged or partial act shows some."""
    header = (act.number, act.adopted_on, act.title, act.registered_number)
    if any(header) or any(clause.num for clause in act.clauses):
        return
    words = WORD.findall(text.string)
    if len(words) < FEW_WORDS or text.health < UNREADABLE:
        raise SourceError(
            document.source,
            f"no act in it: {len(words)} words, without a number, date, title or numbered provision",
            "Check that this is the act in Kazakh, Russian or Uzbek",
        )
