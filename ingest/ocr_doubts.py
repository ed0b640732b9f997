"""Read doubtful words again, each alone and with other models, and take the second reading only where it is better.

One model reads a page; what it cannot write (a numero sign, a Roman numeral, a Latin code, a word of the other
language) it reads as something else, mostly with less confidence. A digit changes only where two other readings agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from ingest.ocr_engine import ASCENT, DESCENT, LINE, Models, Picture, TimeoutExceededError, Token, recognise
from ingest.ocr_language import Tongue
from ingest.ocr_tables import tables

DIGITS = re.compile(r"\d")
LETTERS = re.compile(r"[^\W\d_]+")
ROMAN = re.compile(r"^M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$")
NUMBERED = re.compile(r"^(?P<head>[(]?\d+-)(?P<roman>(?:[^\W\d_]|[!|\\]){1,6})(?P<tail>(?:-[^\W\d_]+)?[).,;:]*)$")
MIDDLE_ZERO = re.compile(r"(?<=^[A-G]-)0(?=-\d)")  # no code has a figure there: it is the letter of C-O-1
CYRILLIC = (0x400, 0x4FF)
SECONDS = 5.0
LARGER = 1.5  # times: a Roman numeral that is read once more
LATIN_COUNTS = 1.7  # times: the English model counts the strokes of a Roman numeral better than the others (measured)
LEAST = 0.6  # confidence of each of two readings that agree on a number
CLEARLY = 0.12  # how much surer a reading in another language must be

Reading = tuple[str, float]


def read_again(picture: Picture, tokens: Sequence[Token], tongue: Tongue, dpi: float) -> list[Token]:
    """Return the words of a page, the doubtful ones as the best of several readings."""
    result = list(tokens)
    for k in _doubtful(tokens, tongue):
        crop = _crop(picture, tokens, k)
        if crop.size == 0 or min(crop.shape) < 8:
            continue
        first = (tokens[k].text, tokens[k].confidence)
        others = {name: _read(crop, (name,), dpi) for name in tongue.second}
        text, confidence = _numeral_again(first, others, crop, dpi) or settle(first, others)
        result[k] = replace(tokens[k], text=text, confidence=confidence)
    return result


def _numeral_again(first: Reading, others: dict[str, Reading], crop: Picture, dpi: float) -> Reading | None:
    """Return the Roman numeral of a word that looks like one, with one vote more: that of the same word, larger."""
    if not NUMBERED.match(first[0]) or "eng" not in others:
        return None
    larger = cv2.resize(crop, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_CUBIC)
    again = _read(np.asarray(larger, dtype=np.uint8), ("eng",), dpi * LARGER)
    return _numeral(first, {**others, "eng, larger": again})


@lru_cache(maxsize=16)
def _suspects(model: str) -> re.Pattern[str]:
    patterns = tables()["doubt"]["suspect"].get(model, [])
    return re.compile("|".join(f"(?:{p})" for p in patterns) or "(?!)")


def _doubtful(tokens: Sequence[Token], tongue: Tongue) -> list[int]:
    rules = tables()["doubt"]
    suspects = _suspects(tongue.models[0])
    found = [k for k, t in enumerate(tokens) if t.confidence < rules["below"] or suspects.fullmatch(t.text)]
    return sorted(found, key=lambda k: tokens[k].confidence)[: rules["most"]]


def _crop(picture: Picture, tokens: Sequence[Token], k: int) -> Picture:
    """Cut a word out, half of the gaps to its neighbours included."""
    token = tokens[k]
    pad = 0.25 * token.size
    x0, x1 = token.x0 - pad, token.x1 + pad
    if k and tokens[k - 1].line == token.line:
        x0 = (tokens[k - 1].x1 + token.x0) / 2
    if k + 1 < len(tokens) and tokens[k + 1].line == token.line:
        x1 = (token.x1 + tokens[k + 1].x0) / 2
    y0, y1 = token.base - ASCENT * token.size, token.base + DESCENT * token.size
    return picture[max(round(y0), 0) : max(round(y1), 0), max(round(x0), 0) : max(round(x1), 0)]


def _read(crop: Picture, models: Models, dpi: float) -> Reading:
    try:
        words = recognise(crop, models, dpi, LINE, SECONDS)
    except TimeoutExceededError:
        return "", 0.0
    return " ".join(w.text for w in words), min((w.confidence for w in words), default=0.0)


def settle(first: Reading, others: dict[str, Reading]) -> Reading:
    """Return the best of the readings of one word, and how sure it is: each rule decides or abstains."""
    for rule in RULES:
        found = rule(first, others)
        if found is not None:
            return found
    return first


def _agreed(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """The same text from another model makes a reading surer."""
    return max(((t, c) for t, c in others.values() if t == first[0] and c > first[1]), default=None, key=lambda r: r[1])


def _numeral(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """A Roman numeral behind a number: the value that most of the readings show, weighed by confidence."""
    votes: dict[str, float] = {}
    doubt: dict[str, float] = {}
    heads: dict[str, float] = {}
    named = [("", first), *others.items()]
    parts = [(NUMBERED.match(t), c, LATIN_COUNTS if name.startswith("eng") else 1.0) for name, (t, c) in named]
    own = parts[0][0]
    if own is None or own["roman"] in tables()["doubt"]["endings"] or any(c.islower() for c in own["roman"]):
        return None
    for found, confidence, weight in parts:
        roman = _as_roman(found["roman"]) if found else None
        if found and roman:
            votes[roman] = votes.get(roman, 0.0) + weight * confidence
            doubt[roman] = doubt.get(roman, 1.0) * (1.0 - confidence)
            heads[found["head"]] = heads.get(found["head"], 0.0) + confidence
    if not votes or max(heads, key=heads.__getitem__) != own["head"]:
        return None
    best = max(votes, key=votes.__getitem__)
    share = votes[best] / max(sum(votes.values()), 0.01)
    return own["head"] + best + own["tail"], round(min(share * (1.0 - doubt[best]), 0.95), 4)


def _as_roman(text: str) -> str | None:
    """Return the Roman numeral that letters stand for, or None."""
    letters = tables()["roman"]
    made = "".join(letters.get(c, "?") for c in text)
    return made if ROMAN.match(made) else None


def _sign(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """A numero or paragraph sign that the first model cannot write."""
    sure = tables()["doubt"]["sure"]
    for text, confidence in others.values():
        bare = text.strip(".,")
        if bare == "\u2116" and confidence >= sure and not DIGITS.search(first[0]) and len(first[0]) <= 3:
            return text, confidence
        if "\u00a7" in text and confidence >= sure - 0.05 and len(text) == len(first[0]):
            same = [a == b for a, b in zip(text, first[0], strict=True)]
            if same.count(False) == 1 and text[same.index(False)] == "\u00a7":
                return text, confidence
    return None


def _code(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """A category's code in Latin letters: the shape of one, and the number at its end as in the first reading."""
    rules = tables()["code"]
    text, confidence = others.get("eng", ("", 0.0))
    text = MIDDLE_ZERO.sub("O", text)
    if confidence < rules["sure"] or not re.fullmatch(rules["shape"], text):
        return _letters_of_code(first, (text, confidence))
    own = first[0].rstrip(".,;:)").rpartition("-")[2].translate(str.maketrans(rules["digits"]))
    number = text.rstrip(".,;:)").rpartition("-")[2]
    return (text, round(max(confidence, first[1]), 4)) if own == number else None


