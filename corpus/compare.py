"""Compare two texts of one act clause by clause: what changed in substance, not in form."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SAME_EID_BONUS = 20.0  # a provision under another number must be that much more alike than the one under its own
ALIKE = 75.0  # the least similarity of two provisions under different numbers (rapidfuzz ratio, 0..100)
RELATED = 45.0  # the least similarity at which the same number alone says that it is the same provision, at first
SHORTEST = 15  # characters; shorter provisions are alike by chance
MOST = 4_000_000  # pairs to compare by text; beyond that only numbers speak
PRINTED = re.compile(r"\d{2}\.\d{2}\.\d{4}")  # a portal's note always prints the date of the amending act

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʻʼ`´"), "'")
_QUOTES = dict.fromkeys(map(ord, '"“”„«»″'))
_FORM = {**_DASHES, **_APOSTROPHES, **_QUOTES}
_SPACES = re.compile(r"\s*([^\w\s]|_)\s*")
_CLOSING = " ;.,"
_PAUSE = re.compile(r"(?<!\d),|,(?!\d)")  # a comma that is no part of a figure


@dataclass(frozen=True, slots=True)
class Provision:
    """What is compared of a clause. `noted`: an editorial note on amendments, which is no text of the act."""

    eid: str
    kind: str
    parent_eid: str | None = None
    num: str | None = None
    heading: str | None = None
    text: str | None = None
    status: str = "in_force"
    noted: bool = False

    @property
    def words(self) -> str:
        """Return heading and own text."""
        return " ".join(part for part in (self.heading, self.text) if part)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one provision: `inserted`, `changed`, `repealed`, `removed` or `renumbered`.

    `eid` is the newer one, save for what is gone; `old_eid` is told where it is another. `before` and `after` hold
    the number, heading and own text as printed; None where there is nothing.
    """

    eid: str
    kind: str
    before: str | None
    after: str | None
    old_eid: str | None = None


def fold(words: str) -> str:
    """Return a text without what is form alone: case, quotes, kinds of dash, diaeresis, blanks beside marks."""
    plain = unicodedata.normalize("NFD", words).replace("\u0308", "")
    plain = unicodedata.normalize("NFC", plain).casefold().translate(_FORM)
    return _SPACES.sub(r"\1", " ".join(plain.split())).strip(_CLOSING)


def said(heading: str | None, text: str | None) -> str:
    """Return what a provision says, without what is form alone. In a heading, which orders nothing, commas are form."""
    return fold(f"{_PAUSE.sub(' ', heading or '')} {text or ''}")


def differences(before: Sequence[Provision], after: Sequence[Provision]) -> list[Difference]:
    """Return what changed between two texts in the order of the newer one; what is gone stands at the end."""
    pairs = _align(before, after)
    partner = {id(new): old for old, new in pairs}
    kept = {id(old) for old, _ in pairs}
    repealed = {old.eid for old, new in pairs if new.status == "repealed"}
    found = [told for new in after for told in _told(partner.get(id(new)), new)]
    parents = {old.eid: old.parent_eid for old in before}
    for old in before:
        if id(old) not in kept and old.words and not _is_note(old):
            kind = "repealed" if repealed & set(_ancestors(old.eid, parents)) else "removed"
            found.append(Difference(old.eid, kind, _print(old), None))
    return found


