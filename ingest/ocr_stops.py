"""Drop marks that a model wrote where no ink is: it expects them in a wide gap or at the end of a line.

A false stop would end a sentence, and with it a paragraph, in its middle.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ingest.ocr_engine import Picture, Token

SURE = 0.87  # confidence of a word from which its full stop is believed
SHORTEST = 5  # letters: shorter words may be abbreviations
BRACKETS = ")]"  # a stop behind one would stand clear of it
DOT = 0.32  # of the font size: the largest height and width of a full stop
ABOVE, BELOW = 0.6, 0.12  # of the font size: what is looked at, from the base line
BEHIND = 0.3  # of the font size: how far behind the word a stop may stand


def without_unseen_marks(picture: Picture, tokens: Sequence[Token]) -> list[Token]:
    """Return the words without dashes and points that stand alone where there is no ink, as in a stretched blank."""
    paper, print_ = (float(v) for v in np.percentile(picture[::4, ::4], (50, 1)))
    middle = (paper + print_) / 2
    return [t for t in tokens if any(map(str.isalnum, t.text)) or _darkest(picture, t) < middle]


def _darkest(picture: Picture, token: Token) -> int:
    part = picture[max(int(token.y0), 0) : int(token.y1) + 1, max(int(token.x0), 0) : int(token.x1) + 1]
    return int(part.min(initial=255))


def without_false_stops(picture: Picture, tokens: Sequence[Token]) -> list[Token]:
    """Return the words without the stops that cannot be seen, of doubtful words in the middle of a sentence."""
    result = list(tokens)
    for k, (token, after) in enumerate(itertools.pairwise(tokens)):
        word = token.text[:-1]
        if token.text[-1] != "." or token.confidence >= SURE or len(word) < SHORTEST:
            continue
        goes_on = word.isalpha() and word[1:].islower() and after.text[:1].islower()
        if (goes_on or word[-1] in BRACKETS) and not _shows_stop(picture, token, after):
            result[k] = replace(token, text=word)
    return result


def _shows_stop(picture: Picture, token: Token, after: Token) -> bool:
    """Tell whether the last ink of a word is low and small, and stands by itself."""
    until = token.x1 + BEHIND * token.size
    if after.line == token.line:
        until = min(until, after.x0)
    y0, y1 = max(round(token.base - ABOVE * token.size), 0), round(token.base + BELOW * token.size)
    part = picture[y0:y1, max(round(token.x1 - 2 * token.size), 0) : round(until)]
    if min(part.shape, default=0) < 4:
        return True
    _, dark = cv2.threshold(part, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(dark, dtype=np.uint8), connectivity=8)
    if count < 2:
        return True
    last = max(range(1, count), key=lambda n: int(stats[n, cv2.CC_STAT_LEFT] + stats[n, cv2.CC_STAT_WIDTH]))
    high, wide, top = (int(stats[last, c]) for c in (cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_TOP))
    return max(high, wide) <= DOT * token.size and top > 0
