"""The specimens are read as their gold says; what is known to be misread is listed and stays until it is mended."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.distance import Levenshtein

import buyruq

HERE = Path(__file__).parents[1] / "corpus" / "specimens"
sys.path.insert(0, str(Path(__file__).parent))
from specimen_gold import FIELDS, gold_of, rows, specimens  # noqa: E402

# file, kind of row, eid: mend the program, then strike the line; a row that comes out right fails the test too.
KNOWN = {
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "cases" / "specimens-known-failures.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
}
SOUP = "11_kk_decree_soup.txt"


def differing(said: dict[str, Any], gold: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the kind and eid of every row that stands on one side only."""
    for name, value in gold["act"].items():
        if said["act"][name] != value:
            yield "act", name
    for kind in ("clauses", *FIELDS):
        ours, theirs = ([json.dumps(row, sort_keys=True) for row in side[kind]] for side in (said, gold))
        for row in {*ours} ^ {*theirs}:
            yield kind, json.loads(row)["eid"]
        if sorted(ours) != sorted(theirs) and {*ours} == {*theirs}:
            yield kind, "repeated"


@pytest.mark.parametrize("specimen", [p for p in specimens() if p.name != SOUP], ids=lambda p: p.name)
def test_a_specimen_is_read_as_its_gold_says(specimen: Path) -> None:
    gold = json.loads(gold_of(specimen).read_text("utf-8"))
    assert {*differing(rows(specimen), gold)} == {(kind, eid) for name, kind, eid in KNOWN if name == specimen.name}


def test_the_soup_comes_back_as_the_decree_that_was_typeset() -> None:
    reading = buyruq.read(HERE / SOUP)
    typeset, read = (
        " ".join(t.split()) for t in ((HERE / "11_kk_decree.clean").read_text("utf-8"), reading.text.string)
    )
    assert Levenshtein.distance(read, typeset) / len(typeset) < 0.03
    assert (reading.act.act_type, reading.act.number, str(reading.act.adopted_on)) == ("decree", "731", "2014-10-16")
    digits = ["".join(c for c in text if c.isdigit()) for text in (read, typeset)]
    assert digits[0] == digits[1]
    assert reading.text.health < 0.5


def test_the_manifest_names_every_specimen_as_it_is_read() -> None:
    named = {act["file"]: act for act in tomllib.loads((HERE.parent / "manifest.toml").read_text("utf-8"))["act"]}
    assert set(named) == {str(path.relative_to(HERE)) for path in specimens()}
    for path in specimens():
        told = named[str(path.relative_to(HERE))]
        if path.name != SOUP:
            gold = json.loads(gold_of(path).read_text("utf-8"))["act"]
            assert {**gold, "adopted_on": told["adopted_on"].isoformat()} == gold
            assert all(told[name] == gold[name] for name in ("jurisdiction", "language", "act_type", "number"))
