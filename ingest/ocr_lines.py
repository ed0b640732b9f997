"""Read lines in another language than the page's again with the models of theirs: a stamp, a letterhead, a column.

What a line was read as says which language it is in, for a model that lacks letters writes look-alikes of them; a line
in another script reads badly. Where most of a page is in another language, the page was looked at, or told, wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.ocr_engine import ASCENT, BLOCK, DESCENT, LINE, Picture, TimeoutExceededError, Token, recognise
from ingest.ocr_language import GOOD, Tongue, folding, look_models, tongues
from ingest.ocr_letters import is_cyrillic, weigh

LETTERS = 8  # fewest letters of a line that can say its language
SURE, PER_LETTER = 9.0, 0.3  # nats by which another language must be likelier, and the same for each letter
MOST = 0.6  # share of the letters of a page in another language, from which on the page is in it
GAP = 1.4  # font sizes: words farther apart stand in two columns
SECONDS = 5.0
WORSE = 0.03  # mean confidence that the second reading may be below the first: a model is vain of what it cannot write
DOUBTFUL, CLEARLY = 0.75, 0.1  # mean confidence of a line that may be in another script, and how much better that reads
SURELY = 0.4  # by so much better it need not read well
MISSES = 3  # lines in a row that are in no other script: then no more are tried

Places = tuple[int, ...]  # of the words of one line in one column, among the words of the page


@dataclass(frozen=True, slots=True)
class Foreign:
    """Words that stand together, in another language than their page."""

    places: Places
    tongue: Tongue


def foreign_lines(picture: Picture, tokens: Sequence[Token], tongue: Tongue, dpi: float) -> list[Foreign]:
    """Return the lines that are surely not in `tongue`, whose models read the words, by column."""
    found = []
    misses = 0
    for places in _segments(tokens):
        words = [tokens[k] for k in places]
        other = _other_language(" ".join(w.text for w in words), tongue)
        if other is None and misses < MISSES and mean(words) < DOUBTFUL and _size(words) >= LETTERS:
            other = _other_script(picture, words, tongue, dpi)
            misses = 0 if other else misses + 1
        if other:
            found.append(Foreign(places, other))
    return found


def _segments(tokens: Sequence[Token]) -> Iterator[Places]:
    """Yield the words of each line, those of one column together."""
    run: list[int] = []
    for k, token in enumerate(tokens):
        last = tokens[run[-1]] if run else token
        if last.line != token.line or token.x0 - last.x1 > GAP * token.size:
            yield tuple(run)
            run = []
        run.append(k)
    if run:
        yield tuple(run)


def _other_language(text: str, tongue: Tongue) -> Tongue | None:
    """Return the language in Cyrillic letters that a text is in, if that is surely another one."""
    size = sum(map(is_cyrillic, text))
    if size < LETTERS or 2 * size < sum(map(str.isalpha, text)):
        return None
    weights = weigh(text, folding(tongue.models[0]))
    best = max(weights, key=weights.__getitem__)
    lead = weights[best] - weights.get(tongue.code, min(weights.values()))
    return _named(best) if best != tongue.code and lead >= max(SURE, PER_LETTER * size) else None


def _other_script(picture: Picture, words: Sequence[Token], tongue: Tongue, dpi: float) -> Tongue | None:
    """Return the language of a doubtful line that reads well, and clearly better, in another script."""
    for script, model in look_models():
        rivals = [t for t in tongues() if t.script == script]
        if script == tongue.script:
            continue
        again = _recognise(picture, words, (model,), dpi)
        gain = mean(again) - mean(words)
        if _size(again) >= LETTERS and (gain >= SURELY or (gain >= CLEARLY and mean(again) >= GOOD)):
            weights = weigh(" ".join(w.text for w in again), folding(model))
            return max(rivals, key=lambda t: weights.get(t.code, 0.0))
    return None


def _named(code: str) -> Tongue:
    return next(t for t in tongues() if t.code == code)


def most_of(tokens: Sequence[Token], found: Sequence[Foreign]) -> Tongue | None:
    """Return the language in which most of a page is, where that is another than the one it was read in."""
    sizes: dict[str, int] = {}
    for part in found:
        sizes[part.tongue.code] = sizes.get(part.tongue.code, 0) + _size([tokens[k] for k in part.places])
    best = max(sizes, key=sizes.__getitem__, default="")
    return _named(best) if best and sizes[best] >= MOST * _size(tokens) else None


def read_lines(
    picture: Picture, tokens: Sequence[Token], found: Sequence[Foreign], dpi: float
) -> tuple[list[Token], list[Tongue | None]]:
    """Return the words with those in another language read anew, and for each word the language it was read in.

    None stands for the language of the page.
    """
    anew: dict[int, tuple[list[Token], Tongue]] = {}
    dropped: set[int] = set()
    for part in _blocks(tokens, found):
        fresh = _recognise(picture, [tokens[k] for p in part for k in p.places], part[0].tongue.models, dpi)
        for each, mine in zip(part, _shared_out(tokens, part, fresh), strict=True):
            words = [tokens[k] for k in each.places]
            if mine and mean(mine) >= mean(words) - WORSE:
                anew[each.places[0]] = [_like(word, words) for word in mine], each.tongue
                dropped.update(each.places)
    result: list[tuple[Token, Tongue | None]] = []
    for k, token in enumerate(tokens):
        if k in anew:
            result += [(word, anew[k][1]) for word in anew[k][0]]
        elif k not in dropped:
            result.append((token, None))
    return [token for token, _ in result], [tongue for _, tongue in result]


def _blocks(tokens: Sequence[Token], found: Sequence[Foreign]) -> list[list[Foreign]]:
    """Put lines of one language that stand right above each other together: they are read better so."""
    blocks: list[list[Foreign]] = []
    for part in found:
        first = tokens[part.places[0]]
        for block in reversed(blocks[-3:]):
            above = [tokens[k] for k in block[-1].places]
            step = first.base - above[0].base
            over = min(above[-1].x1, tokens[part.places[-1]].x1) - max(above[0].x0, first.x0)
            if block[0].tongue == part.tongue and 0.5 * first.size < step < 2.0 * first.size and over > 0:
                block.append(part)
                break
        else:
            blocks.append([part])
    return blocks


def _recognise(picture: Picture, words: Sequence[Token], models: tuple[str, ...], dpi: float) -> list[Token]:
    """Return what models read where some words stand; nothing where they take too long."""
    size = max(word.size for word in words)
    x0, y0 = min(w.x0 for w in words) - 0.3 * size, min(w.base for w in words) - ASCENT * size
    x1, y1 = max(w.x1 for w in words) + 0.3 * size, max(w.base for w in words) + DESCENT * size
    left, top = max(round(x0), 0), max(round(y0), 0)
    crop = picture[top : max(round(y1), 0), left : max(round(x1), 0)]
    if min(crop.shape) < 8:
        return []
    try:
        found = recognise(crop, models, dpi, LINE if y1 - y0 < 2 * size else BLOCK, SECONDS)
    except TimeoutExceededError:
        return []
    return [replace(w, x0=w.x0 + left, x1=w.x1 + left, y0=w.y0 + top, y1=w.y1 + top, base=w.base + top) for w in found]


def _shared_out(tokens: Sequence[Token], block: Sequence[Foreign], fresh: Sequence[Token]) -> list[list[Token]]:
    """Return the words read anew for each line of a block."""
    bases = [sum(tokens[k].base for k in part.places) / len(part.places) for part in block]
    shares: list[list[Token]] = [[] for _ in block]
    for word in fresh:
        at = min(range(len(bases)), key=lambda n: abs(bases[n] - word.base))
        shares[at].append(replace(word, line=tokens[block[at].places[0]].line))
    return shares


def _like(new: Token, words: Sequence[Token]) -> Token:
    """Return a word of a second reading with the case of the first; of two numbers the surer, with its doubt."""
    old = next((w for w in words if _at_one_place(w, new)), new)
    if old.text != new.text and (_is_number(old.text) or _is_number(new.text)):
        best = max(old, new, key=lambda w: w.confidence)
        return replace(best, confidence=min(old.confidence, new.confidence, 0.5))
    if len(old.text) != len(new.text) or not (old.text.islower() or old.text.istitle()):
        return new
    cased = (n.lower() if o.islower() else n for o, n in zip(old.text, new.text, strict=True))
    return replace(new, text="".join(cased))


def _at_one_place(a: Token, b: Token) -> bool:
    return min(a.x1, b.x1) - max(a.x0, b.x0) > 0.8 * max(a.x1 - a.x0, b.x1 - b.x0)


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _size(tokens: Sequence[Token]) -> int:
    return sum(len(token.text) for token in tokens)


def mean(tokens: Sequence[Token]) -> float:
    """Return the mean confidence (0..1) of the letters."""
    letters = _size(tokens)
    return sum(token.confidence * len(token.text) for token in tokens) / letters if letters else 0.0
