"""Which of the known languages, in which script, a text is in: letters that only one writes, and function words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u2018\u02bb\u02bc`][^\W\d_]+)*")
_APOSTROPHE = re.compile("['\u2019\u2018\u02bc`]")
# Enough words to decide; taken from three places so that an annex in another language does not decide alone.
_SAMPLE = 12_000


@dataclass(frozen=True, slots=True)
class Language:
    """What the normalizers know of one language in one script (a table of `languages.toml`)."""

    code: str
    language: str
    letters: frozenset[str]
    function: frozenset[str]
    linked: tuple[str, ...]
    without: Mapping[str, str]
    commas: bool
    plain: bool
    vowels: frozenset[str]
    closed: tuple[str, ...]
    ordinal_hyphen: bool
    fragments: frozenset[str]


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType(tomllib.loads(resources.files(__package__).joinpath("languages.toml").read_text("utf-8")))


@cache
def languages() -> Mapping[str, Language]:
    """Return every known language by its grammar code."""
    return MappingProxyType({code: _language(code, row) for code, row in _tables().items() if "language" in row})


def _language(code: str, row: Mapping[str, Any]) -> Language:
    return Language(
        code,
        row["language"],
        frozenset(row["letters"]),
        frozenset(row["function"]),
        tuple(row["linked"]),
        MappingProxyType(row.get("without", {})),
        row.get("commas", False),
        row.get("plain", False),
        frozenset(row["vowels"]),
        tuple(row["closed"]),
        row.get("ordinal_hyphen", False),
        frozenset(row.get("fragments", ())),
    )


@cache
def foreign_words() -> frozenset[str]:
    """Return small words of other languages in which a text may really be."""
    return frozenset(_tables()["other"]["function"])


@cache
def furniture() -> tuple[frozenset[str], frozenset[str]]:
    """Return the lines of a portal's page: those that count where several stand together, those that always do."""
    table = _tables()["furniture"]
    return frozenset(table["tabs"]), frozenset(table["lines"])


def choose_language(string: str, codes: Collection[str], language: str | None = None) -> str:
    """Return the code, one of `codes`, that fits the text best; `language` (`kk`, `ru`, `uz`) narrows the choice.

    A text without any evidence gets the first code.
    """
    allowed = [c for c in codes if language is None or c == language or c.split("-")[0] == language] or list(codes)
    if len(allowed) <= 1:
        return allowed[0] if allowed else ""
    scores = _scores(_sample(string))
    return max(allowed, key=lambda code: (scores.get(code, 0.0), -allowed.index(code)))


def _sample(string: str) -> str:
    if len(string) <= 3 * _SAMPLE:
        return string
    middle = len(string) // 2
    return "\n".join((string[:_SAMPLE], string[middle : middle + _SAMPLE], string[-_SAMPLE:]))


def _scores(sample: str) -> dict[str, float]:
    """Return the evidence for each language: shares of function words and of letters of its own."""
    words = Counter(_APOSTROPHE.sub("\u02bb", w) for w in _WORD.findall(sample.casefold()))
    letters = Counter(sample.casefold())
    total, count = max(sum(words.values()), 1), max(sum(n for c, n in letters.items() if c.isalpha()), 1)
    return {
        code: sum(words[w] for w in known.function) / total + 2 * sum(letters[c] for c in known.letters) / count
        for code, known in languages().items()
    }
