"""Local bodies by the place that they serve: one slug for the Kazakh and the Russian name of one council or mayor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

_LEVELS = ("region", "city", "district")


def place_slug(lower: str) -> str | None:
    """Return the slug of a local body, or None where a word of its name (in lower case) is not in the table.

    A district whose name no other has needs no region, as its region may change; one of several is known by it alone.
    """
    rest, places = _places(lower)
    rest = _pattern(("silent",)).sub(" ", rest)
    bodies = [m.lastgroup for m in _pattern(("bodies",)).finditer(rest)]
    rest = _pattern(("bodies",)).sub(" ", rest)
    if len(bodies) != 1 or not places or any(c.isalnum() for c in rest):
        return None
    if any(len(found) > 1 for found in places.values()):
        return None
    named = {level: next(iter(found)) for level, found in places.items()}
    if "district" in named:
        above = named.get("city") or named.get("region")
        shared = named["district"] in _table()["shared"]
        if (shared and not above) or ("city" in named and not shared):
            return None
        kept = [*[k for k in ("city", "region") if shared and k in named][:1], "district"]
    else:
        kept = ["city"] if "city" in named else ["region"]
    body = str(bodies[0]).replace("_", "-")
    return "-".join([*(f"{named[level]}-{level}" for level in kept), body])


def names_place(lower: str) -> bool:
    """Say whether a name in lower case has a region, city or district in it."""
    return bool(_places(lower)[1])


def _places(lower: str) -> tuple[str, Mapping[str, set[str]]]:
    """Return a name without its places, and the places by level."""
    found: dict[str, set[str]] = {}
    for level in _LEVELS:
        for match in _pattern((level,)).finditer(lower):
            found.setdefault(level, set()).add(str(match.lastgroup).replace("_", "-"))
        lower = _pattern((level,)).sub(" ", lower)
    return lower, found


@cache
def _pattern(what: tuple[str]) -> re.Pattern[str]:
    """Return one pattern for the places of a level, the bodies or the silent words, a group for each."""
    named = "|".join(
        f"(?P<{key.replace('-', '_')}>{'|'.join(forms)})" if key else "|".join(forms) for key, forms in _forms(what[0])
    )
    return re.compile(rf"(?<![\w-])(?:{named})(?![\w-])")


def _forms(what: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield (key, regexes) of the places of a level, of the bodies, or of the silent words."""
    table = _table()
    if what == "bodies":
        yield from table["bodies"].items()
    elif what == "silent":
        yield "", table["silent"]["words"]
    else:
        rows = [*table[what].items(), *(table["shared"].items() if what == "district" else ())]
        for key, names in rows:
            yield (
                key,
                [_filled(form, names) for form in table["forms"][what] if re.findall(r"\{(\w+)\}", form)[0] in names],
            )


def _filled(form: str, names: Mapping[str, list[str]]) -> str:
    """Return the form with the names of a place in it, longest first."""
    kind = re.findall(r"\{(\w+)\}", form)[0]
    words = "|".join(re.escape(name) for name in sorted(names[kind], key=len, reverse=True))
    return form.replace(f"{{{kind}}}", f"(?:{words})")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files("parsers").joinpath("places.toml").read_text("utf-8"))
