"""What stays one token in an act: "5-1)", "33-бабының", "№ 27" apart, "ПФ-4904-сонли", "oʻn"."""

from __future__ import annotations

import re

from spacy.lang.char_classes import ALPHA, CONCAT_QUOTES, HYPHENS, LIST_ELLIPSES, LIST_ICONS

_WHOLE = re.compile(r"(?:[^\W\d_]+-)*\d+(?:[-/.]\w+)*\)?$|[^\W\d_]+(?:['’‘ʻʼ][^\W\d_]+)+$")


def is_whole(text: str) -> re.Match[str] | None:
    """Return a match where a piece between spaces is one token: a number, or a word with an apostrophe inside."""
    return _WHOLE.match(text)


def infixes() -> list[str]:
    """Return spaCy's infix rules without the split at hyphens, which join numbers and levels here."""
    return [
        *LIST_ELLIPSES,
        *LIST_ICONS,
        rf"(?<=[{ALPHA}])[,!?](?=[{ALPHA}])",
        rf"(?<=[{ALPHA}])([{CONCAT_QUOTES}\)\]\(\[])(?=[{ALPHA}])",
        rf"(?<=[{ALPHA}])(?:{HYPHENS.replace('-|', '')})(?=\s)",
    ]
