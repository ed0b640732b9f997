"""The store: the contract's views, content-derived keys, one transaction a document, nothing twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import buyruq
import corpus
from models import Citation, CorpusError, Facts, Reading, Span

MakeReading = Callable[..., Reading]

SPECIMENS = Path(__file__).parents[1] / "corpus" / "specimens"
NOW = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
PLACE = ["page", "start_char", "end_char", "confidence"]
CONTRACT = {
    "documents": "document_id source media_type bytes pages method health status error ingested_at",
    "pages": "document_id page method language health confidence text",
    "acts": "act_id work_id document_id jurisdiction language script act_type issuer number adopted_on title"
    " registered_number registered_on signatory signatory_post commencement",
    "clauses": "clause_id act_id eid parent_eid kind num heading text status language ord",
    "positions": "position_id act_id eid row_num title organisations category_code category_inferred block education"
    " specialities experience experience_ref",
    "categories": "category_code series rank block act_id eid printed",
    "deadlines": "deadline_id act_id eid kind quantity unit relation recurrence time_from time_to trigger actor action"
    " text",
    "amendments": "amendment_id act_id eid source operation target_number target_date target_eid target_part"
    " amending_issuer amending_number amending_date effective_rule new_text",
    "citations": "citation_id act_id eid scope target_type target_number target_date target_title target_provision"
    " text resolved_act_id",
    "definitions": "act_id eid term meaning",
    "repairs": "document_id start_char end_char before after method confidence",
    "runs": "run_id started_at finished_at seen added changed unchanged quarantined",
    "issues": "act_id eid code note page start_char end_char document_id",
    "disagreements": "act_a act_b eid what a b",
    "versions": "act_id version valid_from seen_on document_id source",
    "changes": "act_id eid kind before after amended_by",
}
PLACED = ("clauses", "positions", "categories", "deadlines", "amendments", "citations", "definitions")


def store(kb: Path, *readings: Reading) -> duckdb.DuckDBPyConnection:
    with corpus.writing(kb) as writer:
        for reading in readings:
            writer.write(corpus.rows_of(reading, "test"))
        writer.finish(corpus.Run("run", NOW, NOW, len(readings), len(readings), 0, 0, 0))
    return corpus.connect(kb)


def dump(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all views but what tells the time."""
    but = {"documents": "EXCLUDE (ingested_at)", "versions": "EXCLUDE (seen_on)"}
    return {
        view: connection.execute(f"SELECT * {but.get(view, '')} FROM {view} ORDER BY ALL").fetchall()
        for view in CONTRACT
        if view != "runs"
    }


@pytest.mark.parametrize("view", CONTRACT)
def test_views_keep_the_contract(view: str, tmp_path: Path) -> None:
    """Every view exists from the start with the contract's columns, in schema main, each commented."""
    connection = store(tmp_path / "kb.duckdb")
    wanted = CONTRACT[view].split() + (PLACE if view in PLACED else [])
    found = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?", [view]
    ).fetchall()
    assert set(wanted) <= {name for name, _ in found}
    assert not [name for name, comment in found if not comment]
    comment = connection.execute("SELECT comment FROM duckdb_views() WHERE view_name = ?", [view]).fetchone()
    assert comment
    assert comment[0]


def test_types_are_those_of_the_contract(tmp_path: Path) -> None:
    connection = store(tmp_path / "kb.duckdb")
    types = dict(
        connection.execute(
            "SELECT table_name || '.' || column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main'"
        ).fetchall()
    )
    assert types["acts.adopted_on"] == types["citations.target_date"] == "DATE"
    assert types["deadlines.quantity"] == "INTEGER"
    assert types["positions.organisations"] == types["categories.printed"] == "VARCHAR[]"
    assert types["positions.category_inferred"] == "BOOLEAN"


def test_every_fact_lands(rich_reading: Reading, tmp_path: Path) -> None:
    connection = store(tmp_path / "kb.duckdb", rich_reading)
    for view in (
        "documents",
        "pages",
        "acts",
        "positions",
        "amendments",
        "citations",
        "definitions",
        "repairs",
        "issues",
    ):
        assert connection.execute(f"SELECT count(*) FROM {view}").fetchone() == (1,), view
    assert connection.execute("SELECT organisations, rule, confidence FROM positions").fetchone() == (
        ["A", "B"], "by hand", 0.9,
    )  # fmt: skip
    assert connection.execute("SELECT valid_from FROM acts").fetchone() == (date(2025, 1, 2),)
    assert connection.execute("SELECT count(*), count(DISTINCT deadline_id) FROM deadlines").fetchone() == (2, 2)
    printed = connection.execute(
        "SELECT t.text[d.start_char + 1 : d.end_char] FROM deadlines d JOIN texts t USING (document_id)"
    ).fetchall()
    assert printed == [("Within",), ("Within",)]


def test_storing_twice_changes_nothing(rich_reading: Reading, tmp_path: Path) -> None:
    once = dump(store(tmp_path / "once.duckdb", rich_reading))
    again = dump(store(tmp_path / "again.duckdb", rich_reading, rich_reading))
    assert once == again


def test_order_of_documents_does_not_matter(make_reading: MakeReading, tmp_path: Path) -> None:
    a, b = make_reading(["One"], number="1"), make_reading(["Two"], number="2")
    assert dump(store(tmp_path / "ab.duckdb", a, b)) == dump(store(tmp_path / "ba.duckdb", b, a))


