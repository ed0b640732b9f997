"""Plots show what the rows say."""

from pathlib import Path

import matplotlib as mpl
import pytest

import buyruq
from buyruq.ingest import ingest_paths

SPECIMENS = Path(__file__).parents[1] / "corpus" / "specimens"
mpl.use("agg")


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> buyruq.KnowledgeBase:
    path = tmp_path_factory.mktemp("plots") / "kb.duckdb"
    named = [path for path in SPECIMENS.iterdir() if path.name[:2] in {"01", "03", "06", "10"}]
    ingest_paths(named, path)
    return buyruq.open(path)


def words(axes: object) -> list[str]:
    return [text.get_text() for text in axes.texts]  # type: ignore[attr-defined]


def test_timeline_has_the_adoption_and_every_amending_act(kb: buyruq.KnowledgeBase) -> None:
    said = words(kb.plot_redactions("301-VI"))
    assert said == ["09.01.2020\nadopted", "14.03.2022\n№ 118-VII\n3 changed", "02.07.2024\n№ 95-VIII\n2 changed"]


def test_ladder_goes_down_from_the_highest_step(kb: buyruq.KnowledgeBase) -> None:
    axes = kb.plot_ladder("205")
    steps = [label.get_text() for label in axes.get_yticklabels()]
    assert steps == ["A1-1", "A1-1-1", "A1-2", "B2-1"]
    assert [bar.get_width() for bar in axes.patches] == [1, 1, 2, 1]


def test_terms_are_as_long_as_printed(kb: buyruq.KnowledgeBase) -> None:
    bars = [list(line.get_xdata()) for line in kb.plot_deadlines("58").lines]
    assert bars == [[0, 10], [0, 10], [0, 5], [0, 2], [0, 30]]


def test_terms_from_an_event_end_where_the_count_says(kb: buyruq.KnowledgeBase) -> None:
    due = kb.due("att_2__para_4", "2025-04-07", act="58")["due_on"][0]
    assert any(
        said.startswith(f"{due:%d.%m.%Y} (5 working days") for said in words(kb.plot_deadlines("58", "2025-04-07"))
    )


def test_citations_name_both_acts(kb: buyruq.KnowledgeBase) -> None:
    assert {"№ 205 (ru)", "№ 301-VI"} <= set(words(kb.plot_citations()))


def test_what_is_not_there_is_not_drawn(kb: buyruq.KnowledgeBase) -> None:
    with pytest.raises(buyruq.BuyruqError, match="no post with a category"):
        kb.plot_ladder("301-VI")
