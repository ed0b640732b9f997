"""Clean text of the legal register in three languages, as lines of the decoder's alphabet."""

from __future__ import annotations

import hashlib
import lzma
import re
import tomllib
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pypdfium2
from lxml import html

TABLES = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
FOLD = str.maketrans(TABLES["fold"] | dict.fromkeys(TABLES["drop"], ""))
LOOK_ALIKE = str.maketrans(TABLES["look_alike"])
ROMAN = str.maketrans(TABLES["roman"])
CAPITALS = set(TABLES["look_alike_capitals"])
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
LATIN = re.compile(r"[A-Za-z]")
REPEATS = 3
CAPITALISED = 25  # every so many lines one is also given in capitals, as headings are printed


def sha256(path: Path) -> str:
    """Return the hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def one_script(match: re.Match[str]) -> str:
    """Return mixed words and abbreviations of look-alike letters in Cyrillic, Roman numbers in Latin."""
    word = match.group()
    latin = word.translate(ROMAN)
    if set(latin) <= set("IVX") and set(latin) & set("IV"):
        return latin
    mixed = CYRILLIC.search(word) and LATIN.search(word)
    if mixed or (len(word) > 1 and word.isupper() and set(word) <= CAPITALS):
        return word.translate(LOOK_ALIKE)
    return word


def normal(line: str) -> str:
    """Return a line in the decoder's alphabet: NFC, one kind of quote and dash, one script per word, single spaces."""
    folded = unicodedata.normalize("NFC", line).translate(FOLD)
    folded = WORD.sub(one_script, re.sub(r"_{2,}", " ", folded))
    return re.sub(r"\s+", " ", folded).strip()


def html_lines(path: Path) -> Iterator[str]:
    """Yield the text of each paragraph-like element of a saved page."""
    tree = html.fromstring(path.read_bytes().decode("utf-8", "replace"))
    for element in tree.iter("p", "td", "h1", "h2", "h3", "h4", "div"):
        if not element.xpath(".//p|.//td|.//div|.//script|.//style"):
            yield from "".join(map(str, element.itertext())).splitlines()


def pdf_lines(path: Path) -> Iterator[str]:
    """Yield the printed lines of a PDF's text layer."""
    document = pypdfium2.PdfDocument(path)
    for page in document:
        yield from page.get_textpage().get_text_range().splitlines()
    document.close()


def file_lines(path: Path) -> Iterator[str]:
    """Yield the lines of one source file, whatever its format."""
    if path.suffix == ".html":
        yield from html_lines(path)
    elif path.suffix == ".pdf":
        yield from pdf_lines(path)
    elif path.suffix == ".xz":
        with lzma.open(path, "rt", encoding="utf-8", newline="\n") as stream:
            yield from stream
    else:
        yield from path.read_text(encoding="utf-8", errors="replace").splitlines()


@cache
def to_cyrillic() -> list[tuple[re.Pattern[str], str]]:
    """Return the ordered rules that write Uzbek Latin in Cyrillic."""
    return [(re.compile(pattern), into) for pattern, into in TABLES["uzbek_latin"]]


def transliterate(line: str) -> str:
    """Return a line of Uzbek Latin in Cyrillic."""
    for pattern, into in to_cyrillic():
        line = pattern.sub(into, line)
    return line


def inputs(language: str, shared: Path) -> list[Path]:
    """Return the files that the language's statistics come from, sorted; held-out files are not among them."""
    spec = TABLES["source"][language]
    found = sorted({path for pattern in spec["files"] for path in shared.glob(pattern)})
    return [path for path in found if not any(path.match(held) for held in spec["held_out"])]


def held_out(language: str, shared: Path) -> list[Path]:
    """Return the files kept out of training for the figures in docs/quality.md."""
    return sorted(
        {path for pattern in TABLES["source"][language]["held_out"] for path in shared.glob("acts/" + pattern)}
    )


def read(path: Path, language: str) -> Iterator[str]:
    """Yield the normal lines of one file that are text of the language."""
    latin = any(path.match(pattern) for pattern in TABLES["source"][language].get("latin", []))
    lines = file_lines(path)
    for raw in joined(lines) if path.suffix == ".pdf" else lines:
        line = normal(transliterate(normal(raw)) if latin else raw)
        if worded(line):
            yield line


def joined(lines: Iterator[str]) -> Iterator[str]:
    """Yield paragraphs: printed lines joined until one ends a sentence or a part of a list."""
    held = ""
    for line in map(str.strip, lines):
        held = f"{held} {line}" if held else line
        if line.endswith((".", ";", ":")) or not line:
            yield held
            held = ""
    if held:
        yield held


def worded(line: str) -> bool:
    """Say whether a line is words rather than a row of figures."""
    letters = sum(map(len, WORD.findall(line)))
    return letters >= 3 and letters * 2 >= len(line.replace(" ", "").replace("|", ""))


def text(language: str, shared: Path, without: Sequence[str] = ()) -> list[str]:
    """Return a language's lines, each at most three times, leaving out acts that alone hold a line of `without`."""
    found = [act for path in inputs(language, shared) for act in acts(path, language)]
    dropped = holders(found, without)
    seen: Counter[str] = Counter()
    lines: list[str] = []
    for place, act in enumerate(found):
        for line in act if place not in dropped else ():
            seen[line] += 1
            if seen[line] <= REPEATS:
                lines.append(line)
                if len(lines) % CAPITALISED == 0:
                    lines.append(line.upper()[:120])
    return lines


def holders(found: list[list[str]], lines: Sequence[str]) -> set[int]:
    """Return the places of the acts that are the only ones to hold one of the lines (as part of their joined text)."""
    joined = [" ".join(act) for act in found] if lines else []
    out = set()
    for line in sorted(set(lines)):
        hits = [place for place, act in enumerate(joined) if line in act]
        if len(hits) == 1:
            out.add(hits[0])
    return out


def acts(path: Path, language: str) -> Iterator[list[str]]:
    """Yield the acts of one file as lists of lines (the big file of Kazakh acts has one act per form feed)."""
    if path.suffix != ".xz":
        yield list(read(path, language))
        return
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as stream:
        for act in stream.read().split("\f"):
            yield [line for line in map(normal, act.split("\n")) if worded(line)]


def dictionary(path: Path, share: int) -> list[str]:
    """Return one in `share` of the small-letter forms of a hunspell dictionary, suffixes applied, ten to a line."""
    rules: dict[str, list[tuple[str, str, re.Pattern[str]]]] = {}
    affixes = path.with_suffix(".aff")
    for row in affixes.read_text(encoding="utf-8").splitlines() if affixes.exists() else []:
        parts = row.split()
        if len(parts) >= 5 and parts[0] == "SFX":
            strip, add = parts[2].strip("0"), parts[3].split("/")[0].strip("0")
            rules.setdefault(parts[1], []).append((strip, add, re.compile(parts[4] + "$")))
    forms: set[str] = set()
    for entry in path.read_text(encoding="utf-8").splitlines()[1:]:
        stem, _, flags = entry.partition("/")
        forms.add(stem)
        for strip, add, condition in (rule for flag in flags for rule in rules.get(flag, ())):
            if stem.endswith(strip) and condition.search(stem):
                forms.add(stem[: len(stem) - len(strip)] + add)
    kept = [f for f in forms if f.islower() and WORD.fullmatch(f) and zlib.crc32(f.encode()) % share == 0]
    kept.sort(key=lambda form: (zlib.crc32(form.encode() * 2), form))
    return [" ".join(kept[i : i + 10]) for i in range(0, len(kept), 10)]
