"""Read one page image: make it ready, find its language, its tables and its words."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from ingest import ocr_engine
from ingest.image import Shot
from ingest.image_lines import find_bands, ink, small_copy
from ingest.image_prepare import Prepared, prepare, turn_over
from ingest.image_rules import find_rules, without_rules
from ingest.ocr_doubts import read_again
from ingest.ocr_engine import Token
from ingest.ocr_fixes import put_right
from ingest.ocr_language import POOR, Choice, look, told
from ingest.pdf_tables import Grid, find_grids

LEGIBLE = 0.5  # mean confidence below which a page is no text of ours
HOPELESS = 0.35  # confidence of the look at a page's lines: another script, or no script
FEWEST_LINES = 4  # that such a judgement needs
STROKES = frozenset("|¦")  # what is left of a rule
NOISE = 0.35  # mean confidence of a line below which it is none: specks, a stamp's edge, a part of a picture


@dataclass(slots=True)
class Scan:
    """What OCR found on one page image; `size` and `dpi` are those of the picture as it came."""

    number: int
    prepared: Prepared
    size: tuple[int, int]
    dpi: float
    language: str | None = None
    tokens: list[Token] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    seconds: float = 0.0


def read_shot(shot: Shot, language: str | None, seconds: float) -> Scan:
    """Read a page image; a page that shows no text of ours gives no tokens.

    Raises TimeoutExceededError where it takes longer than `seconds`.
    """
    begun = time.monotonic()
    page = prepare(shot.picture, shot.dpi)
    scan = Scan(shot.number, page, (shot.picture.shape[1], shot.picture.shape[0]), shot.dpi)
    if not (page.blank or page.noise):
        whole = page.picture
        scan.grids = _take_out_tables(page)
        choice, scan.prepared = _right_way_up(page, language)
        if choice.confidence < HOPELESS and len(page.bands) >= FEWEST_LINES:
            scan.seconds = time.monotonic() - begun
            return scan
        if scan.prepared is not page and scan.grids:
            scan.prepared = turn_over(replace(page, picture=whole))
            scan.grids = _take_out_tables(scan.prepared)
        left = seconds - (time.monotonic() - begun)
        tokens = ocr_engine.recognise(scan.prepared.picture, choice.models, scan.prepared.dpi, seconds=left)
        if _mean(tokens) >= LEGIBLE:
            tokens = read_again(scan.prepared.picture, tokens, choice.tongue, scan.prepared.dpi)
            scan.tokens = put_right(_without_specks(tokens), choice.tongue.code)
            scan.language = choice.tongue.code.partition("-")[0]
    scan.seconds = time.monotonic() - begun
    return scan


def _take_out_tables(page: Prepared) -> list[Grid]:
    """Find the ruled tables of a page, and take the ink of their rules out of its picture."""
    across, down, mask = find_rules(page.picture, page.dpi)
    if mask is None:
        return []
    page.picture = without_rules(page.picture, mask)
    small, scale = small_copy(page.picture)
    page.bands = find_bands(ink(small), scale)
    return find_grids(across, down)


def _right_way_up(page: Prepared, language: str | None) -> tuple[Choice, Prepared]:
    """Return the language of a page, and the page turned over where it reads better so."""
    among = told(language) if language else ()
    choice = look(page.picture, page.bands, page.dpi, among)
    if choice.confidence >= POOR:
        return choice, page
    other = turn_over(page)
    turned = look(other.picture, other.bands, other.dpi, among)
    return (turned, other) if turned.confidence > choice.confidence else (choice, page)


def _without_specks(tokens: list[Token]) -> list[Token]:
    """Drop lines of which no word can be read; a doubtful word amid others stays, with its doubt."""
    lines: dict[int, list[Token]] = {}
    for token in tokens:
        lines.setdefault(token.line, []).append(token)
    sound = {number for number, words in lines.items() if _mean(words) >= NOISE}
    return [token for token in tokens if token.line in sound and set(token.text) - STROKES]


def _mean(tokens: list[Token]) -> float:
    letters = sum(len(token.text) for token in tokens)
    return sum(token.confidence * len(token.text) for token in tokens) / letters if letters else 0.0
