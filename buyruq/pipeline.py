"""The composition: one document's way from bytes to facts, a pure function."""

from __future__ import annotations

import ingest
import normalizers
import parsers
from models import Document, Limits, Reading, Text


def read_document(document: Document, limits: Limits = Limits()) -> Reading:
    """Return everything that one document gives. Raises SourceError where it cannot be read."""
    grammars = parsers.load_all()
    text = repair_document(document, limits)
    act, odd = parsers.parse(text, grammars[text.grammar], document)
    facts, unfit = parsers.find_facts(act, text, grammars[text.grammar])
    return Reading(document, text, act, facts, odd + unfit)


def repair_document(document: Document, limits: Limits = Limits()) -> Text:
    """Return the repaired text of one document. Raises SourceError where it cannot be read."""
    pages = ingest.read_pages(document, limits)
    return normalizers.repair(pages, parsers.load_all(), document.language)
