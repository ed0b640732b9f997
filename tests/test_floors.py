"""Quality has a floor: the shared gold acts, scored by the shared scorer, where they lie beside the repository."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from buyruq.ingest import ingest_paths

FLOORS: dict[str, float] = json.loads(Path(__file__).with_name("floors.json").read_text("utf-8"))["floors"]
GOLD = ("000", "001", "003", "004")


@pytest.fixture(scope="module")
def scores(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what score.py says of a knowledge base of the seeds."""
    kb = tmp_path_factory.mktemp("floors") / "kb.duckdb"
    ingest_paths([shared / "acts" / "seeds"], kb, jobs=2)
    gold = [shared / "gold" / f"{name}.json" for name in GOLD]
    run = subprocess.run(
        [sys.executable, shared / "eval" / "score.py", "kb", kb, *gold, "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(run.stdout))


def quality(measure: dict[str, float]) -> float:
    """Return one number for a measure, 1.0 at best."""
    return measure.get("f1", measure.get("acc", 1 - measure.get("cer", 1)))


@pytest.mark.parametrize("measure", FLOORS)
@pytest.mark.parametrize("act", GOLD)
def test_no_score_falls_below_its_floor(act: str, measure: str, scores: dict[str, Any]) -> None:
    if measure not in scores[act]:
        pytest.skip(f"the gold of {act} does not say")
    assert quality(scores[act][measure]) >= FLOORS[measure]
