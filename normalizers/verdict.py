"""What each stretch of the raw text is: healthy, or damaged in which way; and how much of each page reads as words.

A verdict comes before a repair: what reads as words of its language, of another language or of none known is told
apart by word lists, by letter sequences, and by marks that wrong-language OCR leaves inside words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models import Edit, Span, Verdict
from normalizers.characters import is_cyrillic, tables
from normalizers.context import WORD, Context
from normalizers.language import foreign_words, languages
from normalizers.lexicon import health
from normalizers.sheet import Sheet

# Capitals, figures and signs inside words of small letters: print does not do that, OCR of a foreign script does.
_SOUP_MARK = re.compile("[a-z][A-Z]|[A-Za-z][0-9\u20ac|!$\u00a3@][a-z]|[A-Z]{2}[a-z][A-Z]|[)\\]/][A-Z]{1,2}[a-z]")
_MARKS = 3
_RUN = 4  # fewest marked lines of a stretch of soup in a sound text
# A page of which less than this share reads as words is damaged; a line of a damaged page above it is sound.
_SICK, _SOUND = 0.5, 0.75
# Below this share the decoder is asked whether a channel explains the text; by so much (nats a character) it must.
_SUSPECT, _CLEARLY = 0.88, 0.4
_LETTERLESS = 0.25  # the same for a text in which the letters that its language alone has are not to be found
_LACKING = 0.15  # and where its model is known to have been missing
_SAMPLE = 60
# Kazakh and Uzbek print has about one letter in six that Russian has not; what Russian OCR read has hardly any.
_OWN_LETTERS = 0.02
_HEALTHY = "healthy"
_FOREIGN_SHARE = 0.05
_KINDS: Mapping[str, str] = {
    "read_soup": "soup",
    "restore_encoding": "encoding",
    "restore_kazakh_font": "encoding",
    "turn_look_alikes": "mixed-script",
    "write_in_own_script": "mixed-script",
    "return_links": "layout",
    "close_spaced_letters": "layout",
    "join_cut_words": "layout",
    "split_glued": "layout",
}
_GRAVITY = ("empty", "healthy", "layout", "mixed-script", "soup", "encoding")


@dataclass(frozen=True, slots=True)
class Damage:
    """Lines (indices) that wrong-language OCR made, and the channel (OCR model) and language that explain them.

    `channel` is None where no known channel does; the lines are then left as they are.
    """

    lines: frozenset[int]
    channel: str | None
    language: str | None


def find_soup(context: Context) -> Damage | None:
    """Return the lines that are wrong-language OCR soup, or None."""
    best = context.health if context.health >= _SUSPECT else _best_health(context)
    if context.lacking and best >= _SUSPECT:
        return _lost_lines(context)
    stretch = _stretches(context) if best >= _SICK else []
    if stretch:
        channel, language = explain(tuple(context.lines[n][1] for n in stretch[:_SAMPLE]), _told(context))
        if channel:
            return Damage(frozenset(stretch), channel, language)
    if best < _SICK:
        lines, certain = _sick_lines(context), True
    elif best < _SUSPECT:
        lines, certain = _plain_lines(context), False
    else:
        lines, certain = _marked_lines(context), True
    if not lines:
        return None
    sample = tuple(context.lines[n][1] for n in lines[:_SAMPLE])
    channel, language = explain(sample, _told(context), _CLEARLY if certain else _LETTERLESS)
    if channel is None and context.told:
        channel, language = explain(sample, None)
    return Damage(frozenset(lines), channel, language) if certain or channel else None


def speaks_another(context: Context) -> bool:
    """Say whether a text is soup of another language than the operator or the reader told."""
    soup = find_soup(context)
    return soup is not None and soup.language is not None and languages()[soup.language].language != context.told


def _lost_lines(context: Context) -> Damage | None:
    """Return the lines, read for want of a model by another, that lost letters: all, a stamp, a column."""
    plain = _plain_lines(context)
    lines = plain or [
        n for n, (_, text, _) in enumerate(context.lines) if _is_print(text) and _reads_badly(context, text)
    ]
    sample = tuple(context.lines[n][1] for n in lines[:_SAMPLE])
    channel, language = explain(sample, None, _LACKING if plain else _CLEARLY) if lines else (None, None)
    return Damage(frozenset(lines), channel, language) if channel else None


def _reads_badly(context: Context, text: str) -> bool:
    words = Counter(WORD.findall(text))
    return words.total() >= _MARKS and max(health(words, code) for code in context.codes) < _SOUND


def _best_health(context: Context) -> float:
    folded = _folded(context.counted)
    return max(health(folded, code) for code in context.codes)


@lru_cache(maxsize=64)
def explain(sample: tuple[str, ...], language: str | None, clearly: float = _CLEARLY) -> tuple[str | None, str | None]:
    """Return the channel and language that explain lines better than that they are sound; else None.

    They must be better by `clearly` nats a character.
    """
    from normalizers.decoder import score_channels

    scores = score_channels(sample, language)
    sound = max((s.score for s in scores if s.channel == _HEALTHY), default=-99.0)
    best = next((s for s in scores if s.channel != _HEALTHY), None)
    if best is None or best.score < sound + clearly:
        return None, None
    return best.channel, best.language


def _told(context: Context) -> str | None:
    return next((c for c in context.codes if context.told and c in (context.told, f"{context.told}-Cyrl")), None)


def _plain_lines(context: Context) -> list[int]:
    """Return the lines of Cyrillic words in a text that has none of the letters that its language alone has."""
    every = frozenset().union(*(known.letters for known in languages().values()))
    own = every if context.language.plain else context.language.letters
    letters = Counter(c for c in context.string.lower() if is_cyrillic(c))
    if sum(letters[c] for c in own) > _OWN_LETTERS * letters.total():
        return []
    return [n for n, (_, text, _) in enumerate(context.lines) if _is_print(text) and not _is_russian(context, text)]


def _is_print(text: str) -> bool:
    """Say whether a line is mostly Cyrillic words: no blank of a form, no row of figures."""
    marks = [c for c in text if not c.isspace()]
    return 2 * sum(map(is_cyrillic, marks)) > len(marks)


def _is_russian(context: Context, text: str) -> bool:
    words = Counter(WORD.findall(text))
    plain = [code for code in context.codes if languages()[code].plain]
    return words.total() > 2 and any(health(words, code) > _SOUND for code in plain)


def _marked_lines(context: Context) -> list[int]:
    """Return the lines of a sound text that marks of soup show to be soup."""
    hits = Counter(context.line_of(m.start()) for m in _capped(context.string))
    return [n for n, count in sorted(hits.items()) if count >= _MARKS and _is_soup(context, n)]


def _stretches(context: Context) -> list[int]:
    """Return the lines of pages of soup inside a text that is otherwise sound: runs of lines that read as no words."""
    hits = {context.line_of(m.start()) for m in _capped(context.string)}
    if len(hits) < _RUN:
        return []
    found: list[int] = []
    seen = -1
    for hit in sorted(hits):
        if hit > seen and _reads_nothing(context, hit):
            run = [hit, *_onwards(context, hit, -1), *_onwards(context, hit, 1)]
            seen = max(run)
            marked = len(hits.intersection(run))
            if marked >= _RUN and 2 * marked >= len(run) and not _is_foreign(context, run):
                found += run
    return sorted(set(found))


def _onwards(context: Context, start: int, step: int) -> list[int]:
    """Return the lines next to a line of soup that read as no words either; empty lines between do not count."""
    run: list[int] = []
    n = start + step
    while 0 <= n < len(context.lines):
        if context.lines[n][1].strip():
            if not _reads_nothing(context, n):
                break
            run.append(n)
        n += step
    return run


def _reads_nothing(context: Context, line: int) -> bool:
    """Say whether a line is made of Latin letters and reads as words of no language here."""
    text = context.lines[line][1]
    words = Counter(WORD.findall(text))
    if any(map(is_cyrillic, text)) or not words:
        return False
    return max(health(words, code) for code in context.codes) < _SICK / 2


def _is_foreign(context: Context, lines: Sequence[int]) -> bool:
    words = [word.lower() for n in lines for word in WORD.findall(context.lines[n][1])]
    return sum(word in foreign_words() for word in words) >= _FOREIGN_SHARE * len(words)


def _capped(string: str) -> list[re.Match[str]]:
    """Return the marks of soup in a text; none where there are so few that no line can have enough."""
    found = list(_SOUP_MARK.finditer(string))
    return found if len(found) >= _MARKS else []


def _sick_lines(context: Context) -> list[int]:
    """Return the damaged lines of a text that mostly reads as no words; none where it is in another language."""
    counts = context.counted
    foreign = sum(n for w, n in counts.items() if w.lower() in foreign_words())
    if len(context.tokens) < 5 or foreign >= _FOREIGN_SHARE * len(context.tokens):
        return []
    return [
        n for n, (_, text, _) in enumerate(context.lines) if any(map(str.isalpha, text)) and not _reads(context, text)
    ]


def _folded(counts: Mapping[str, int]) -> Counter[str]:
    """Return the counts with Latin letters in Cyrillic words written as the Cyrillic ones that they look like."""
    letters = {ord(k): v for k, v in tables()["look_alike"]["latin_to_cyrillic"].items()}
    folded: Counter[str] = Counter()
    for word, count in counts.items():
        folded[word.translate(letters) if any(map(is_cyrillic, word)) else word] += count
    return folded


def _reads(context: Context, text: str) -> bool:
    words = _folded(Counter(WORD.findall(text)))
    return words.total() > 2 and any(health(words, code) > _SOUND for code in context.codes)


def _is_soup(context: Context, line: int) -> bool:
    """Say whether a line with marks of soup in a sound text reads as no words at all."""
    words = Counter(WORD.findall(context.lines[line][1]))
    marked = sum(bool(_SOUP_MARK.search(w)) for w in context.lines[line][1].split())
    known = max(health(words, code) for code in context.codes)
    return words.total() >= _MARKS and known < _SICK / 2 and 3 * marked >= len(context.lines[line][1].split())


def page_health(sheet: Sheet, before: Context, code: str) -> list[float]:
    """Return for each page the share of words (0..1) that read as words of the language, before any repair."""
    if len(sheet.pages) == 1:
        return [round(health(before.counted, code), 4)]
    return [round(health(Counter(WORD.findall(text)), code), 4) for text in _page_texts(sheet)]


def document_health(sheet: Sheet, shares: Sequence[float]) -> float:
    """Return the health of a document: that of its pages, weighed by their length."""
    sizes = [len(text) for text in _page_texts(sheet)]
    total = sum(sizes)
    return round(sum(s * n for s, n in zip(shares, sizes, strict=True)) / total, 4) if total else 1.0


def _page_texts(sheet: Sheet) -> list[str]:
    texts = sheet.raw.split("\n")
    found: list[str] = []
    at = 0
    for page in sheet.pages:
        found.append("\n".join(texts[at : at + len(page.lines)]))
        at += len(page.lines)
    return found


def judge(sheet: Sheet, edits: Sequence[Edit], before: Context, code: str) -> tuple[Verdict, ...]:
    """Return the verdicts of a document: runs of lines of one kind, page by page, in order."""
    wrong = any(_KINDS.get(m) == "encoding" for e in edits for m in e.method.split("+"))
    soup = None if wrong else find_soup(before)
    verdicts: list[Verdict] = []
    at = 0
    for (_, page), kind, text in zip(sheet.rows, _kinds(sheet, edits, soup), sheet.raw.split("\n"), strict=True):
        last = verdicts[-1] if verdicts else None
        span = Span(at, at + len(text))
        if last and last.page == page and (kind in ("empty", last.kind) or last.kind == "empty"):
            kept = last.kind if kind == "empty" else kind
            verdicts[-1] = Verdict(Span(last.span.start, span.stop), kept, page=page)
        else:
            verdicts.append(Verdict(span, kind, page=page))
        at = span.stop + 1
    return tuple(_finished(v, before, soup, code) for v in verdicts)


def _kinds(sheet: Sheet, edits: Sequence[Edit], soup: Damage | None) -> list[str]:
    texts = sheet.raw.split("\n")
    kinds = ["healthy" if text.strip() else "empty" for text in texts]
    starts: list[int] = []
    at = 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    line = 0
    for edit in edits:
        while line + 1 < len(starts) and starts[line + 1] <= edit.raw.start:
            line += 1
        for method in edit.method.split("+"):
            kinds[line] = max(kinds[line], _KINDS.get(method, kinds[line]), key=_GRAVITY.index)
    for damaged in soup.lines if soup else ():
        kinds[damaged] = "soup"
    return kinds


def _finished(verdict: Verdict, before: Context, soup: Damage | None, code: str) -> Verdict:
    span = verdict.span
    whole = span.start == 0 and span.stop == len(before.string)
    words = before.counted if whole else Counter(WORD.findall(before.string, span.start, span.stop))
    channel = soup.channel if soup and verdict.kind == "soup" else None
    return Verdict(
        span, verdict.kind, code.split("-", 1)[0] or None, channel, round(health(words, code), 4), verdict.page
    )