def _ancestors(eid: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the eids of what holds a provision, the nearest first."""
    seen = {eid}
    parent = parents.get(eid)
    while parent is not None and parent not in seen:
        yield parent
        seen.add(parent)
        parent = parents.get(parent)


def _told(old: Provision | None, new: Provision) -> Iterator[Difference]:
    if old is None:
        if new.words and not _is_note(new):
            kind = "repealed" if new.status == "repealed" else "inserted"
            yield Difference(new.eid, kind, None, _print(new))
        return
    if new.noted or old.noted:
        return
    other = old.eid if old.eid != new.eid else None
    if said(old.heading, old.text) != said(new.heading, new.text) or old.status != new.status:
        kind = "repealed" if new.status == "repealed" and old.status != "repealed" else "changed"
        yield Difference(new.eid, kind, _print(old), _print(new), other)
    elif old.num and new.num and fold(old.num).strip("()") != fold(new.num).strip("()"):
        yield Difference(new.eid, "renumbered", _print(old), _print(new), other)


def _is_note(provision: Provision) -> bool:
    """Tell whether a provision that stands in one text only is an editor's note, not text of the act."""
    editors = provision.noted or provision.eid.startswith("title__") or PRINTED.search(provision.words) is not None
    return provision.kind == "note" and editors


def _print(provision: Provision) -> str:
    return " ".join(part for part in (provision.num, provision.words) if part)


def _align(before: Sequence[Provision], after: Sequence[Provision]) -> list[tuple[Provision, Provision]]:
    """Pair the provisions of two texts: equal ones under the same eid, then by likeness, then by the eid alone."""
    old_keys, new_keys = _keys(before), _keys(after)
    folded = {id(p): fold(p.words) for p in (*before, *after)}
    pairs = [
        (old, new)
        for key, new in new_keys.items()
        if (old := old_keys.get(key)) is not None and folded[id(old)] == folded[id(new)]
    ]
    pairs += _alike(*_left(before, after, pairs), folded)
    rest_old, rest_new = (_keys(left) for left in _left(before, after, pairs))
    pairs += [(rest_old[key], new) for key, new in rest_new.items() if key in rest_old]
    return pairs


def _keys(provisions: Sequence[Provision]) -> dict[tuple[str, int], Provision]:
    """Return the provisions by eid; one that repeats by mistake of the act is told by its turn."""
    turns: Counter[str] = Counter()
    keyed = {}
    for provision in provisions:
        keyed[provision.eid, turns[provision.eid]] = provision
        turns[provision.eid] += 1
    return keyed


def _left(
    before: Sequence[Provision], after: Sequence[Provision], pairs: Sequence[tuple[Provision, Provision]]
) -> tuple[list[Provision], list[Provision]]:
    taken = {id(p) for pair in pairs for p in pair}
    return [p for p in before if id(p) not in taken], [p for p in after if id(p) not in taken]


def _alike(
    before: Sequence[Provision], after: Sequence[Provision], folded: Mapping[int, str]
) -> list[tuple[Provision, Provision]]:
    """Pair provisions of the same kind whose texts are alike, the surest pairs first."""
    scored: list[tuple[float, int, int]] = []
    for kind in {p.kind for p in before} & {p.kind for p in after}:
        old = [i for i, p in enumerate(before) if p.kind == kind]
        new = [i for i, p in enumerate(after) if p.kind == kind]
        if len(old) * len(new) <= MOST:
            scored += _scores(before, after, old, new, folded)
    pairs: list[tuple[Provision, Provision]] = []
    gone: set[int] = set()
    come: set[int] = set()
    for _, i, j in sorted(scored, key=lambda score: (-score[0], score[1], score[2])):
        if i not in gone and j not in come:
            gone.add(i)
            come.add(j)
            pairs.append((before[i], after[j]))
    return pairs


def _scores(
    before: Sequence[Provision],
    after: Sequence[Provision],
    old: Sequence[int],
    new: Sequence[int],
    folded: Mapping[int, str],
) -> Iterator[tuple[float, int, int]]:
    left, right = [folded[id(before[i])] for i in old], [folded[id(after[j])] for j in new]
    table = process.cdist(left, right, scorer=fuzz.ratio, score_cutoff=RELATED)
    for row, column in zip(*table.nonzero(), strict=True):
        i, j, alike = old[row], new[column], float(table[row, column])
        if before[i].eid == after[j].eid:
            yield alike + SAME_EID_BONUS, i, j
        elif alike >= ALIKE and min(len(left[row]), len(right[column])) >= SHORTEST:
            yield alike, i, j
