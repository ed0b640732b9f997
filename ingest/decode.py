"""Bytes to text: UTF-8 is read, everything else is named and refused.

A text in a wrong encoding is never guessed into the knowledge base: the refusal names the encoding that the bytes
show, by the statistics of Cyrillic letters, and the command that converts the file.
"""

from __future__ import annotations

import codecs
import re
import shlex
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import charset_normalizer

from models import SourceError

SAMPLE = 64 * 1024
BEYOND = re.compile(rb"[\x80-\xff]")
BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# Least score and least lead over the second candidate for an encoding to be named as certain.
CERTAIN = 0.5
LEAD = 0.05
# Least number and share of bytes beyond ASCII: a few quotation marks in a Latin text prove nothing.
FEWEST, SHARE = 8, 0.05


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding with Python's name, iconv's name and the name that people use."""

    codec: str
    iconv: str
    name: str


@dataclass(frozen=True, slots=True)
class Alphabet:
    """What Cyrillic print is made of, and the encodings to try on it."""

    common: frozenset[str]
    letters: frozenset[str]
    marks: frozenset[str]
    encodings: tuple[Encoding, ...]


@cache
def alphabet() -> Alphabet:
    """Return the letter statistics and encodings of `encodings.toml`."""
    table = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text(encoding="utf-8"))
    common, letters, marks = (frozenset(table[key]) for key in ("common", "letters", "marks"))
    return Alphabet(common, letters, marks, tuple(Encoding(**row) for row in table["encoding"]))


def decode(source: str, data: bytes) -> str:
    """Return the text of UTF-8 bytes, without a byte order mark.

    Raises:
        SourceError: the bytes are in another encoding, a mix of encodings, or no text.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            raise wrong_encoding(source, name, name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal(source, data, error) from None
    if text.count("\0") > len(text) // 100:
        raise with_nulls(source, data)
    return text


def refusal(source: str, data: bytes, error: UnicodeDecodeError) -> SourceError:
    """Return the error for bytes that are not UTF-8: a known encoding, a mix, or unknown."""
    if data.count(0) > len(data) // 50:
        return with_nulls(source, data)
    if error.reason == "unexpected end of data" and mostly_utf8(data):
        return SourceError(source, "the text ends in the middle of a character, it is cut off", "Fetch the file anew")
    if mostly_utf8(data):
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"the text is UTF-8 with foreign bytes, the first in line {line} (byte {error.start + 1})"
        return SourceError(source, reason, "Fetch the file anew, or save it as UTF-8 and check that line")
    sample = data[max(error.start - SAMPLE // 2, 0) :][:SAMPLE]
    found = guess(sample)
    if found:
        return wrong_encoding(source, found.name, found.iconv)
    match = charset_normalizer.from_bytes(sample).best()
    hint = f" (perhaps {match.encoding})" if match else ""
    return SourceError(
        source,
        f"the text is not UTF-8 and its encoding is not certain{hint}",
        "Save the file as UTF-8 from the program that made it",
    )


def wrong_encoding(source: str, name: str, iconv: str) -> SourceError:
    """Return the error that names the encoding and the command that converts the file."""
    old = Path(source)
    new = old.with_name(f"{old.stem}.utf8{old.suffix}") if old.name else Path("utf8.txt")
    command = f"iconv -f {iconv} -t UTF-8 {shlex.quote(str(old))} > {shlex.quote(str(new))}"
    return SourceError(source, f"the text is not UTF-8 but {name}", f"Convert it and ingest the result: {command}")


def with_nulls(source: str, data: bytes) -> SourceError:
    """Return the error for bytes with zeros: UTF-16 without its mark, or no text at all."""
    sample = data[: SAMPLE - SAMPLE % 4]
    for codec in ("UTF-16LE", "UTF-16BE"):
        text = sample.decode(codec, errors="replace")
        printable = sum(c.isprintable() or c.isspace() for c in text)
        odd = text.count("�") + text.count("\0")
        known = sum(c.isascii() or c in alphabet().letters or c.lower() in alphabet().letters for c in text)
        if text and printable > 0.95 * len(text) and known > 0.8 * len(text) and not odd:
            return wrong_encoding(source, f"{codec} without its byte order mark", codec)
    return SourceError(source, "the file is binary, not a text", "Give the act as text, html, docx, pdf or an image")


def mostly_utf8(data: bytes) -> bool:
    """Tell whether nearly all bytes beyond ASCII form valid UTF-8 characters."""
    text = data[: 16 * SAMPLE].decode("utf-8", errors="replace")
    bad = text.count("�")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return good > 10 * bad


def guess(sample: bytes) -> Encoding | None:
    """Return the single-byte Cyrillic encoding that the sample shows, or None where two fit about as well."""
    scores = [(score(sample, e), -i, e) for i, e in enumerate(alphabet().encodings)]
    scores.sort(reverse=True, key=lambda row: row[:2])
    (best, _, encoding), (second, _, rival) = scores[0], scores[1]
    twins = second == best and encoding.codec in ("cp1251", "kz1048")
    beyond = sum(byte > 0x7F for byte in sample)
    if beyond < max(FEWEST, SHARE * len(sample)) or best < CERTAIN:
        return None
    if best - second < LEAD and not twins and not close(sample, encoding, rival):
        return None
    return encoding


def close(sample: bytes, a: Encoding, b: Encoding) -> bool:
    """Tell whether two encodings give nearly the same text, so that either name serves."""
    left, right = (sample.decode(e.codec, errors="replace") for e in (a, b))
    differ = sum(x != y for x, y in zip(left, right, strict=False))
    return differ * 10 < len(left)


def score(sample: bytes, encoding: Encoding) -> float:
    """Return how much the sample reads as Cyrillic print in this encoding."""
    return score_of(sample.decode(encoding.codec, errors="replace"))


def fits(data: bytes, codec: str) -> bool:
    """Tell whether an encoding that a page declares gives Cyrillic print, and no other one gives it better."""
    start = next((m.start() for m in BEYOND.finditer(data)), 0)
    sample = data[start : start + SAMPLE]
    declared = score_of(sample.decode(codec, errors="replace"))
    return declared > CERTAIN and all(score(sample, e) < declared + LEAD for e in alphabet().encodings)


def score_of(text: str) -> float:
    """Return how much the letters beyond ASCII read as Cyrillic print (1.0 = all common small letters).

    A capital after a small letter speaks against it: KOI8-R read as Windows-1251 turns the case round.
    """
    sets, total, points = alphabet(), 0, 0.0
    before = " "
    for char in text:
        if not char.isascii():
            total += 1
            if char in sets.common:
                points += 1.0
            elif char in sets.letters:
                points += 0.7
            elif char.lower() in sets.letters:
                points += -1.0 if before.islower() else 0.6
            elif char not in sets.marks:
                points -= 1.0
        before = char
    return points / total if total else 0.0
