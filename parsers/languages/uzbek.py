"""Uzbek for spaCy, in Cyrillic and in Latin: `spacy.blank("uz")`."""

from __future__ import annotations

from spacy.language import BaseDefaults, Language

from parsers.languages.tokens import infixes, is_whole


class UzbekDefaults(BaseDefaults):
    """As for Kazakh; an apostrophe inside a word is a letter of it."""

    token_match = staticmethod(is_whole)
    infixes = infixes()
    writing_system = {"direction": "ltr", "has_case": True, "has_letters": True}  # noqa: RUF012 - spaCy's own shape


class Uzbek(Language):  # type: ignore[no-untyped-call] # spaCy is half typed
    """Uzbek in either script."""

    lang = "uz"
    Defaults = UzbekDefaults
