"""What several tests stand on: a reading made by hand, and where the shared acts lie."""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import stamina

from buyruq.ingest import ingest_paths
from models import (
    Act,
    Amendment,
    Citation,
    Clause,
    Deadline,
    Definition,
    Document,
    Edit,
    Facts,
    Issue,
    Passage,
    Position,
    Reading,
    Requisites,
    Segment,
    Span,
    Text,
    TextLine,
    TextPage,
)

sys.path.insert(0, str(Path(__file__).parent))
from portal import Portal, serve
from sync_kit import read_here

MakeReading = Callable[..., Reading]


@pytest.fixture
def portal() -> Iterator[Portal]:
    """Give a server that behaves like a portal."""
    with serve() as running:
        yield running


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have sync try again at once, and read in this process."""
    monkeypatch.setattr("buyruq.ingest.read_all", read_here)
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="session")
def specimens_kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a knowledge base of the specimens, made once; only to be read."""
    file = tmp_path_factory.mktemp("specimens") / "kb.duckdb"
    ingest_paths([Path(__file__).parents[1] / "corpus" / "specimens"], file)
    return file


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared acts and gold beside the repository, or skip."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared acts are not beside this repository")
    return folder


def reading_of(
    paragraphs: list[str],
    *,
    source: str = "order.txt",
    number: str | None = "12",
    adopted_on: date | None = date(2024, 3, 1),
    language: str = "ru",
    act_type: str = "order",
    title: str | None = "On tests",
    version_date: date | None = None,
    facts: Facts = Facts(),
    health: float = 1.0,
) -> Reading:
    """Return a reading of an act with one numbered paragraph a line."""
    string = "\n".join(paragraphs)
    clauses, lines, at = [], [], 0
    for order, words in enumerate(paragraphs):
        span = Span(at, at + len(words))
        own = Passage(words, (Segment(0, at, len(words)),))
        clauses.append(Clause(f"para_{order + 1}", "paragraph", order, own, num=f"{order + 1}.", span=span))
        lines.append(TextLine(span, 1))
        at += len(words) + 1
    work = f"/akn/kz/act/{act_type}/-/{adopted_on}/{number}"
    act = Act(
        f"{work}/{language}", work, "KZ", language, "Cyrl", act_type, tuple(clauses),
        number=number, adopted_on=adopted_on, title=title,
    )  # fmt: skip
    text = Text(
        string, string, tuple(lines), (), (TextPage(1, Span(0, len(string)), "text", language),), grammar=language,
        health=health,
    )  # fmt: skip
    asked = Requisites(version_date=version_date) if version_date else None
    return Reading(Document(source, string.encode(), "text/plain", asked), text, act, facts)


@pytest.fixture
def make_reading() -> MakeReading:
    """Return the function that makes readings by hand."""
    return reading_of


@pytest.fixture
def rich_reading() -> Reading:
    """Return a reading with at least one row in every view."""
    place = {"eid": "para_1", "span": Span(0, 6), "page": 1, "rule": "by hand", "confidence": 0.9}
    facts = Facts(
        positions=(Position(**place, title="Head", organisations=("A", "B"), specialities=("Law",)),),
        deadlines=(
            Deadline(**place, kind="period", text="Within 5 days", quantity=5, unit="day", relation="within"),
            Deadline(**place, kind="period", text="Within 5 days", quantity=5, unit="day", relation="within"),
        ),
        amendments=(Amendment(**place, source="note", operation="amend", amending_date=date(2025, 1, 2)),),
        citations=(Citation(**place, scope="external", text="order 7", target_number="7"),),
        definitions=(Definition(**place, term="Rules", meaning="the rules"),),
    )
    made = reading_of(["Within 5 days", "Second paragraph"], facts=facts)
    edits = (Edit(Span(0, 6), Span(0, 6), "Withln", "Within", "look_alikes", 0.95),)
    text = Text(
        made.text.string, "Withln 5 days\nSecond paragraph", made.text.lines, (), made.text.pages, edits,
        doubts=((Span(0, 6), 0.5),), grammar="ru",
    )  # fmt: skip
    return Reading(made.document, text, made.act, facts, (Issue("gap", "3 is missing", Span(14, 20), 1, "para_2"),))
