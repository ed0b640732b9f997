"""Find the language of a page from parts of a few of its lines, and with it the models that read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, product
from typing import Any

from ingest.image_lines import Band
from ingest.ocr_engine import BLOCK, LINE, Models, Picture, known_models, missing_models, recognise
from ingest.ocr_letters import weigh
from ingest.ocr_tables import tables

FEWEST, MOST = 3, 9  # parts of lines that the look reads: more only where these leave the language open
PARTS = 3  # of one line, where there are few lines
LONG = 0.5  # of the longest line: such lines are looked at before shorter ones
WIDE = 14  # heights of a line, that a part is wide
GOOD = 0.72  # confidence of a reading with a model of the right script
POOR = 0.5  # below it the lines are in no script that is known here, or upside down
SURE = 14.0  # nats by which a language must be likelier than the next for the look to be settled
VOTE = 12.0  # nats that one part of a line can give: one line in another language does not decide for a page
AGREED = 0.75  # share of what all parts together could give, for the look to be settled


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as OCR knows it: its code, script, the models of a page, those of doubtful words.

    `lacking` is the model that would read it and is not installed; `models` are then those that can stand in for it.
    """

    code: str
    script: str
    models: Models
    second: Models
    lacking: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The language chosen for a page, the models to read it with, and the mean confidence of the look (0..1).

    `lead` says by how much (nats) it is likelier than the next; `settled`, whether that is enough.
    """

    tongue: Tongue
    models: Models
    confidence: float
    lead: float = 0.0
    settled: bool = True


@lru_cache(maxsize=1)
def tongues() -> tuple[Tongue, ...]:
    """Return the known languages."""
    return tuple(map(_tongue, tables()["language"]))


def _tongue(row: dict[str, Any]) -> Tongue:
    own = tuple(row["models"])
    second = tuple(name for name in row["second"] if name in known_models())
    if not missing_models(own[:1]):
        return Tongue(row["code"], row["script"], own, second)
    there = next(((name,) for name in row["instead"] if name in known_models()), own)
    return Tongue(row["code"], row["script"], there, tuple(m for m in second if m not in there), own[0])


def told(language: str) -> tuple[Tongue, ...]:
    """Return the languages that the operator's code may mean (`uz` is written in two scripts)."""
    return tuple(t for t in tongues() if t.code == language or t.code.partition("-")[0] == language)


def needed_models(among: Sequence[Tongue] = ()) -> Models:
    """Return the models for want of which pages in these languages (all, if none is named) cannot be read.

    There are none where each language of the likelier script has its model or one that can stand in for it.
    """
    among = among or tongues()
    likely = [t for t in among if t.script == among[0].script]
    return tuple(sorted(str(t.lacking) for t in likely)) if all(t.models[0] == t.lacking for t in likely) else ()


def _reader(row: dict[str, list[str]]) -> str | None:
    """Return the model that looks at pages in a script, None where none is installed."""
    return next((name for name in row["models"] if name in known_models()), None)


def look_models() -> list[tuple[str, str]]:
    """Return the scripts with the model that looks at pages in each."""
    found = [(row["script"], _reader(row)) for row in tables()["look"]]
    return [(script, model) for script, model in found if model]


def folding(model: str) -> str:
    """Return the name of the folding for what a model writes."""
    near, far = tables()["letters"]
    return str(far if model in tables()["plain"]["models"] else near)


@dataclass(slots=True)
class _Evidence:
    """What the parts of lines that were read so far say; `read` is (script, text, confidence, folding) of each."""

    among: Sequence[Tongue]
    read: list[tuple[str, str, float, str]] = field(default_factory=list)

    @property
    def script(self) -> str:
        """The script of most letters so far; that of the likelier languages before anything is read."""
        scripts = list(dict.fromkeys(t.script for t in self.among))
        return max(scripts, key=self._letters)

    def _letters(self, script: str) -> float:
        return sum(len(text) * confidence for named, text, confidence, _ in self.read if named == script)

    @property
    def confidence(self) -> float:
        """The mean confidence (0..1) of the letters."""
        size = sum(len(text) for _, text, _, _ in self.read)
        return sum(len(text) * confidence for _, text, confidence, _ in self.read) / size if size else 0.0

    def choice(self) -> Choice:
        """Return the likeliest language."""
        script = self.script
        rivals = [t for t in self.among if t.script == script]
        own = [(text, kind) for named, text, _, kind in self.read if named == script]
        ranked = _ranked(own, rivals)
        alone = VOTE * (2 * len(own) - len(self.read))
        lead = ranked[0][0] - ranked[1][0] if len(ranked) > 1 else alone
        best = ranked[0][1]
        return Choice(best, best.models, self.confidence, lead, lead >= max(SURE, AGREED * VOTE * len(self.read)))


