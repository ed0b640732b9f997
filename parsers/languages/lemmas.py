"""Lemmas by stanza, an optional extra: `pip install buyruq[lemmas]` and a model of the language on this disk."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from models import UsageError


def load(language: str, folder: Path, processors: str = "tokenize,lemma", **options: Any) -> Any:
    """Return a stanza pipeline read from `folder`; nothing is downloaded.

    `options` go to stanza (`lemma_model_path`, `tokenize_model_path` for a model that stands alone).
    Raises UsageError where stanza or the model is missing, with what to do.
    """
    try:
        stanza = import_module("stanza")
    except ImportError as error:
        raise UsageError("stanza is not installed: run `pip install buyruq[lemmas]`") from error
    settings = {"use_gpu": False, "verbose": False, "download_method": None, "allow_unknown_language": True}
    try:
        return stanza.Pipeline(language, dir=str(folder), processors=processors, **{**settings, **options})
    except (FileNotFoundError, OSError, ValueError) as error:
        raise UsageError(f"no stanza model of {language!r} in {folder}: {error}") from error


def lemmas(pipeline: Any, text: str) -> Iterator[tuple[str, str]]:
    """Yield each word of the text with its lemma (the word itself where the model knows none)."""
    for sentence in pipeline(text).sentences:
        for word in sentence.words:
            yield word.text, word.lemma or word.text
