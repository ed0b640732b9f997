"""The decoder's public calls: read soup back, and say which (model, language) channel explains a text best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models import Edit, Span
from normalizers.decoder.case import settle_case
from normalizers.decoder.confidence import confidence
from normalizers.decoder.reading import KEEP, Reader, Reading, Word, reader

HEALTHY = "healthy"
METHOD = "decoded"
LANGUAGES = ("kk", "ru", "uz-Cyrl")
LATIN_CHANNELS = ("eng-standard", "eng-fast")
CYRILLIC_CHANNELS = ("rus", "rus+eng", "kaz", "uzb")
# Which channels are tried for a language: an OCR model that knows the language's letters is no explanation of soup
# (Debian's `uzb` reads Cyrillic Uzbek better than the decoder would: .008 against .0098 of the characters wrong).
TRIED = {
    "kk": ("eng-standard", "eng-fast", "rus", "rus+eng"),
    "ru": ("eng-standard", "eng-fast"),
    "uz-Cyrl": ("eng-standard", "eng-fast", "rus", "rus+eng", "kaz"),
}
LETTER = re.compile(r"[^\W\d_]")
LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
SAMPLE = 600  # characters
NARROW = 8


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
    return LATIN_CHANNELS + CYRILLIC_CHANNELS


def decode(lines: Sequence[str], language: str | None = None, channel: str | None = None) -> Decoded:
    """Return `lines` read back as `language` through `channel`; either is chosen by score where it is None.

    An empty line resets the language model's history; other lines continue the line before. A line that the language
    explains better as it stands comes out as it went in.
    """
    if language is None or channel is None:
        ranked = score_channels(lines, language)
        fitting = [row for row in ranked if channel in (None, row.channel)]
        if not fitting:
            fitting = [ChannelScore(channel or HEALTHY, language or LANGUAGES[0], 0.0)]
        language, channel = fitting[0].language, fitting[0].channel
    if channel == HEALTHY:
        return Decoded(tuple(DecodedLine(line) for line in lines), language, channel)
    engine = reader(language, channel)
    state: int | None = None
    read: list[list[tuple[int, str, Reading | None]]] = []
    for line in lines:
        parts, state = pieces(engine, line, state, channel in LATIN_CHANNELS)
        read.append(parts)
    settled = settle_case(engine, read)
    return Decoded(
        tuple(assembled(line, parts, channel) for line, parts in zip(lines, settled, strict=True)), language, channel
    )


def pieces(
    engine: Reader, line: str, state: int | None, latin: bool
) -> tuple[list[tuple[int, str, Reading | None]], int | None]:
    """Return the parts of a line (cells between tabs, addresses apart) with their readings, and the state after it."""
    if not line.strip():
        return [], None
    found: list[tuple[int, str, Reading | None]] = []
    for match in re.finditer(r"[^\t]+", line):
        at = match.start()
        for text, kept in cut(match.group()):
            start = at + len(text) - len(text.lstrip())
            at += len(text)
            shown = text.strip()
            if not shown:
                continue
            reading = None if kept or not LETTER.search(shown) else engine.line(shown, state)
            if reading is not None and stands(engine, shown, reading, state, latin):
                reading = None
            state = reading.state if reading is not None else engine.healthy(shown, state)[1]
            found.append((start, shown, reading))
    return found, state


def cut(cell: str) -> Iterable[tuple[str, bool]]:
    """Yield the stretches of a cell and whether each is an address that is kept as it stands."""
    at = 0
    for match in KEEP.finditer(cell):
        yield cell[at : match.start()], False
        yield match.group(), True
        at = match.end()
    yield cell[at:], False


def stands(engine: Reader, text: str, reading: Reading, state: int | None, latin: bool) -> bool:
    """Say whether a text is better explained as printed than as read by the wrong model."""
    if latin and len(CYRILLIC.findall(text)) > len(LATIN.findall(text)):
        return True
    return engine.healthy(text, state)[0] >= reading.score


def assembled(line: str, parts: list[tuple[int, str, Reading | None]], channel: str) -> DecodedLine:
    """Return a line put together from its parts, with its edits and words."""
    out, at, size = [], 0, 0
    edits: list[Edit] = []
    words: list[tuple[Span, float]] = []
    for start, text, reading in parts:
        out.append(line[at:start])
        size += start - at
        at = start + len(text)
        if reading is None:
            words += [(Span(size + m.start(), size + m.end()), 1.0) for m in re.finditer(r"\S+", text)]
            out.append(text)
            size += len(text)
            continue
        for group in groups(reading, text):
            edits += edit(group, reading.text, text, start, size, channel)
        words += [(Span(size + w.span.start, size + w.span.stop), confidence(w, channel)) for w in reading.words]
        out.append(reading.text)
        size += len(reading.text)
    out.append(line[at:])
    return DecodedLine("".join(out), tuple(edits), tuple(words))


def groups(reading: Reading, text: str) -> Iterable[list[Word]]:
    """Yield runs of words between blanks that stand in both the text read back and the text as read."""
    run: list[Word] = []
    for word in reading.words:
        clean = word.raw.start > 0 and text[word.raw.start - 1] == " "
        if run and clean and run[-1].raw.stop == word.raw.start - 1:
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def edit(group: list[Word], after: str, before: str, start: int, size: int, channel: str) -> list[Edit]:
    """Return the change that a run of words is, if it is one; offsets place it in the lines."""
    raw = Span(group[0].raw.start, group[-1].raw.stop)
    span = Span(group[0].span.start, group[-1].span.stop)
    old, new = before[raw.start : raw.stop], after[span.start : span.stop]
    if old == new:
        return []
    sure = min(confidence(word, channel) for word in group)
    places = Span(start + raw.start, start + raw.stop), Span(size + span.start, size + span.stop)
    return [Edit(*places, old, new, METHOD, sure)]


def score_channels(sample: Sequence[str], language: str | None = None) -> tuple[ChannelScore, ...]:
    """Return every (channel, language) with its score on the sample, best first; `healthy` is one of the channels.

    Only about 600 characters of the longest lines are looked at.
    """
    chosen: list[str] = []
    for line in sorted({" ".join(line.split()) for line in sample if LETTER.search(line)}, key=lambda t: (-len(t), t)):
        if sum(map(len, chosen)) < SAMPLE:
            chosen.append(line[:SAMPLE])
    size = max(sum(map(len, chosen)), 1)
    latin = sum(len(LATIN.findall(line)) for line in chosen)
    cyrillic = sum(len(CYRILLIC.findall(line)) for line in chosen)
    out = []
    for name in (language,) if language in LANGUAGES else LANGUAGES:
        engine = reader(name, LATIN_CHANNELS[0], NARROW)
        out.append(ChannelScore(HEALTHY, name, sum(engine.healthy(line, None)[0] for line in chosen) / size))
        for channel in TRIED[name]:
            if (cyrillic > latin) if channel in LATIN_CHANNELS else (latin > 4 * cyrillic):
                continue
            through = reader(name, channel, NARROW)
            out.append(ChannelScore(channel, name, sum(through.line(line, None).score for line in chosen) / size))
    return tuple(sorted(out, key=lambda row: (-row.score, row.channel != HEALTHY, row.channel, row.language)))
