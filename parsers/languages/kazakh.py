"""Kazakh for spaCy: `spacy.blank("kk")`."""

from __future__ import annotations

from spacy.language import BaseDefaults, Language

from parsers.languages.tokens import infixes, is_whole


class KazakhDefaults(BaseDefaults):
    """Numbers with a hyphen and a level ("5-1-..."), and numbers of acts, stay whole."""

    token_match = staticmethod(is_whole)
    infixes = infixes()
    writing_system = {"direction": "ltr", "has_case": True, "has_letters": True}  # noqa: RUF012 - spaCy's own shape


class Kazakh(Language):  # type: ignore[no-untyped-call] # spaCy is half typed
    """Kazakh in Cyrillic."""

    lang = "kk"
    Defaults = KazakhDefaults
