"""The decoder's public calls: read soup back, and say which (model, language) channel explains a text best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models import Edit, Span

HEALTHY = "healthy"


@dataclass(frozen=True, slots=True)
class DecodedLine:
    """One line read back.

    `edits` has one `Edit` per changed word or run of words: `raw` in the line as given, `span` in `text`, ordered,
    replayable. `words` has every word of `text` with how sure it is (0..1), changed or not.
    """

    text: str
    edits: tuple[Edit, ...] = ()
    words: tuple[tuple[Span, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """All lines in order, the language they were read as, and the channel (OCR model) that explains them."""

    lines: tuple[DecodedLine, ...]
    language: str
    channel: str


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """How well one explanation fits: `score` is the log probability (nats) per character of the sample.

    `channel` is `healthy` (the text is what was printed) or the name of an OCR model; `language` is what is printed
    (`kk`, `ru`, `uz-Cyrl`).
    """

    channel: str
    language: str
    score: float


def channels() -> tuple[str, ...]:
    """Return the names of the trained channels (without `healthy`)."""
    return ("eng-standard", "eng-fast", "rus", "rus+eng", "kaz", "uzb")


def decode(lines: Sequence[str], language: str | None = None, channel: str | None = None) -> Decoded:
    """Return `lines` read back as `language` through `channel`; either is chosen by score where it is None.

    An empty line resets the language model's history; other lines continue the line before. Lines that hold nothing
    to read back come out as they went in. STUB until the tables are trained: nothing is changed.
    """
    return Decoded(tuple(DecodedLine(line) for line in lines), language or "kk", channel or HEALTHY)


def score_channels(sample: Sequence[str], language: str | None = None) -> tuple[ChannelScore, ...]:
    """Return every (channel, language) with its score on the sample, best first; `healthy` is one of the channels."""
    return (ChannelScore(HEALTHY, language or "kk", 0.0),)