def _ranked(parts: Iterable[tuple[str, str]], among: Sequence[Tongue]) -> list[tuple[float, Tongue]]:
    """Return languages of one script with their share in the log probability of some texts, the likeliest first."""
    found = dict.fromkeys((t.code for t in among), 0.0)
    for text, kind in parts:
        weights = {code: weight for code, weight in weigh(text, kind).items() if code in found}
        for code, weight in weights.items():
            found[code] += max(weight - max(weights.values()), -VOTE)
    return sorted(((found[t.code], t) for t in among), key=lambda row: -row[0])


def look(picture: Picture, bands: Sequence[Band], dpi: float, among: Sequence[Tongue] = ()) -> Choice:
    """Return the language of a page, read from parts of some of its lines.

    A confidence below POOR says that the lines are in none of the known scripts, or stand on their head.
    """
    seen = _Evidence(among or tongues())
    for count, crop in enumerate(_crops(picture, bands), 1):
        seen.read += _read(crop, seen, dpi)
        if count >= FEWEST and (len(seen.among) == 1 or seen.confidence < POOR or seen.choice().settled):
            break
    return seen.choice()


def _read(crop: Picture, seen: _Evidence, dpi: float) -> list[tuple[str, str, float, str]]:
    """Return the best reading of a part of a line: with the model of the script so far, if it will do."""
    rows = sorted(tables()["look"], key=lambda row: row["script"] != seen.script)
    readings = []
    for row in rows:
        model = _reader(row)
        if model is None or row["script"] not in {t.script for t in seen.among}:
            continue
        mode = LINE if crop.shape[0] < crop.shape[1] / 2 else BLOCK
        tokens = recognise(crop, (model,), dpi, mode, 20.0)
        text = " ".join(token.text for token in tokens)
        size = sum(len(token.text) for token in tokens)
        confidence = sum(token.confidence * len(token.text) for token in tokens) / size if size else 0.0
        readings.append((row["script"], text, confidence, folding(model)))
        if confidence >= GOOD:
            break
    return [max(readings, key=lambda reading: reading[2])] if readings else []


def _crops(picture: Picture, bands: Sequence[Band]) -> Iterator[Picture]:
    """Give parts of lines, the long ones before the short, spread over the page so that any few of them are."""
    if not bands:
        yield picture[: max(picture.shape[0] // 4, 1)]
        return
    limit = LONG * max(band.x1 - band.x0 for band in bands)
    long = [band for band in bands if band.x1 - band.x0 >= limit]
    short = sorted((band for band in bands if band.x1 - band.x0 < limit), key=lambda b: b.x0 - b.x1)
    lines = [*(long[k] for k in spread(len(long))), *short]
    for band, x0, x1 in islice(_parts(lines), MOST):
        pad = round(0.25 * (band.y1 - band.y0))
        yield picture[max(band.y0 - pad, 0) : band.y1 + pad, max(x0 - pad, 0) : x1 + pad]


def _parts(lines: Sequence[Band]) -> Iterator[tuple[Band, int, int]]:
    """Yield a part of each line, at its beginning, middle or end by turns, and then the parts that are left."""
    for turn, (n, band) in product(range(PARTS), enumerate(lines)):
        wide = WIDE * (band.y1 - band.y0)
        x0 = band.x0 + (n + turn) % PARTS * wide
        if band.x1 - x0 < wide / 2:
            x0 = band.x0  # there is no such part
        if turn == 0 or x0 > band.x0:
            yield band, x0, min(x0 + wide, band.x1)


def spread(count: int) -> list[int]:
    """Return the numbers below `count`, each far from those before it: the middle, the quarters, the eighths."""
    found: dict[int, None] = {}
    size = 2
    while len(found) < count:
        found.update(dict.fromkeys(min(part * count // size, count - 1) for part in range(1, size, 2)))
        size *= 2
        if size > 2 * count:
            found.update(dict.fromkeys(range(count)))
    return list(found)
