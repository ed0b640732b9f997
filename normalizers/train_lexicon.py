"""Rebuild the word lists and letter sequences of `lexicon_*.txt.xz`: `python -m normalizers.train_lexicon SHARED`.

SHARED is the folder with `acts` and `language`. Hunspell's word lists of the system teach which sequences of letters
occur; the words shipped are those of acts alone. The inputs and their checksums go to `lexicon_inputs.tsv`.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pypdfium2
from lxml import html

from normalizers.characters import is_cyrillic, plain, to_cyrillic
from normalizers.language import choose_language, languages

_HERE = Path(__file__).parent
_HUNSPELL = Path("/usr/share/hunspell")
_WORD = re.compile("[^\\W\\d_]+(?:[\u02bb\u02bc'\u2019\u2018`][^\\W\\d_]+)*")
# A word counts, is common, is frequent from so many occurrences: in a large corpus (errors recur), in a small one.
_LARGE, _SMALL = (3, 25, 300), (1, 4, 8)
_MILLIONS = 5_000_000
_GRAM = 4


def main(shared: Path) -> None:
    """Write the three lists of each language: common words, other words, letter sequences."""
    inputs = [p for p in sorted((shared / "acts").rglob("*")) if p.suffix in {".txt", ".md", ".html", ".pdf"}]
    inputs = [p for p in inputs if p.parent.name != "seeds"]  # damaged texts teach no words
    listed = shared / "language" / "kk_legal_words.tsv"
    counts = _counted(inputs)
    for word, count in _tabled(listed):
        counts["kk"][word] += count
    counts["uz-Cyrl"].update({to_cyrillic(w): n for w, n in counts["uz-Latn"].items()})
    dictionaries = {"kk": "kk_KZ", "ru": "ru_RU", "uz-Cyrl": "uz_UZ"}
    for code in languages():
        extra = _HUNSPELL / f"{dictionaries.get(code, code)}.dic"
        _write(code, counts[code], _stems(extra) if extra.exists() else ())
        inputs += [extra] if extra.exists() else []
    rows = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}\t{p.name}" for p in [*inputs, listed]]
    (_HERE / "lexicon_inputs.tsv").write_text("\n".join(rows) + "\n", "utf-8")


def _counted(inputs: Iterable[Path]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {code: Counter() for code in languages()}
    for path in inputs:
        text = text_of(path)
        counts[choose_language(text, tuple(languages()))].update(_words(text))
    return counts


def text_of(path: Path) -> str:
    """Return the text of an act, without any layout."""
    if path.suffix == ".pdf":
        pages = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if path.suffix == ".html":
        return " ".join(str(piece) for piece in html.fromstring(path.read_bytes()).itertext())
    return path.read_text("utf-8")


def _words(text: str) -> Iterator[str]:
    return (plain(w) for w in _WORD.findall(text))


def _tabled(path: Path) -> Iterator[tuple[str, int]]:
    for row in path.read_text("utf-8").splitlines():
        if not row.startswith("#"):
            word, count, _ = row.split("\t")
            yield word, int(count)


def _stems(path: Path) -> Iterator[str]:
    for row in path.read_text("utf-8").splitlines()[1:]:
        yield row.split("/")[0].split("\t")[0].strip().casefold()


def _write(code: str, counts: Counter[str], extra: Iterable[str]) -> None:
    letters = {c for w, _ in counts.most_common(2000) for c in w if _one_script(w)}
    seen, common_from, often = _LARGE if counts.total() > _MILLIONS else _SMALL
    own = {w: n for w, n in counts.items() if n >= seen and len(w) < 40 and set(w) <= letters and _one_script(w)}
    whole = {w: n for w, n in own.items() if not _glued(w, own)}
    frequent = sorted(w for w, n in whole.items() if n >= often)
    common = sorted(w for w, n in whole.items() if common_from <= n < often)
    others = sorted(w for w, n in whole.items() if n < common_from)
    grams: Counter[str] = Counter()
    for word in {*whole, *(w for w in extra if set(w) <= letters)}:
        padded = f" {word} "
        grams.update({padded[i : i + _GRAM] for i in range(len(padded) - _GRAM + 1)})
    kept = sorted(g for g, n in grams.items() if n >= 3)
    body = "\n".join((" ".join(frequent), " ".join(common), " ".join(others), "".join(kept)))
    (_HERE / f"lexicon_{code}.txt.xz").write_bytes(lzma.compress(body.encode(), preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(
        f"{code}: {len(frequent)} frequent, {len(common)} common, {len(others)} other words, {len(kept)} sequences\n"
    )


def _glued(word: str, counts: Mapping[str, int]) -> bool:
    """Say whether a word is words that lost blanks glued: each of them occurs far more often (compounds are short)."""
    return _parts(word, counts, (200 if len(word) < 18 else 10) * counts[word])


def _parts(word: str, counts: Mapping[str, int], least: int) -> bool:
    for at in range(3, len(word) - 2):
        if counts.get(word[:at], 0) > least and at + 3 < len(word):
            rest = word[at:]
            if (len(rest) > 3 and at > 3 and counts.get(rest, 0) > least) or (
                len(rest) > 6 and _parts(rest, counts, least)
            ):
                return True
    return False


def _one_script(word: str) -> bool:
    return len({is_cyrillic(c) for c in word}) == 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
