"""The sidecar `meta.yaml` and YAML front matter: what a collection says of an act that its text does not print.

Front matter speaks first. A sidecar speaks for a text when it bears the text's name (`act.meta.yaml`), when the text is
named after a language only (`kaz.md`, `rus.md`), or when it is the only text beside it. Folders named by a date are
versions of one act: what the version's own sidecar leaves out is taken from the folder above and from the earliest
version beside it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from pathlib import Path

import yaml

from models import Requisites, SourceError

NAME = "meta.yaml"
BYTES = 256 * 1024
LANGUAGES = {"kaz": "kk", "kk": "kk", "kz": "kk", "rus": "ru", "ru": "ru", "uzb": "uz", "uz": "uz"}
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}")
TEXTS = {".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".png", ".jpg", ".jpeg", ".tif", ".tiff"}

# How lex.uz names its pages: "[No] DD.MM.YYYY. Title". An exported act prints its date nowhere else.
LEX = re.compile(rb"id=[\"']?div(?:Cont|Body)\b|class=[\"']?(?:ACT_TITLE|ACT_FORM|ACT_TEXT)\b")
LEX_TITLE = re.compile(
    rb"<title[^>]{0,99}>\s*(?:\[\s*(?:\xe2\x84\x96\s*)?([^\]<]{1,40}?)\s*\]\s*)?(\d{2}\.\d{2}\.\d{4})", re.IGNORECASE
)
HEAD = 200_000  # bytes; the Word export has its style sheet before the text

Table = Mapping[str, object]


def find_requisites(path: Path, front: str | None = None) -> Requisites | None:
    """Return what front matter and the sidecars of the text at `path` say, or None where all are silent.

    Raises:
        SourceError: a sidecar is broken; what it says of the act would be lost silently.
    """
    tables = [parse(front.encode(), str(path))] if front else []
    tables += [load(sidecar) for sidecar in sidecars(path)]
    if not tables:
        return None
    code = next((t["act_code"] for t in tables if t.get("act_code")), None)
    same = [requisites(t) for t in tables if t.get("act_code") in (None, code)]
    found = reduce(fill, same)
    if VERSION.fullmatch(path.parent.name) and not front and not own_sidecar(path):
        found = replace(found, version_date=day(path.parent.name), amended_by=None)
    return found


def page_requisites(data: bytes) -> Requisites | None:
    """Return the number and date that the title of a lex.uz page names, or None for any other page."""
    head = data[:HEAD]
    title = LEX_TITLE.search(head) if LEX.search(head) else None
    if title is None:
        return None
    number = title[1].decode("utf-8", "ignore") if title[1] else None
    return Requisites(number=words(number), adopted_on=day(title[2].decode()))


def own_sidecar(path: Path) -> bool:
    """Tell whether the text has a sidecar in its own folder."""
    return path.with_name(NAME).is_file() or path.with_name(f"{path.stem}.{NAME}").is_file()


def sidecars(path: Path) -> Iterator[Path]:
    """Yield the sidecar files that speak for the text at `path`, the nearest first."""
    folder = path.parent
    places = [path.with_name(f"{path.stem}.{NAME}")]
    if path.stem.lower() in LANGUAGES or alone(path):
        places.append(folder / NAME)
        version = folder
        if folder.name.lower() in LANGUAGES:
            version = folder.parent
            places.append(version / NAME)
        if VERSION.fullmatch(version.name):
            places.append(version.parent / NAME)
            places += [p / NAME for p in versions(version)]
    for place in dict.fromkeys(places):
        if place.is_file():
            yield place


def mark(path: Path) -> str:
    """Return a short hash of all sidecars that speak for the text at `path`; empty where there is none."""
    found = [_bytes(sidecar) for sidecar in sidecars(path)]
    return hashlib.sha256(b"\0".join(found)).hexdigest()[:16] if found else ""


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(BYTES + 1)
    except OSError as error:  # reading the text will say so
        return str(error.strerror).encode()


def versions(folder: Path) -> list[Path]:
    """Return the other version folders beside this one, earliest first."""
    try:
        beside = [p for p in folder.parent.iterdir() if VERSION.fullmatch(p.name) and p != folder]
    except OSError:
        return []
    return sorted(beside)


def alone(path: Path) -> bool:
    """Tell whether the text is the only document in its folder."""
    if not path.with_name(NAME).is_file():
        return False
    try:
        with os.scandir(path.parent) as beside:
            texts = (entry for entry in beside if Path(entry.name).suffix.lower() in TEXTS)
            return next(texts, None) is not None and next(texts, None) is None
    except OSError:
        return False


def load(path: Path) -> Table:
    """Return the mapping in a sidecar file."""
    try:
        with path.open("rb") as stream:
            data = stream.read(BYTES + 1)
    except OSError as error:
        raise broken(str(path), error.strerror or "it cannot be read") from error
    return parse(data, str(path))


def parse(data: bytes, source: str) -> Table:
    """Return the mapping in YAML bytes; aliases (the YAML bomb) and other nodes than plain data are refused."""
    if len(data) > BYTES:
        raise broken(source, f"larger than {BYTES // 1024} KiB")
    try:
        for event in yaml.parse(data, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise broken(source, "it uses aliases")
        table = yaml.safe_load(data)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise broken(source, " ".join(str(error).split())[:200]) from error
    if not isinstance(table, dict):
        raise broken(source, "no table of names and values")
    return table


def broken(source: str, why: str) -> SourceError:
    """Return the error for a sidecar file or front matter that cannot be used."""
    return SourceError(source, f"the sidecar or front matter is broken: {why}", f"Mend {source}, or take it away")


def requisites(table: Table) -> Requisites:
    """Return the requisites that a sidecar table holds, in any of the shapes that collections use."""
    cause = table.get("caused_by")
    return Requisites(
        sentence=words(table.get("requisite")),
        titles=titles(table.get("title"), table.get("language")),
        number=words(table.get("number")),
        adopted_on=day(table.get("approved_on") or table.get("approval_date")),
        registered_number=words(table.get("registered_no")),
        registered_on=day(table.get("registered_on")),
        version_date=day(table.get("version_date")),
        amended_by=words(cause.get("requisite")) if isinstance(cause, dict) else words(cause),
    )


def fill(first: Requisites, second: Requisites) -> Requisites:
    """Return the first requisites with what they leave out taken from the second (never the version)."""
    return replace(
        first,
        sentence=first.sentence or second.sentence,
        titles={**second.titles, **first.titles},
        number=first.number or second.number,
        adopted_on=first.adopted_on or second.adopted_on,
        registered_number=first.registered_number or second.registered_number,
        registered_on=first.registered_on or second.registered_on,
        version_date=first.version_date,
    )


def words(value: object) -> str | None:
    """Return a scalar as one line of text, None where it is empty or no scalar."""
    if value is None or isinstance(value, dict | list | bool):
        return None
    return " ".join(str(value).split()) or None


def titles(value: object, language: object = None) -> dict[str, str]:
    """Return titles by language code; a bare title counts only where its language is said."""
    table = value if isinstance(value, dict) else {language: value}
    pairs = ((LANGUAGES.get(str(key).lower()), words(title)) for key, title in table.items())
    return {code: title for code, title in pairs if code and title}


def day(value: object) -> date | None:
    """Return a date from a YAML date, an ISO or dotted text, or the latest of a table by language."""
    if isinstance(value, dict):
        return max((d for d in map(day, value.values()) if d), default=None)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(str(value), form).date()
        except ValueError:
            continue
    return None