def _lone_letter(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """The letter of a category that stands alone, and that our alphabets do not have: D."""
    text, confidence = others.get("eng", ("", 0.0))
    lone = tables()["code"]["lone"]
    return (text, confidence) if first[0] in lone and text == lone[first[0]] and confidence >= LEAST else None


def _letters_of_code(first: Reading, latin_one: Reading) -> Reading | None:
    """A code whose letters the first model read as figures or small (S as 5, O as 0), none read better: in doubt."""
    head, _, rest = first[0].partition("-")
    middle, _, number = rest.rpartition("-")
    alike = tables()["alike"]
    latin = str.maketrans(dict(zip(alike["cyrillic"], alike["latin"], strict=True)))
    letters = "".join(tables()["code"]["letters"].get(c, c) for c in middle.upper()).translate(latin)
    made = f"{head.upper().translate(latin)}-{letters}-{number}"
    series = middle == "0" or first[0].islower() or (len(middle) > 1 and any(map(str.isalpha, middle)))
    if not series or made == first[0].translate(latin) or not re.fullmatch(tables()["code"]["shape"], made):
        return None
    agree = latin_one[1] if latin_one[0] == made else 0.0
    return made, round(min(1.0 - (1.0 - first[1]) * (1.0 - agree), LEAST), 4)


def _number(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """Digits change only where two other readings agree on them and are surer."""
    if not DIGITS.search(first[0]):
        return None
    shapes = [(LETTERS.sub("", text), text, confidence) for text, confidence in others.values()]
    for shape, text, _ in shapes:
        if not DIGITS.search(shape) or shape == LETTERS.sub("", first[0]) or _script(text) != _script(first[0]):
            continue
        agree = [c for other, _, c in shapes if other == shape and c >= LEAST]
        together = 1.0 - float(np.prod([1.0 - c for c in agree]))
        if len(agree) > 1 and together >= tables()["doubt"]["sure"] and together > first[1]:
            return text, round(min(together, 0.95), 4)
    return first


def _latin(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """A word of Latin letters amid Cyrillic: surely Latin, and no better word in Cyrillic."""
    text, confidence = others.get("eng", ("", 0.0))
    letters = LETTERS.findall(text)
    if (
        _script(first[0]) != "cyrillic"
        or DIGITS.match(first[0])
        or not letters
        or _script(text) != "latin"
        or DIGITS.search(text)
    ):
        return None
    rest = max((c for name, (_, c) in others.items() if name != "eng"), default=0.0)
    sure = confidence >= tables()["doubt"]["sure"] and confidence > first[1] and confidence > rest + CLEARLY
    if not sure or len("".join(letters)) < 2 or " " in text or _is_alike(first[0]) or _is_alike(text):
        return None
    return text, confidence


def _other_language(first: Reading, others: dict[str, Reading]) -> Reading | None:
    """A word of another language in the same script, clearly surer; not one that only lacks our letters."""
    best = max((r for name, r in others.items() if name != "eng"), key=lambda r: r[1], default=None)
    if best is None or _script(best[0]) != _script(first[0]) or " " in best[0] or DIGITS.search(best[0]):
        return None
    if best[1] < tables()["doubt"]["sure"] or best[1] < first[1] + CLEARLY or len(best[0]) < 2:
        return None
    if _folded(best[0]) == _folded(first[0]):
        special = _folded(best[0]) != best[0]
        return best if special and _folded(first[0]) == first[0] else (first[0], best[1])
    return best if _folded(first[0]) == first[0] else None


RULES = (_code, _lone_letter, _numeral, _sign, _agreed, _latin, _number, _other_language)


def _folded(text: str) -> str:
    table = tables()["fold"]
    return text.translate(str.maketrans(table["from"], table["to"]))


def _is_alike(text: str) -> bool:
    """Tell whether all letters of a word look the same in both scripts."""
    table = tables()["alike"]
    return all(c in table["cyrillic"] or c in table["latin"] for c in text if c.isalpha())


def _script(text: str) -> str:
    letters = [c for c in text if c.isalpha()]
    cyrillic = sum(CYRILLIC[0] <= ord(c) <= CYRILLIC[1] for c in letters)
    if not letters:
        return ""
    return "cyrillic" if 2 * cyrillic > len(letters) else "latin"
