"""What changed from one text of an act to the next: in substance, provision by provision, and by which act."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buyruq.ingest import ingest_paths
from buyruq.marks import marked, word_runs
from corpus.compare import Difference, Provision, differences, fold

CHAINS = Path(__file__).parents[1].parent / "shared" / "acts" / "chains"
A = "the keeper inspects the bridge every morning"
B = "the keeper writes what was seen into the journal of the bridge"
C = "the minister answers complaints within ten days"


def points(*texts: str, prefix: str = "para_") -> list[Provision]:
    return [
        Provision(f"{prefix}{number}", "paragraph", None, f"{number}.", None, text)
        for number, text in enumerate(texts, 1)
    ]


def told(before: list[Provision], after: list[Provision]) -> list[tuple[str, str, str | None]]:
    return [(found.eid, found.kind, found.old_eid) for found in differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«Азаматтық  қорғау туралы»", '"Азаматтық қорғау туралы"'),
        ("до 3 (трёх) дней", "до 3 (трех) дней"),
        ("№ 143", "№143"),
        ("сондай- ақ", "сондай-ақ"),
        ("берілсін;", "берілсін."),
        ("БАҒА ПРЕЙСКУРАНТЫ", "Баға прейскуранты"),
        ("10–15 күн", "10-15 күн"),
        ("oʻzbek", "o‘zbek"),
    ],
)
def test_form_alone_is_no_change(before: str, after: str) -> None:
    assert fold(before) == fold(after)
    assert told(points(before), points(after)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("5 күн", "15 күн"),
        ("1 12", "11 2"),
        ("сметь, нельзя", "сметь нельзя"),
        ("не позднее", "позднее"),
        ("+150", "150"),
    ],
)
def test_substance_is_a_change(before: str, after: str) -> None:
    assert told(points(before), points(after)) == [("para_1", "changed", None)]


def test_a_comma_in_a_heading_is_form_and_in_a_figure_substance() -> None:
    told_of = [
        differences([Provision("att_1", "attachment", heading=old)], [Provision("att_1", "attachment", heading=new)])
        for old, new in (
            ("Rules, given by the body", "Rules given by the body"),
            ("Fee of 1,5 units", "Fee of 15 units"),
        )
    ]
    assert [len(told) for told in told_of] == [0, 1]


def test_what_is_new_or_gone_is_told() -> None:
    assert told(points(A, B), points(A, B, C)) == [("para_3", "inserted", None)]
    assert told(points(A, B, C), points(A, B)) == [("para_3", "removed", None)]


def test_an_insertion_that_shifts_the_numbers_is_one_change() -> None:
    assert told(points(A, B), points(A, C, B)) == [("para_2", "inserted", None), ("para_3", "renumbered", "para_2")]


def test_a_new_text_under_the_old_number_is_a_change() -> None:
    assert told(points(A, B), points(A, C)) == [("para_2", "changed", None)]


def test_unnumbered_parts_that_move_are_no_change() -> None:
    def parts(*texts: str) -> list[Provision]:
        return [Provision(f"para_1__al_{n}", "alinea", "para_1", None, None, text) for n, text in enumerate(texts, 2)]

    assert told(parts(A, B), parts(C, A, B)) == [("para_1__al_2", "inserted", None)]


def test_repeal_takes_the_children_along() -> None:
    child = Provision("para_1__subpara_1", "subparagraph", "para_1", "1)", None, B)
    before = [*points(A), child]
    after = [Provision("para_1", "paragraph", None, "1.", None, "Исключен", "repealed")]
    assert told(before, after) == [("para_1", "repealed", None), ("para_1__subpara_1", "repealed", None)]


def test_notes_of_the_editors_are_no_change() -> None:
    note = Provision("para_1__note", "note", "para_1", None, None, "Сноска. Изменен 01.02.2020 № 5", noted=True)
    assert told(points(A), [*points(A), note]) == []
    drafters = Provision("para_1__note", "note", "para_1", None, None, "Примечание. Мост считается одним.")
    assert told(points(A), [*points(A), drafters]) == [("para_1__note", "inserted", None)]


def test_provisions_that_repeat_an_eid_are_told_apart() -> None:
    twice = [*points(A), *points(B)]
    assert told(twice, twice) == []


@given(st.lists(st.text(alphabet="абв 12,;", max_size=12), max_size=8))
def test_a_text_never_differs_from_itself(texts: list[str]) -> None:
    assert differences(points(*texts), points(*texts)) == []


@given(st.lists(st.sampled_from([A, B, C, "1", ""]), max_size=6), st.lists(st.sampled_from([A, B, C, "2"]), max_size=6))
def test_every_provision_is_told_at_most_once(before: list[str], after: list[str]) -> None:
    found: list[Difference] = differences(points(*before), points(*after))
    new = [change.eid for change in found if change.after is not None]
    assert len(new) == len(set(new))


@given(st.text(alphabet="аб ", max_size=30), st.text(alphabet="аб ", max_size=30))
def test_marks_make_both_texts(before: str, after: str) -> None:
    runs = word_runs(before, after)
    assert " ".join(words for kind, words in runs if kind != "in").split() == before.split()
    assert " ".join(words for kind, words in runs if kind != "out").split() == after.split()


def test_marks_are_legible_without_colour() -> None:
    assert marked("within 5 days", "within 9 working days").plain == "within [-5-] {+9 working+} days"


GOLD = {  # which provisions really changed, found by comparing the files by eye
    ("21", "kk"): ({"att_1__para_3__subpara_3"}, {"№ 195, 2016-02-29"}),
    ("21", "ru"): ({"att_1__para_3__subpara_3"}, {"№ 195, 2016-02-29"}),
    ("45", "kk"): ({"preamble", "att_1__para_2__subpara_2"}, {"№ 318, 2025-08-14"}),
    ("45", "ru"): ({"preamble", "att_1__para_2__subpara_2"}, {"№ 318, 2025-08-14"}),
    ("143", "kk"): ({"preamble", "att_1__table_1"}, {"№ 919, 2023-12-21"}),
    ("143", "ru"): ({"preamble", "att_1__table_1"}, {"№ 919, 2023-12-21"}),
}


@pytest.mark.skipif(not CHAINS.exists(), reason="the chains of real redactions are not here")
def test_real_redactions(tmp_path: Path) -> None:
    kb = tmp_path / "kb.duckdb"
    ingest_paths([CHAINS], kb, jobs=2)
    with duckdb.connect(str(kb), read_only=True) as base:
        found = base.execute(
            "SELECT number, language, eid, amended_by FROM changes JOIN acts USING (act_id) ORDER BY ALL"
        ).fetchall()
        versions = base.execute("SELECT act_id, count(*) FROM versions GROUP BY ALL HAVING count(*) = 2").fetchall()
    assert len(versions) == 6
    for (number, language), (eids, causes) in GOLD.items():
        mine = [row for row in found if row[:2] == (number, language)]
        assert ({row[2] for row in mine}, {row[3] for row in mine}) == (eids, causes), (number, language)
