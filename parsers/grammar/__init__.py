"""Takes a language file, gives a proved `Grammar`: a language is one TOML file in this folder and nothing else."""

from parsers.grammar.load import load, load_all

__all__ = ["load", "load_all"]