def test_a_second_text_of_an_act_is_a_version(make_reading: MakeReading, tmp_path: Path) -> None:
    """The newest whole text is shown; a later fragment and an older text stay as versions."""
    old = make_reading(["One", "Two", "Three"], source="old", version_date=date(2024, 5, 1))
    new = make_reading(["One", "Two", "Three changed"], source="new", version_date=date(2025, 5, 1))
    part = make_reading(["One"], source="part", version_date=date(2026, 5, 1))
    connection = store(tmp_path / "kb.duckdb", old, new, part)
    assert connection.execute("SELECT count(*) FROM acts").fetchone() == (1,)
    shown = connection.execute("SELECT text FROM clauses ORDER BY ord").fetchall()
    assert shown == [("One",), ("Two",), ("Three changed",)]
    versions = connection.execute("SELECT version, source, current FROM versions ORDER BY version").fetchall()
    assert versions == [(1, "old", False), (2, "new", True), (3, "part", False)]
    assert connection.execute("SELECT count(*) FROM documents").fetchone() == (3,)


def citing(**target: object) -> Facts:
    place = {"eid": "para_1", "span": Span(0, 1), "page": 1, "rule": "by hand"}
    return Facts(citations=(Citation(**place, scope="external", text="cites", **target),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "resolved"),
    [
        ({"target_number": "7", "target_date": date(2020, 1, 1)}, "ru"),
        ({"target_number": "7", "target_date": date(2020, 1, 1), "target_type": "order"}, "ru"),
        ({"target_number": "7", "target_date": date(2020, 1, 1), "target_type": "law"}, None),
        ({"target_number": "7", "target_date": date(2021, 1, 1)}, None),
        ({"target_number": "7"}, None),
        ({"target_title": "«ON SEVEN»", "target_type": "order"}, "ru"),
        ({"target_title": "On seven"}, None),
        ({"target_title": "On seven", "target_type": "order", "target_number": "8"}, None),
    ],
)
def test_citations_resolve_when_sure(
    target: dict[str, object], resolved: str | None, make_reading: MakeReading, tmp_path: Path
) -> None:
    cited = [
        make_reading([language], number="7", adopted_on=date(2020, 1, 1), language=language, title=title)
        for language, title in (("kk", "Jeti turaly"), ("ru", "On seven"))
    ]
    citer = make_reading(["cites"], number="9", facts=citing(**target))
    connection = store(tmp_path / "kb.duckdb", *cited, citer)
    found = connection.execute("SELECT resolved_act_id FROM citations").fetchone()
    assert found == (f"/akn/kz/act/order/-/2020-01-01/7/{resolved}" if resolved else None,)


def test_a_citation_goes_through_the_work_to_the_other_language(make_reading: MakeReading, tmp_path: Path) -> None:
    only_kazakh = make_reading(["x"], number="7", adopted_on=date(2020, 1, 1), language="kk")
    citer = make_reading(["cites"], number="9", facts=citing(target_number="7", target_date=date(2020, 1, 1)))
    connection = store(tmp_path / "kb.duckdb", only_kazakh, citer)
    assert connection.execute("SELECT resolved_act_id FROM citations").fetchone() == (only_kazakh.act.act_id,)


def test_language_versions_that_differ_are_listed(make_reading: MakeReading, tmp_path: Path) -> None:
    kk = make_reading(["1-tarmaq 5 jyl", "same 7", "only kk"], language="kk")
    ru = make_reading(["punkt 1 na 6 let", "7 to zhe"], language="ru")
    connection = store(tmp_path / "kb.duckdb", kk, ru)
    found = connection.execute("SELECT eid, what, a, b FROM disagreements ORDER BY ALL").fetchall()
    assert found == [("para_1", "numbers", "1 5", "1 6"), ("para_3", "clause", "only kk", None)]


def test_a_document_that_reads_at_last_leaves_quarantine(make_reading: MakeReading, tmp_path: Path) -> None:
    kb = tmp_path / "kb.duckdb"
    with corpus.writing(kb) as writer:
        writer.write(corpus.quarantine_rows("0" * 64, "order.txt", 0, "test", "the file is not there. Look for it"))
        writer.finish(corpus.Run("run", NOW, NOW, 1, 0, 0, 0, 1))
    assert corpus.connect(kb).execute("SELECT status, error FROM documents").fetchall() == [
        ("quarantined", "the file is not there. Look for it")
    ]
    assert store(kb, make_reading(["One"])).execute("SELECT status FROM documents").fetchall() == [("ok",)]


def test_repeated_keys_are_not_published(make_reading: MakeReading, tmp_path: Path) -> None:
    """A fault of the store itself must not reach readers."""
    kb = tmp_path / "kb.duckdb"

    def doubled() -> None:
        with corpus.writing(kb) as writer:
            writer.write(corpus.rows_of(make_reading(["One"]), "test"))
            writer._connection.execute("INSERT INTO t_document FROM t_document")
            writer.finish(corpus.Run("run", NOW, NOW, 1, 1, 0, 0, 0))

    with pytest.raises(CorpusError, match="document_id"):
        doubled()
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=5))
def test_any_text_comes_back_as_it_went_in(
    make_reading: MakeReading, tmp_path_factory: pytest.TempPathFactory, paragraphs: list[str]
) -> None:
    reading = make_reading(paragraphs)
    connection = store(tmp_path_factory.mktemp("any") / "kb.duckdb", reading)
    assert connection.execute("SELECT text FROM clauses ORDER BY ord").fetchall() == [(p,) for p in paragraphs]
    assert connection.execute("SELECT text FROM texts").fetchone() == (reading.text.string,)


def test_pages_make_the_whole_text(tmp_path: Path) -> None:
    """What start_char and end_char count in can be put together from the pages, also of a PDF."""
    for number, specimen in enumerate(sorted(SPECIMENS.glob("*.pdf"))):
        reading = buyruq.read(specimen)
        connection = store(tmp_path / f"{number}.duckdb", reading)
        assert connection.execute("SELECT text FROM texts").fetchone() == (reading.text.string,)
        assert reading.text.pages
