"""Takes an act, gives its typed facts: one module per kind of fact, each rule a pattern of the grammar."""

from parsers.facts.find import find_facts

__all__ = ["find_facts"]
