"""Read one page image: make it ready, find its language, its tables and its words."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field, replace

from ingest.image import Shot
from ingest.image_lines import find_bands, ink, lettered
from ingest.image_prepare import Prepared, prepare, turn_over
from ingest.image_rules import find_rules, without_rules
from ingest.ocr_engine import TimeoutExceededError, Token
from ingest.ocr_language import POOR, Choice, Tongue, look, told, tongues
from ingest.ocr_lines import mean
from ingest.ocr_words import read_words
from ingest.pdf_tables import Grid, find_grids

DUBIOUS = 0.75  # mean confidence of the words of a page that may stand on its side
HOPELESS = 0.35  # confidence of the look at a page's lines: another script, or no script
FEWEST_LINES = 4  # that such a judgement needs


@dataclass(slots=True)
class Scan:
    """What OCR found on one page image; `size` and `dpi` are those of the picture as it came.

    `settled` says whether the page shows enough to tell its language; `legible`, whether its lines can be read at all;
    `lacking` is the model that was missed.
    """

    number: int
    prepared: Prepared
    size: tuple[int, int]
    dpi: float
    language: str | None = None
    lacking: str | None = None
    settled: bool = True
    legible: bool = False
    tokens: list[Token] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    seconds: float = 0.0


def read_shot(shot: Shot, language: str | None, seconds: float) -> Scan:
    """Read a page image; a page that shows no text of ours gives no tokens.

    Raises TimeoutExceededError where it takes longer than `seconds`.
    """
    begun = time.monotonic()
    scan = _read_turned(shot, language, seconds, None)
    if scan.legible and mean(scan.tokens) < DUBIOUS:  # columns of figures look like lines on their side
        left = seconds - (time.monotonic() - begun)
        with suppress(TimeoutExceededError):
            other = _read_turned(shot, language, left, not scan.prepared.sideways)
            scan = max(scan, other, key=lambda s: mean(s.tokens))
    scan.seconds = time.monotonic() - begun
    return scan


def _read_turned(shot: Shot, language: str | None, seconds: float, quarter: bool | None) -> Scan:
    """Read a page image turned by a quarter or not; None: as its lines seem to run."""
    begun = time.monotonic()
    page = prepare(shot.picture, shot.dpi, quarter)
    scan = Scan(shot.number, page, (shot.picture.shape[1], shot.picture.shape[0]), shot.dpi)
    if page.blank or page.noise:
        return scan
    choice = _laid(scan, page, language)
    scan.legible = choice.confidence >= HOPELESS or len(page.bands) < FEWEST_LINES
    if scan.legible:
        scan.settled = choice.settled or language is not None
        for tongue in _in_turn(choice.tongue, language):
            if _read_in(scan, tongue, seconds - (time.monotonic() - begun)):
                scan.language = language or scan.language  # the operator's word, whatever single lines are in
                break
    return scan


def _in_turn(first: Tongue, language: str | None) -> tuple[Tongue, ...]:
    """Return the languages to try until one reads: the look may have met words of the other script alone."""
    known = told(language) if language else tongues()
    return (first, *{t.script: t for t in reversed(known) if t.script != first.script}.values())


def _laid(scan: Scan, page: Prepared, language: str | None) -> Choice:
    """Find the tables of a page that is ready, and which way up it is; return the language that its lines are in."""
    whole = page.picture
    scan.grids = _take_out_tables(page)
    choice, scan.prepared = _right_way_up(page, language)
    if scan.prepared is not page and scan.grids:
        scan.prepared = turn_over(replace(page, picture=whole))
        scan.grids = _take_out_tables(scan.prepared)
    return choice


def read_as(scan: Scan, language: str, seconds: float) -> None:
    """Read a page once more, as one in a language, and keep that where it reads.

    Raises TimeoutExceededError where it takes longer than `seconds`.
    """
    begun = time.monotonic()
    for tongue in told(language):
        if _read_in(scan, tongue, seconds):
            break
    scan.seconds += time.monotonic() - begun


def _read_in(scan: Scan, tongue: Tongue, seconds: float) -> bool:
    """Read the words of a page that is ready, beginning with the models of a language; tell whether there are any."""
    found = read_words(scan.prepared, scan.grids, tongue, seconds)
    if found.tokens:
        scan.tokens, scan.language, scan.lacking = found.tokens, found.tongue.code.partition("-")[0], found.lacking
    return bool(found.tokens)


def _take_out_tables(page: Prepared) -> list[Grid]:
    """Find the ruled tables of a page, and take the ink of their rules out of its picture."""
    across, down, mask = find_rules(page.small(), page.picture.shape, page.dpi)
    if mask is None:
        return []
    page.picture = without_rules(page.picture, mask)
    small, scale = page.small()
    page.bands = find_bands(ink(small), scale)
    return find_grids(across, down)


def _right_way_up(page: Prepared, language: str | None) -> tuple[Choice, Prepared]:
    """Return the language of a page, and the page turned over where it reads better so."""
    among = told(language) if language else ()
    choice = look(page.picture, lettered(page.bands), page.dpi, among)
    if choice.confidence >= POOR:
        return choice, page
    other = turn_over(page)
    turned = look(other.picture, lettered(other.bands), other.dpi, among)
    return (turned, other) if turned.confidence > choice.confidence else (choice, page)
