"""Put right what is certain about a model's known errors; the rules are data (ocr.toml) that carry their examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest.ocr_engine import Token
from ingest.ocr_tables import tables
from models import GrammarError

EVERY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of error: what it looks like in a word (and in the word after it), and what it stands for."""

    name: str
    language: str
    word: re.Pattern[str]
    after: re.Pattern[str] | None
    to: str


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the rules of ocr.toml.

    Raises GrammarError where a rule contradicts its own examples.
    """
    made = []
    for row in tables()["fix"]:
        after = re.compile(row["next"]) if "next" in row else None
        rule = Rule(row["name"], row["language"], re.compile(row["word"]), after, row["to"])
        for before, wanted in row["example"]:
            if rule.word.sub(rule.to, before) != wanted:
                raise GrammarError(
                    f"ocr.toml: fix {rule.name!r} makes {rule.word.sub(rule.to, before)!r} of {before!r}"
                )
        for sound in row["reject"]:
            if rule.word.sub(rule.to, sound) != sound:
                raise GrammarError(f"ocr.toml: fix {rule.name!r} changes {sound!r}")
        made.append(rule)
    return tuple(made)


def put_right(tokens: Sequence[Token], language: str) -> list[Token]:
    """Return the words of a page with the certain errors put right."""
    mine = [rule for rule in rules() if rule.language in {EVERY, language}]
    fixed = []
    for k, token in enumerate(tokens):
        after = tokens[k + 1].text if k + 1 < len(tokens) and tokens[k + 1].line == token.line else ""
        text = token.text
        for rule in mine:
            if rule.after is None or rule.after.search(after):
                text = rule.word.sub(rule.to, text)
        fixed.append(token if text == token.text else replace(token, text=text))
    return fixed
