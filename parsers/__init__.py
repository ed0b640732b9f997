"""Takes repaired text, gives the act's header, its clause tree and its facts."""

from parsers.facts import find_facts
from parsers.grammar import load_all
from parsers.parse import parse

__all__ = ["find_facts", "load_all", "parse"]
