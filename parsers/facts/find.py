"""Find all facts of an act."""

from __future__ import annotations

from models import Act, Facts, Grammar, Issue, Text


def find_facts(act: Act, text: Text, grammar: Grammar) -> tuple[Facts, tuple[Issue, ...]]:
    """Return the facts of the act and what no rule fits. STOPGAP."""
    return Facts(), ()
