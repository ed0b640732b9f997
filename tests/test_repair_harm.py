"""Repair does no harm: what was read rightly stays, and no digit is ever changed. Real acts, where they are at hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from buyruq.explain_repair import explained_repair
from models import Edit, Span, Text
from normalizers import repair_text

SHARED = Path(__file__).parents[1].parent / "shared"
GUESSES = {"read_soup"}
SIZE = 40_000  # characters of each act that are looked at
SAMPLE = 12


def healthy_acts() -> list[Path]:
    """Return a sample of the acts, without the one that is soup."""
    found = [path for path in sorted(SHARED.glob("acts/**/*.txt")) if not path.name.startswith("002_")]
    return random.Random(3).sample(found, min(SAMPLE, len(found)))


def digits(text: str) -> Counter[str]:
    return Counter(c for c in text if c.isdigit())


def guesses(text: Text) -> Iterator[str]:
    """Yield the changes that guess at letters."""
    for edit in text.edits:
        if GUESSES & set(edit.method.split("+")):
            yield f"{edit.before!r} -> {edit.after!r}"


@pytest.mark.skipif(not SHARED.is_dir(), reason="no real acts beside the checkout (../shared)")
@pytest.mark.parametrize("path", healthy_acts(), ids=lambda path: path.stem)
def test_healthy_acts_keep_their_letters_and_digits(path: Path) -> None:
    raw = path.read_text(encoding="utf-8", errors="replace")[:SIZE]
    found = repair_text(raw)
    assert list(guesses(found)) == []
    assert digits(found.string) == digits(found.raw)


def test_the_changes_are_shown_before_and_after_with_doubtful_words_marked() -> None:
    raw = "0.5 gram\nabc  d\nnot sure"
    edit = Edit(Span(9, 13), Span(9, 13), "abc ", "xyz ", "read_soup", 0.5)
    text = replace(repair_text(raw), raw=raw, string="0.5 gram\nxyz  d\nnot sure", edits=(edit,))
    shown = list(explained_repair(replace(text, doubts=((Span(9, 12), 0.5), (Span(20, 24), 0.25)))))
    assert shown == ["2 - abc  d", "2 + [?xyz 0.50]  d", "3 - not sure", "3 + not [?sure 0.25]"]
