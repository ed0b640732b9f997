"""Read the words of a page image that is ready: in its language, and lines in another language in theirs."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from ingest.image_prepare import Prepared
from ingest.ocr_cells import read_with_cells
from ingest.ocr_doubts import read_again
from ingest.ocr_engine import TimeoutExceededError, Token
from ingest.ocr_fixes import put_right
from ingest.ocr_language import Tongue
from ingest.ocr_lines import foreign_lines, mean, most_of, read_lines
from ingest.ocr_stops import without_false_stops, without_unseen_marks
from ingest.pdf_tables import Grid

LEGIBLE = 0.5  # mean confidence below which a page is no text of ours
STROKES = frozenset("|¦")  # what is left of a rule
WORD = re.compile(r"[^\W\d_]+(?:[ʻʼ'‘’`-][^\W\d_]+)*[.,:;]?")
LONG = 5  # letters: specks make no words so long in one case
FLAT = 0.2  # of the font size: ink that is lower is what a rule left, no letter
NOISE = 0.35  # mean confidence of a line below which it is none: specks, a stamp's edge, a part of a picture
AS_SURE = 0.05  # mean confidence by which a page may read worse in the language that its words are in


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a page, the language that most of it is in, and the model that was missed (None: there were all)."""

    tokens: list[Token]
    tongue: Tongue
    lacking: str | None = None


def read_words(page: Prepared, grids: Sequence[Grid], tongue: Tongue, seconds: float) -> Words:
    """Return the words of a page; none where it is no text of ours.

    Raises TimeoutExceededError where the engine takes longer than `seconds`.
    """
    begun = time.monotonic()
    tokens = read_with_cells(page.picture, grids, page.bands, tongue.models, page.dpi, seconds)
    if mean(tokens) < LEGIBLE:
        return Words([], tongue)
    tokens = without_unseen_marks(page.picture, tokens)
    found = foreign_lines(page.picture, tokens, tongue, page.dpi)
    other = most_of(tokens, found)
    if other is not None and other.models == tongue.models:  # the right one is not installed
        tongue = other
    elif other is not None:
        left = seconds - (time.monotonic() - begun)
        anew: list[Token] = []
        with suppress(TimeoutExceededError):  # the first reading is kept
            anew = read_with_cells(page.picture, grids, page.bands, other.models, page.dpi, left)
        if anew and mean(anew) >= mean(tokens) - AS_SURE:
            tokens, tongue = anew, other
            found = foreign_lines(page.picture, tokens, tongue, page.dpi)
    lacking = next((t.lacking for t in (tongue, *(part.tongue for part in found)) if t.lacking), None)
    found = [part for part in found if part.tongue.models != tongue.models]
    tokens, read_in = read_lines(page.picture, tokens, found, page.dpi)
    tokens = without_false_stops(page.picture, tokens)
    return Words(_without_specks(_settled(page, tokens, [t or tongue for t in read_in])), tongue, lacking)


def _settled(page: Prepared, tokens: Sequence[Token], read_in: Sequence[Tongue]) -> list[Token]:
    """Return the words with the doubtful ones looked at again and the certain errors put right, by language."""
    result: dict[int, Token] = {}
    for each in dict.fromkeys(read_in):
        places = [k for k, tongue in enumerate(read_in) if tongue == each]
        again = read_again(page.picture, [tokens[k] for k in places], each, page.dpi)
        result.update(zip(places, put_right(again, each.code), strict=True))
    return [result[k] for k in range(len(tokens))]


def _without_specks(tokens: Sequence[Token]) -> list[Token]:
    """Drop lines of which no word can be read; a doubtful word amid others, or a long one, stays, with its doubt."""
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    sound = {number for number, words in lines.items() if mean(words) >= NOISE or any(map(_is_word, words))}
    return [t for t in tokens if t.line in sound and set(t.text) - STROKES and not _is_flat(t)]


def _is_word(token: Token) -> bool:
    """Tell whether letters look like a word: models are unsure of some letters of words that they read right."""
    return (
        len(token.text) >= LONG
        and WORD.fullmatch(token.text) is not None
        and (token.text.islower() or token.text.isupper() or token.text.istitle())
    )


def _is_flat(token: Token) -> bool:
    """Tell whether letters or figures were read in ink that is too low for any."""
    return token.text.isalnum() and token.y1 - token.y0 < FLAT * token.size
