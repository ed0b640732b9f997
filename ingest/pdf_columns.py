"""Take the running lines of a page, give them in reading order: blocks that stand side by side one after the other.

Letterheads in two languages, agreement stamps beside approval stamps and gazette columns are read column by column;
a signature ("post ... name") or the row of an unruled list stays one line. The wide gaps of justified lines are
no columns: the gap must stand out from the other gaps of its line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

from ingest.pdf_lines import UPRIGHT, Strip, is_stretched

WIDE = 2.2  # font sizes: narrowest gap that may part columns
STANDS_OUT = 3.0  # times the line's usual gap
GUTTER = 1.0  # font sizes: narrowest strip of paper common to all lines of a block
NEIGHBOUR = 2.6  # font sizes: farthest base lines of one block
LONG_TEXT = 26  # characters: a text that is more than a name
SHORT_TEXT = 7
COLUMN = 8  # lines: more than a stamp
MOST_LINES = 300  # of a block
LONGEST_KEY = 4  # characters: a row's number
HALF_LINE = 0.85  # font sizes: base lines nearer than those of two lines
GAP_SPACES = "    "

Gap = tuple[float, float]


@dataclass(slots=True)
class _Block:
    """Lines (by index) that leave a gutter from `low` to `high` free."""

    low: float
    high: float
    lines: list[int]

    def left(self, strip: Strip) -> bool:
        """Tell whether a line has text left of the gutter."""
        return strip.x0 < self.low + 0.1

    def right(self, strip: Strip) -> bool:
        """Tell whether a line has text right of the gutter."""
        return strip.x1 > self.high - 0.1


def in_reading_order(strips: list[Strip]) -> list[Strip]:
    """Return the lines in reading order; lines cut where columns part, wide gaps inside a line shown as spaces."""
    upright = sorted((s for s in strips if s.turn == UPRIGHT), key=lambda s: (s.base, s.x0))
    turned = sorted((s for s in strips if s.turn != UPRIGHT), key=turned_place)
    wide = [_wide_gaps(strip) for strip in upright]
    gutters = [_gutter(upright, wide, k) for k in range(len(upright))]
    ordered: list[Strip] = []
    at = 0
    while at < len(upright):
        block = _block_from(upright, gutters, at)
        if block is not None and _is_columns(upright, wide, block):
            left, right = _part(upright, block)
            ordered.extend(in_reading_order(left))
            ordered.extend(in_reading_order(right))
            at = block.lines[-1] + 1
        elif _name_hangs(upright, at):
            post = _joined(upright[at + 2], upright[at + 1])
            ordered += [_show_gap(upright[at], wide[at]), _show_gap(post, _wide_gaps(post))]
            at += 3
        else:
            ordered.append(_show_gap(upright[at], wide[at]))
            at += 1
    return ordered + turned


def turned_place(strip: Strip) -> tuple[int, float, float]:
    """Return the key that puts turned lines in the order in which they are read."""
    if strip.turn == 90:
        return strip.turn, strip.x0, -strip.bottom
    return (strip.turn, -strip.x1, strip.top) if strip.turn == 270 else (strip.turn, -strip.bottom, -strip.x1)


def _name_hangs(strips: list[Strip], at: int) -> bool:
    """Tell whether the next line hangs between this and the one after it (a name beside a post of two lines)."""
    if at + 2 >= len(strips):
        return False
    return _hangs(strips[at + 1], strips[at]) and _hangs(strips[at + 1], strips[at + 2])


def _hangs(strip: Strip, other: Strip) -> bool:
    """Tell whether a text stands right of another, apart from it, and less than a line above or below."""
    size = min(strip.size, other.size)
    return abs(strip.base - other.base) < HALF_LINE * size and strip.x0 - other.x1 > WIDE * size


def _joined(left: Strip, right: Strip) -> Strip:
    shift = len(left.text) + 1
    words = [(a + shift, b + shift, *box) for a, b, *box in right.words]
    return replace(
        left,
        text=f"{left.text} {right.text}",
        words=[*left.words, *words],  # type: ignore[list-item]
        x1=right.x1,
        top=min(left.top, right.top),
        bottom=max(left.bottom, right.bottom),
        starts=[*left.starts, 0.0, *right.starts] if left.starts else [],
        stops=[*left.stops, 0.0, *right.stops] if left.stops else [],
    )


def _gaps(strip: Strip) -> list[Gap]:
    return [(a[4], b[2]) for a, b in zip(strip.words, strip.words[1:], strict=False)]


def _wide_gaps(strip: Strip) -> list[Gap]:
    """Return the gaps that stand out of a line."""
    gaps = _gaps(strip)
    if not gaps:
        return []
    widths = sorted(b - a for a, b in gaps)
    usual = median(widths[:-1]) if len(widths) > 2 else 0.3 * strip.size
    limit = max(WIDE * strip.size, STANDS_OUT * usual)
    wide = [(a, b) for a, b in gaps if b - a > limit]
    return [] if wide and is_stretched(strip.words, strip.pitch, strip.size) else wide


def _block_from(strips: list[Strip], gutters: list[tuple[Gap | None, int]], at: int) -> _Block | None:
    """Return the block around a gutter that begins here: with text on both sides of it, or right of it."""
    gap, seed, count = None, at, 1
    for seed in range(at, min(at + 6, len(strips))):
        gap, count = gutters[seed]
        if gap is not None:
            break
    if gap is None:
        return None
    low, high = gap
    if any(strips[k].x0 < high - GUTTER * strips[k].size for k in range(at, seed)):
        return None
    if not all(_near(strips[k], strips[k + 1]) for k in range(at, seed)):
        return None
    block = _Block(low, high, list(range(at, seed + count)))
    for k in range(seed + count, min(len(strips), seed + MOST_LINES)):
        if not _near(strips[k - 1], strips[k]) or not _take(block, strips[k], k):
            break
    return _trim(block, strips)


def _gutter(strips: list[Strip], wide: list[list[Gap]], k: int) -> tuple[Gap | None, int]:
    """Return the gap in a line, or between it and the next that stands half a line lower; and how many lines."""
    if wide[k]:
        return max(wide[k], key=lambda g: g[1] - g[0]), 1
    if k + 1 < len(strips):
        left, right = strips[k], strips[k + 1]
        if right.x0 < left.x0:
            left, right = right, left
        if right.x0 > left.x1 and _hangs(right, left):
            return (left.x1, right.x0), 2
    return None, 1


def _near(upper: Strip, lower: Strip) -> bool:
    return lower.base - upper.base <= NEIGHBOUR * max(upper.size, lower.size)


def _take(block: _Block, strip: Strip, index: int) -> bool:
    """Add a line to the block where it leaves the gutter free."""
    need = GUTTER * strip.size
    if strip.x1 <= block.high - need:
        block.low = max(block.low, strip.x1)
    elif strip.x0 >= block.low + need:
        block.high = min(block.high, strip.x0)
    else:
        for a, b in _gaps(strip):
            low, high = max(a, block.low), min(b, block.high)
            if high - low >= need and b - a >= 1.5 * need:
                block.low, block.high = low, high
                break
        else:
            return False
    block.lines.append(index)
    return True


def _trim(block: _Block, strips: list[Strip]) -> _Block:
    """Give up the lines below the last that has text beside it where they stand off from it."""
    lefts = [k for k in block.lines if block.left(strips[k])]
    rights = [k for k in block.lines if block.right(strips[k])]
    end = min(lefts[-1], rights[-1]) if lefts and rights else -1
    kept = [k for k in block.lines if k <= end]
    for k in block.lines[len(kept) :]:
        above = max((strips[j].base for j in kept if block.left(strips[j]) == block.left(strips[k])), default=0.0)
        if strips[k].base - above > 1.45 * strips[k].size:
            break
        kept.append(k)
    block.lines = kept
    return block


def _is_columns(strips: list[Strip], wide: list[list[Gap]], block: _Block) -> bool:
    """Tell whether both sides are texts of their own, not the two ends of rows."""
    lefts = [k for k in block.lines if block.left(strips[k])]
    rights = [k for k in block.lines if block.right(strips[k])]
    both = [k for k in lefts if k in set(rights)]
    if len(lefts) < 2 or len(rights) < 2:
        return False
    middle = (block.low + block.high) / 2
    left = [_side(strips[k], middle, before=True) for k in lefts]
    right = [_side(strips[k], middle, before=False) for k in rights]
    if sum(map(len, left)) < SHORT_TEXT * len(left) or sum(map(len, right)) < SHORT_TEXT * len(right):
        return False
    if 2 * sum(_is_keyed(strips[k], wide[k]) for k in both) > len(both):
        return False  # the rows of an unruled table, numbered on the left
    steps = [strips[b].base - strips[a].base for a, b in zip(block.lines, block.lines[1:], strict=False)]
    single = max(steps) <= 1.5 * max(strips[k].size for k in block.lines)
    if not both or min(len(lefts), len(rights)) > len(both) + 1:
        return min(len(lefts), len(rights)) > 1 and single
    return len(both) > 1 and (max(map(len, right)) > LONG_TEXT or (single and len(both) > 2))


def _is_keyed(strip: Strip, wide: list[Gap]) -> bool:
    """Tell whether a line of three columns or more begins with something as short as a row's number.

    Where most gaps of a line are wide none stands out: then the gap behind the number must be as wide as columns need.
    """
    words = strip.words
    if len(words) > 2 and words[0][1] <= LONGEST_KEY and words[1][2] - words[0][4] > WIDE * strip.size:
        return True
    return len(wide) > 1 and next(word[1] for word in strip.words if word[4] >= wide[0][0]) <= LONGEST_KEY


def _side(strip: Strip, middle: float, before: bool) -> str:
    words = [w for w in strip.words if ((w[2] + w[4]) / 2 < middle) == before]
    return strip.text[words[0][0] : words[-1][1]] if words else ""


def _part(strips: list[Strip], block: _Block) -> tuple[list[Strip], list[Strip]]:
    middle = (block.low + block.high) / 2
    left: list[Strip] = []
    right: list[Strip] = []
    for k in block.lines:
        strip = strips[k]
        count = sum((w[2] + w[4]) / 2 < middle for w in strip.words)
        if count:
            left.append(cut(strip, 0, count))
        if count < len(strip.words):
            right.append(cut(strip, count, len(strip.words)))
    if min(len(left), len(right)) >= COLUMN:
        for side in (left, right):
            edge = min(strip.x0 for strip in side)
            side[:] = [replace(strip, edge=edge) for strip in side]
    return left, right


def cut(strip: Strip, first: int, last: int) -> Strip:
    """Return the part of a line that holds words `first:last`."""
    words = strip.words[first:last]
    if len(words) == len(strip.words):
        return strip
    low, high = words[0][0], words[-1][1]
    return replace(
        strip,
        text=strip.text[low:high],
        words=[(a - low, b - low, *rest) for a, b, *rest in words],  # type: ignore[misc]
        x0=min(w[2] for w in words),
        x1=max(w[4] for w in words),
        top=min(w[3] for w in words),
        bottom=max(w[5] for w in words),
        starts=strip.starts[low:high],
        stops=strip.stops[low:high],
    )


def _show_gap(strip: Strip, gaps: list[Gap]) -> Strip:
    """Widen the spaces of gaps that stand out, so that the two ends of a row can be told apart."""
    wide = {gap for gap in gaps if gap[1] - gap[0] > 3 * strip.size}
    if not wide:
        return strip
    words, starts, stops = [strip.words[0]], strip.starts, strip.stops
    text = strip.text[: strip.words[0][1]]
    shift = 0
    for before, word in zip(strip.words, strip.words[1:], strict=False):
        if (before[4], word[2]) in wide:
            extra = len(GAP_SPACES) - 1
            at = before[1] + shift
            if starts:
                starts, stops = _pad(starts, at, extra), _pad(stops, at, extra)
            shift += extra
            text += GAP_SPACES[1:]
        text += strip.text[before[1] : word[1]]
        words.append((word[0] + shift, word[1] + shift, *word[2:]))
    strip.text, strip.words, strip.starts, strip.stops = text, words, starts, stops
    return strip


def _pad(values: list[float], at: int, extra: int) -> list[float]:
    return [*values[:at], *([0.0] * extra), *values[at:]]
