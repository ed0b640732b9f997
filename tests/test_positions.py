"""Positions, categories, registers and broken tables, on texts written for the purpose in the style of real acts."""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Act, Clause, Passage, Segment, Span, Text, TextCell, TextLine
from parsers import tables
from parsers.facts.categories import find_categories, normal_code, series_and_rank
from parsers.facts.positions import find_positions, holds_posts
from parsers.facts.positions_specialities import split_names
from parsers.facts.positions_table import reference
from parsers.facts.positions_titles import Titles, parts, tidy

sys.path.insert(0, str(Path(__file__).parent))
from position_kit import GRAMMARS, LINES, NO_ACT, positions_in, text_of

CASES = tomllib.loads((Path(__file__).parent / "cases" / "positions.toml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["titles"], ids=lambda c: c["cell"][:40])
def test_titles(case: dict[str, Any]) -> None:
    titles = Titles(GRAMMARS[case["grammar"]])
    found = [n for a, b in titles.items(case["cell"]) for n in titles.named(case["cell"], a, b)]
    shown = [n.title + (" => " + " | ".join(n.organisations) if n.organisations else "") for n in found]
    assert shown == case["named"]


@pytest.mark.parametrize("case", CASES["codes"], ids=lambda c: c["printed"])
def test_codes(case: dict[str, Any]) -> None:
    assert normal_code(case["printed"], GRAMMARS["kk"]) == case["code"]
    assert series_and_rank(case["code"]) == (case["series"], case.get("rank"))


@pytest.mark.parametrize("case", CASES["specialities"], ids=lambda c: c["cell"][:40])
def test_specialities(case: dict[str, Any]) -> None:
    assert list(split_names(case["cell"], GRAMMARS[case["grammar"]])) == case["names"]


@pytest.mark.parametrize("case", CASES["experience"], ids=lambda c: c["text"][:40])
def test_experience_reference(case: dict[str, Any]) -> None:
    assert reference(case["text"], GRAMMARS[case["grammar"]]) == case.get("ref")


BROKEN = """\
2-1-тарау. Тексеру бөлімшесінің лауазымдары бойынша\t\t\t\t\t
\t\t\t\tҚұқықтану Экономика Мемлекеттік және жергілікті\tС-SV-2 үшін № 15 бұйрықтың 7-
5-1.\t\t\t\t\t

\tБөлім бастығы\tС-SV-2 қызметкер)\t(Жоғарыдан төмен емес\tбасқару Қаржы\tтармағында көзделген.
5-2.\tАға инспектор, инспектор\tС-SV-3 (қызметкер)\tЖоғарыдан төмен емес\t\tС-SV-3 және С-SV-4 үшін № 15 бұйрықтың
-----\t---\t---\t---\t---\t---
\t\t\t\t\t8-тармағына сәйкес
5-3.\tБас маман Жетекші маман\tC-SV-4\tЖоғарыдан төмен емес\t\t
6.

Аға
шебер

C - SV - 5
қызметкер)

Арнаулы
(орта

<p>Техник</p>

талап
етілмейді
\t\t\t\tҚұтқарушы\t
7.\tЖүргізуші\tE-PR-2\tорташадан төмен емес\t\tЖұмыс өтілі талап етілмейді.
"""


def test_rows_broken_by_conversion() -> None:
    found = positions_in(BROKEN)
    rows = [(p.row_num, p.title, p.category_code, p.education, p.experience_ref) for p in found]
    higher = "Жоғарыдан төмен емес"
    assert rows == [
        ("5-1", "Бөлім бастығы", "C-SV-2", higher, "15:7"),
        ("5-2", "Аға инспектор", "C-SV-3", higher, "15:8"),
        ("5-2", "инспектор", "C-SV-3", higher, "15:8"),
        ("5-3", "Бас маман", "C-SV-4", higher, "15:8"),
        ("5-3", "Жетекші маман", "C-SV-4", higher, "15:8"),
        ("6", "Аға шебер", "C-SV-5", "Арнаулы орта", None),
        ("7", "Жүргізуші", "E-PR-2", "орташадан төмен емес", None),
    ]
    merged = ("Құқықтану", "Экономика", "Мемлекеттік және жергілікті басқару", "Қаржы")
    assert [p.specialities for p in found] == [merged] * 5 + [("Техник", "Құтқарушы"), ()]


def test_reading_order_of_broken_rows() -> None:
    text = text_of(BROKEN)
    read = tables.reading_order(text, range(len(text.lines))).text
    assert read.startswith(
        "2-1-тарау. Тексеру бөлімшесінің лауазымдары бойынша 5-1. Бөлім бастығы С-SV-2 (қызметкер) Жоғарыдан"
    )
    assert "басқару Қаржы С-SV-2 үшін № 15 бұйрықтың 7-тармағында көзделген. 5-2. Аға" in read
    assert "6. Аға шебер C - SV - 5 (қызметкер) Арнаулы орта Техник Құтқарушы талап етілмейді 7." in read


def test_rows_begin_too_far_left_where_cells_span_from_above() -> None:
    table = "№\t|\tОрганы\t|\tЛауазымы\t|\tСанаты\n1\t|\tКөлік комитеті\t|\tТөраға\t|\tА\nБас сарапшы\t|\tС-4\n"
    found = positions_in(table)
    assert [(p.row_num, p.title, p.category_code, p.organisations) for p in found] == [
        ("1", "Төраға", "A", ("Көлік комитеті",)),
        ("1", "Бас сарапшы", "C-4", ("Көлік комитеті",)),
    ]


def test_columns_named_in_two_rows() -> None:
    table = (
        "№\tЛауазымы\tСанаты\tТалаптар\t\n\t\t\tБілімі\tЖұмыс өтілі\n"
        "1\tБас маман\tC-SVO-7\tЖоғары\tҮш жыл\n2\tМаман\tC-SVO-8\tЖоғары\tЕкі жыл\n"
    )
    found = [(p.row_num, p.title, p.category_code, p.education, p.experience) for p in positions_in(table)]
    assert found == [("1", "Бас маман", "C-SVO-7", "Жоғары", "Үш жыл"), ("2", "Маман", "C-SVO-8", "Жоғары", "Екі жыл")]


def test_a_cell_goes_on_after_a_page_break() -> None:
    table = (
        "Звено\tСтупень\tНаименование должностей\nБлок А (управленческий персонал)\nА2\t1\tРуководитель отдела,\n"
        "\t\tслужбы: Станции; Главный\n\t\tлесничий\n\t1-1\tГлавный механик\n"
    )
    assert [(p.category_code, p.title, p.organisations) for p in positions_in(table, "ru")] == [
        ("A2-1", "Руководитель отдела", ("Станции",)),
        ("A2-1", "Руководитель службы", ("Станции",)),
        ("A2-1", "Главный лесничий", ()),
        ("A2-1-1", "Главный механик", ()),
    ]


def test_cells_that_span_rows_belong_to_each_and_empty_cells_do_not() -> None:
    string = "№\tДолжность\tКатегория\tСпециальность\n1\tДиректор\tС-1\tЭкономика\n2\tЭксперт\tС-4\n3\tСторож\tD-5\t"
    text = text_of(string, "ru")
    lines = []
    for line in text.lines:
        cells, at = [], line.span.start
        for column, word in enumerate(text.string[line.span.start : line.span.stop].split("\t")):
            spans = 2 if word == "Экономика" else 1
            cells.append(TextCell(Span(at, at + len(word)), column, spans))
            at += len(word) + 1
        lines.append(TextLine(line.span, 1, table=1, cells=tuple(cells)))
    marked = Text(string, string, tuple(lines), (), text.pages, grammar="ru")
    found = find_positions(NO_ACT, marked, GRAMMARS["ru"])[0]
    assert [(p.title, p.specialities) for p in found] == [
        ("Директор", ("Экономика",)),
        ("Эксперт", ("Экономика",)),
        ("Сторож", ()),
    ]


CRITERIA = """\
12. Бақылау басқармасының бас сарапшысы, С-4 санаты (2 бірлік), № 07-1

Өлшемшарттар\t|\tТалаптар
Білімі\t|\tЖоғары білім: құқық.
Практикалық тәжірибесі\t|\tТалап етілмейді
Функционалдық міндеттері\t|\tБасқарманың жұмысын ұйымдастыру, білімі мен тәжірибесін арттыру.
"""


def test_table_of_criteria() -> None:
    (post,) = positions_in(CRITERIA)
    assert (post.row_num, post.title, post.category_code) == ("12", "Бақылау басқармасының бас сарапшысы", "C-4")
    assert (post.education, post.experience) == ("Жоғары білім: құқық", "Талап етілмейді")


@pytest.mark.parametrize(
    ("heading", "title", "code"),
    [
        ("Руководитель управления лесов, категория С-3, (02-1)", "Руководитель управления лесов", "C-3"),
        ("Эксперт управления лесов (С-5, 2 единицы)", "Эксперт управления лесов", "C-5"),
        ("3. Главный эксперт управления лесов – С-4, 2 единицы", "Главный эксперт управления лесов", "C-4"),
    ],
)
def test_headings_of_criteria(heading: str, title: str, code: str) -> None:
    table = f"{heading}\n\nКритерии\t|\tТребования\nОбразование\t|\tвысшее: право\n"
    (post,) = positions_in(table, "ru")
    assert (post.title, post.category_code, post.education) == (title, code, "высшее: право")


@pytest.mark.parametrize(
    "table",
    [
        "№\tТ.А.Ә.\tЛауазымы\n1\tА. Асанов\tбас маман\n",  # a list of people
        "№\tТыңайтқыш\tҚұрамы\n1\tАзот\tB-1,2%, Cu-6\n",
        "Код\tНаименование\n38.11\tБумага\n",
        "Критерии\tТребования\nОбразование\tвысшее\n",  # no post is named
    ],
)
def test_other_tables_hold_no_positions(table: str) -> None:
    for code in ("kk", "ru"):
        assert positions_in(table, code) == []


def clause(eid: str, kind: str, words: str, at: int, heading: str = "") -> Clause:
    own = Passage(words, (Segment(0, at, len(words)),))
    head = Passage(heading, (Segment(0, 0, len(heading)),)) if heading else None
    return Clause(eid, kind, at, own, heading=head, span=Span(at, at + len(words)), parent_eid=eid.rpartition("__")[0])


def test_list_of_posts_in_running_text() -> None:
    heading = "Конкурстық негізде орналасатын басшы лауазымдар тізбесі"
    words = "Қалалардың Білім департаментінің Қаржы, есеп және бақылау бөлімінің бастығы."
    other = "Осы тізбе жыл сайын қайта қаралады."
    string = f"{heading}\n{words}\n{other}"
    clauses = (
        clause("att_1", "attachment", "", 0, heading),
        clause("att_1__al_1", "alinea", words, len(heading) + 1),
        clause("att_1__al_2", "alinea", other, len(heading) + len(words) + 2),
    )
    act = Act("", "", "KZ", "kk", "Cyrl", "order", clauses)
    (post,) = find_positions(act, text_of(string), GRAMMARS["kk"])[0]
    assert (post.eid, post.title) == ("att_1__al_1", "Қаржы, есеп және бақылау бөлімінің бастығы")
    assert post.organisations == ("Қалалардың Білім департаменті",)


def test_categories_keep_their_printed_forms() -> None:
    words = "А-1, В - 1 және С-О-1 санаттарындағы лауазымдар, сондай-ақ B-1 санаты; құрамы B-2, Cu-3."
    act = Act("", "", "KZ", "kk", "Cyrl", "order", (clause("para_1", "paragraph", words, 0),))
    found = find_categories(act, text_of(words), GRAMMARS["kk"], ())
    assert [(c.category_code, c.series, c.rank, c.printed) for c in found] == [
        ("A-1", "A", "1", ("А-1",)),
        ("B-1", "B", "1", ("В - 1", "B-1")),
        ("C-O-1", "C-O", "1", ("С-О-1",)),
    ]


@pytest.mark.parametrize(("string", "grammar"), [(BROKEN, "kk"), (CRITERIA, "kk"), (LINES, "ru")])
def test_spans_print_the_facts(string: str, grammar: str) -> None:
    for post in positions_in(string, grammar):
        printed = tidy(string[post.span.start : post.span.stop]).casefold()
        assert {w for w in re.findall(r"\w+", post.title.casefold()) if w not in printed} <= {
            "руководитель",  # a head that is repeated stands once, before the first of its units
            "заведующий",
        }


@given(st.text(alphabet="аб ,;()", max_size=40))
def test_parts_leave_nothing_but_marks_out(text: str) -> None:
    kept = "".join(text[a:b] for a, b in parts(text, ","))
    assert sorted(kept.replace(",", "").replace(" ", "").replace(";", "")) == sorted(
        text.replace(",", "").replace(" ", "").replace(";", "")
    )


@given(st.lists(st.text(alphabet="а1.\t- ", max_size=12), max_size=12))
@settings(max_examples=60)
def test_reading_order_keeps_every_word_and_its_place(lines: list[str]) -> None:
    text = text_of("\n".join(lines))
    read = tables.reading_order(text, range(len(text.lines)))
    for piece in read.segments:
        here = read.text[piece.start : piece.start + piece.length]
        assert here == text.string[piece.source : piece.source + piece.length]
    assert Counter("".join(lines).replace("-", "").split()) is not None
    assert read.text.count("а") == text.string.count("а")


def test_a_table_of_posts_that_cannot_be_read_is_an_issue() -> None:
    table = "№\tЛауазымы\tСанаты\tБілімі\n1\tБас маман\tжоқ\tжоғары\n2\tМаман\tжоқ\tжоғары\n"
    found, issues = find_positions(NO_ACT, text_of(table), GRAMMARS["kk"])
    assert found == ()
    assert [issue.code for issue in issues] == ["unread-positions"]
    form = "№\tЛауазымы\tСанаты\tБілімі\n\t\t\t\n"
    assert find_positions(NO_ACT, text_of(form), GRAMMARS["kk"]) == ((), ())


def test_tables_of_posts_are_told_from_others() -> None:
    for string, grammar, expected in [
        (BROKEN, "kk", True),
        (LINES, "ru", True),
        ("Код\tТовар\n1\tБумага", "ru", False),
    ]:
        text = text_of(string, grammar)
        assert holds_posts(text, range(len(text.lines)), GRAMMARS[grammar]) is expected
