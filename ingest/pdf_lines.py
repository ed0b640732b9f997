"""Take the glyphs of a page, give its printed lines with words in reading order.

Glyphs are put on lines by the base line of their origin, not by the middle of their box (underscores and
superscripts break lines otherwise), and into words by their place on the line, not by the order in the file: the
words of hyperlinks, which many producers write after the line, fall into the gap where the reader sees them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingest.pdf_glyphs import Bools, Floats, Glyphs, Ints

SPACES = (
    0x09,
    0x0A,
    0x0B,
    0x0C,
    0x0D,
    *range(0x1C, 0x21),
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
)
_SPACES = np.array([*SPACES, 0x205F, 0x3000, 0xFEFF])
BASE_TOLERANCE = 0.15  # of the font size: base lines of one line
GAP = 0.2  # of the font size: a gap that parts words without a white space character
SPACED_GAP = 0.08  # the same where a white space character stands between
WIDEST_LETTER_SPACING = 0.45
STRETCH_SPREAD = 0.35  # of the usual gap: how far the gaps of one stretched line differ
UPRIGHT = 0
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED = {ord(a): ord(b) for a, b in zip("0123456789", RAISED, strict=True)}
_LOWERED = {ord(a): ord(b) for a, b in zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True)}

WordBox = tuple[int, int, float, float, float, float]


@dataclass(slots=True)
class Strip:
    """One printed line or a part of one: its text, its words (start, stop, x0, y0, x1, y1) and how it is printed.

    `region` is 0 for running text, else the number of a table cell. `starts` and `stops`, where asked for, are the
    left and right ends of the glyph at each character of `text` (0 for a space). `edge` is the left edge of the
    column of text that the line belongs to, where a page has columns.
    """

    text: str
    words: list[WordBox]
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    pitch: float
    region: int = 0
    turn: int = UPRIGHT
    starts: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    edge: float | None = None


def find_strips(glyphs: Glyphs, region: Ints, ends: bool = False) -> list[Strip]:
    """Return the lines of each region, top down; `ends` asks for the ends of every glyph (links need them)."""
    strips: list[Strip] = []
    for turn in np.unique(glyphs.turn).tolist():
        mask = glyphs.turn == turn
        part = _take(glyphs, mask)
        if turn == UPRIGHT:
            strips.extend(_level_strips(part, region[mask], ends))
        else:
            strips.extend(_turned_strips(part, region[mask], turn))
    return sorted(strips, key=lambda s: (s.region, s.base, s.x0))


def _take(glyphs: Glyphs, mask: Bools | Ints) -> Glyphs:
    return Glyphs(
        glyphs.code[mask],
        glyphs.x0[mask],
        glyphs.x1[mask],
        glyphs.base[mask],
        glyphs.top[mask],
        glyphs.bottom[mask],
        glyphs.size[mask],
        glyphs.bold[mask],
        glyphs.turn[mask],
    )


def _turned_strips(glyphs: Glyphs, region: Ints, turn: int) -> list[Strip]:
    """Read turned text in its own direction, and give its lines their true boxes back."""
    own = _turned(glyphs, turn)
    strips = _level_strips(own, region, False)
    for strip in strips:
        strip.words = [(a, b, *_back(x0, y0, x1, y1, turn)) for a, b, x0, y0, x1, y1 in strip.words]
        strip.x0, strip.top, strip.x1, strip.bottom = _back(strip.x0, strip.top, strip.x1, strip.bottom, turn)
        strip.base, strip.turn = strip.bottom, turn
        strip.starts, strip.stops = [], []
    return strips


def _turned(glyphs: Glyphs, turn: int) -> Glyphs:
    x0, y0, x1, y1 = glyphs.x0, glyphs.top, glyphs.x1, glyphs.bottom
    if turn == 90:  # reads upwards
        box, base = (-y1, x0, -y0, x1), glyphs.base
    elif turn == 270:  # reads downwards
        box, base = (y0, -x1, y1, -x0), -glyphs.base
    else:
        box, base = (-x1, -y1, -x0, -y0), -glyphs.base
    left, top, right, bottom = box
    return Glyphs(glyphs.code, left, right, base, top, bottom, glyphs.size, glyphs.bold, glyphs.turn)


def _back(x0: float, y0: float, x1: float, y1: float, turn: int) -> tuple[float, float, float, float]:
    if turn == 90:
        return y0, -x1, y1, -x0
    if turn == 270:
        return -y1, x0, -y0, x1
    return -x1, -y1, -x0, -y0


def _level_strips(glyphs: Glyphs, region: Ints, ends: bool) -> list[Strip]:
    space = np.isin(glyphs.code, _SPACES)
    if bool(space.all()):
        return []
    line = _lines_of(glyphs, region, space)
    line = _attach_small(glyphs, region, line, space)
    order: Ints = np.lexsort((glyphs.x0, line))
    solid: Bools = ~space[order]
    marks = np.cumsum(~solid).astype(np.int64)[solid]
    ink, marks, doubled = _drop_doubles(glyphs, line, order[solid], marks)
    return _build(_take(glyphs, ink), region[ink], line[ink], marks, doubled, ends)


def _lines_of(glyphs: Glyphs, region: Ints, space: Bools) -> Ints:
    """Number the lines by base line within each region (white space does not hold lines together)."""
    order = np.lexsort((glyphs.base, region))
    base, part, size = glyphs.base[order], region[order], glyphs.size[order]
    tolerance = np.maximum(1.0, BASE_TOLERANCE * np.minimum(size[1:], size[:-1]))
    split = (np.diff(base) > tolerance) | (np.diff(part) != 0)
    number = np.concatenate(([0], np.cumsum(split)))
    line = np.empty(len(order), dtype=np.int64)
    line[order] = number
    return line


def _attach_small(glyphs: Glyphs, region: Ints, line: Ints, space: Bools) -> Ints:
    """Put superscripts and subscripts on the line beside which they stand; their digits become ¹ or ₁.

    "12¹" read as "121" would be another number.
    """
    ink = ~space
    count = int(line.max()) + 1
    size = np.bincount(line[ink], glyphs.size[ink], count) / np.maximum(np.bincount(line[ink], minlength=count), 1)
    base = np.bincount(line, glyphs.base, count) / np.maximum(np.bincount(line, minlength=count), 1)
    line = line.copy()
    for small in range(count):
        for main in (small + 1, small - 1):
            if not 0 <= main < count or not 0 < size[small] < 0.85 * size[main]:
                continue
            shift = base[main] - base[small]
            if -0.35 * size[main] <= shift <= 0.75 * size[main] and _touches(glyphs, region, line, ink, small, main):
                mine = np.flatnonzero(line == small)
                table = _RAISED if shift > 0 else _LOWERED
                glyphs.code[mine] = [table.get(c, c) for c in glyphs.code[mine].tolist()]
                line[mine] = main
                break
    return line


def _touches(glyphs: Glyphs, region: Ints, line: Ints, ink: Bools, small: int, main: int) -> bool:
    """Tell whether every small glyph stands right beside a glyph of the main line or of its own."""
    mine = np.flatnonzero((line == small) & ink)
    other = np.flatnonzero((line == main) & ink)
    if not len(mine) or not len(other) or region[mine[0]] != region[other[0]]:
        return False
    reach = 0.35 * float(glyphs.size[other].max())
    starts, stops = glyphs.x0[mine], glyphs.x1[mine]
    after = np.abs(starts[:, None] - glyphs.x1[other][None, :]) < reach
    before = np.abs(stops[:, None] - glyphs.x0[other][None, :]) < reach  # the mark of a footnote
    beside = np.abs(starts[:, None] - stops[None, :]) < reach
    anchored = after.any(axis=1) | before.any(axis=1)
    return bool(anchored.any() and (anchored | beside.any(axis=1)).all())


def _drop_doubles(glyphs: Glyphs, line: Ints, ink: Ints, marks: Ints) -> tuple[Ints, Ints, Bools]:
    """Drop glyphs printed twice on one spot (poor man's bold); the third result marks those that stay."""
    same = (np.diff(glyphs.code[ink]) == 0) & (np.diff(line[ink]) == 0)
    same &= np.diff(glyphs.x0[ink]) < 0.12 * glyphs.size[ink][1:]
    same &= np.abs(np.diff(glyphs.base[ink])) < 0.12 * glyphs.size[ink][1:]
    drop = np.concatenate(([False], same))
    stays = ~drop
    doubled = np.zeros(len(ink), dtype=np.bool_)
    doubled[:-1] = drop[1:]
    return ink[stays], marks[stays], doubled[stays]


def _breaks(glyphs: Glyphs, line: Ints, marks: Ints) -> Bools:
    """Return before which glyphs a word begins (the first of a line among them)."""
    gap = glyphs.x0[1:] - glyphs.x1[:-1]
    size = np.maximum(glyphs.size[1:], glyphs.size[:-1])
    relative = gap / size
    spaced = np.diff(marks) > 0
    same_line = np.diff(line) == 0
    limit = np.maximum(GAP, _letter_spacing(glyphs.code, relative, same_line & ~spaced, line))
    parts = (relative > limit) | (spaced & (relative > SPACED_GAP)) | ~same_line
    return np.concatenate(([True], parts))


def _letter_spacing(code: Ints, relative: Floats, inside: Bools, line: Ints) -> Floats:
    """Return for each gap the limit that the letter-spacing of its line calls for (0 where it is not spaced).

    A short line stretched to the margin ("w o r d s") is known by gaps that are all alike; digits alone may as well
    be the cells of a row, and are never put together.
    """
    wide = inside & (relative > 0.6 * GAP)
    limit = np.zeros(len(relative))
    if not bool(wide.any()):
        return limit
    for number in np.unique(line[1:][wide]).tolist():
        mine = line[1:] == number
        gaps = relative[mine & inside]
        middle = float(np.median(gaps))
        if len(gaps) < 4 or middle <= 0.6 * GAP:
            continue
        letters = gaps[gaps <= 2.0 * middle]
        stretched = len(letters) > 4 and float(np.ptp(letters)) <= STRETCH_SPREAD * middle
        stretched = stretched and _mostly_letters(code[line == number])
        limit[mine] = 2.0 * middle if stretched else min(1.5 * middle, WIDEST_LETTER_SPACING)
    return limit


def _mostly_letters(code: Ints) -> bool:
    return sum(chr(c).isalpha() for c in code.tolist()) >= 0.6 * len(code)


def _build(glyphs: Glyphs, region: Ints, line: Ints, marks: Ints, doubled: Bools, ends: bool) -> list[Strip]:
    """Cut the sorted glyphs into words and lines."""
    count = len(glyphs.code)
    begins = _breaks(glyphs, line, marks)
    new_line = np.concatenate(([True], np.diff(line) != 0))
    at = np.arange(count) + np.cumsum(begins & ~new_line)  # each word but the first of a line has a space before it
    text = np.full(int(at[-1]) + 1, 0x20, dtype=np.uint32)
    text[at] = glyphs.code
    string = text.tobytes().decode("utf-32-le")
    word_at = np.flatnonzero(begins)
    boxes = _word_boxes(glyphs, at, word_at)
    first = np.flatnonzero(new_line)
    word_of_line = [*np.searchsorted(word_at, first).tolist(), len(word_at)]
    edges = [*first.tolist(), count]
    offsets = [*at[first].tolist(), int(at[-1]) + 1]
    measures = _measures(glyphs, first, doubled)
    sides = (glyphs.x0.tolist(), glyphs.x1.tolist(), at.tolist()) if ends else None
    strips = []
    for k, measure in enumerate(measures):
        low, high, start = edges[k], edges[k + 1], offsets[k]
        words = [(a - start, b - start, *rest) for a, b, *rest in boxes[word_of_line[k] : word_of_line[k + 1]]]
        part = string[start : offsets[k + 1]] if k + 1 < len(measures) else string[start:]
        x0, x1, top, bottom, base, size, bold, pitch = measure
        strip = Strip(part, words, x0, x1, top, bottom, base, size, bold > 0, pitch, int(region[low]))
        if sides:
            strip.starts, strip.stops = _spread(sides, low, high, start, len(part))
        strips.append(strip)
    return strips


def _word_boxes(glyphs: Glyphs, at: Ints, word_at: Ints) -> list[tuple[int, int, float, float, float, float]]:
    last = np.concatenate((word_at[1:], [len(at)])) - 1
    columns = (
        at[word_at].tolist(),
        (at[last] + 1).tolist(),
        np.round(np.minimum.reduceat(glyphs.x0, word_at), 2).tolist(),
        np.round(np.minimum.reduceat(glyphs.top, word_at), 2).tolist(),
        np.round(np.maximum.reduceat(glyphs.x1, word_at), 2).tolist(),
        np.round(np.maximum.reduceat(glyphs.bottom, word_at), 2).tolist(),
    )
    return list(zip(*columns, strict=True))


def _measures(glyphs: Glyphs, first: Ints, doubled: Bools) -> list[tuple[float, ...]]:
    """Return (x0, x1, top, bottom, base, size, bold, pitch) of each line."""
    count = np.diff(np.concatenate((first, [len(glyphs.code)])))
    heavy = np.add.reduceat((glyphs.bold | doubled).astype(np.int64), first)
    columns = (
        np.minimum.reduceat(glyphs.x0, first).tolist(),
        np.maximum.reduceat(glyphs.x1, first).tolist(),
        np.minimum.reduceat(glyphs.top, first).tolist(),
        np.maximum.reduceat(glyphs.bottom, first).tolist(),
        (np.add.reduceat(glyphs.base, first) / count).tolist(),
        (np.add.reduceat(glyphs.size, first) / count).tolist(),
        (heavy > 0.6 * count).tolist(),
        (np.add.reduceat(glyphs.x1 - glyphs.x0, first) / count).tolist(),
    )
    return list(zip(*columns, strict=True))


def _spread(
    sides: tuple[list[float], list[float], list[int]], low: int, high: int, start: int, length: int
) -> tuple[list[float], list[float]]:
    """Lay the glyphs' ends out by the characters of the text."""
    lefts, rights, at = sides
    if high - low == length:
        return lefts[low:high], rights[low:high]
    starts, stops = [0.0] * length, [0.0] * length
    for k in range(low, high):
        place = at[k] - start
        starts[place], stops[place] = lefts[k], rights[k]
    return starts, stops


def is_stretched(words: list[WordBox], pitch: float, size: float) -> bool:
    """Tell whether a line's letters are spaced out, as justification does with the last line of a paragraph."""
    glyphs = sum(word[1] - word[0] for word in words)
    inner = sum(word[4] - word[2] for word in words) - pitch * glyphs
    return glyphs < 1.5 * len(words) or inner > 0.05 * size * (glyphs - len(words))
