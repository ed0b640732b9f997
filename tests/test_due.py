"""When terms end: counting rules, calendars with moved days, terms counted back, entry into force."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import buyruq
from buyruq.due import count_term, looks_back, printed_day
from buyruq.workdays import calendar_of
from models import UsageError

DAYS = st.dates(date(2018, 1, 1), date(2025, 11, 30))


@pytest.mark.parametrize(
    ("country", "day", "working"),
    [
        ("KZ", date(2024, 5, 4), True),  # a Saturday worked for Wednesday 8 May
        ("KZ", date(2024, 5, 8), False),
        ("KZ", date(2025, 1, 3), False),  # moved from Sunday 5 January
        ("KZ", date(2025, 1, 5), True),
        ("KZ", date(2025, 3, 10), False),  # 8 March was a Saturday
        ("KZ", date(2025, 6, 6), False),  # Kurban ait
        ("UZ", date(2024, 12, 14), True),  # worked for 30 December
        ("UZ", date(2024, 12, 30), False),
        ("UZ", date(2025, 10, 1), False),
        ("UZ", date(2025, 10, 2), True),
    ],
)
def test_days_are_those_of_the_decrees(country: str, day: date, working: bool) -> None:
    assert calendar_of(country).is_working(day) is working


@pytest.mark.parametrize(
    ("event", "quantity", "unit", "relation", "end"),
    [
        (date(2025, 3, 3), 5, "working_day", "within", date(2025, 3, 11)),  # over 8-10 March
        (date(2025, 2, 14), 3, "working_day", "within", date(2025, 2, 19)),
        (date(2025, 3, 3), 5, "calendar_day", "within", date(2025, 3, 11)),  # 8 March, then days off
        (date(2025, 3, 3), 3, "day", "no_later_than", date(2025, 3, 6)),
        (date(2025, 1, 31), 1, "month", "within", date(2025, 2, 28)),  # no 31st
        (date(2024, 1, 31), 1, "month", "within", date(2024, 2, 29)),
        (date(2024, 2, 29), 1, "year", "within", date(2025, 2, 28)),
        (date(2025, 4, 12), 3, "month", "within", date(2025, 7, 14)),  # 12 July was a Saturday
        (date(2025, 3, 1), 10, "calendar_day", "after", date(2025, 3, 12)),  # ten whole days between
        (date(2025, 3, 1), 21, "calendar_day", "after", date(2025, 3, 23)),  # in force on a day off: not moved
        (date(2025, 3, 7), 0, "day", "within", date(2025, 3, 7)),
        (date(2025, 3, 3), 5, "day", "at_least", date(2025, 3, 8)),  # a minimum is not prolonged
    ],
)
def test_terms_end(event: date, quantity: int, unit: str, relation: str, end: date) -> None:
    due = count_term(event, quantity, unit, relation)
    assert (due.due_on, due.certain) == (end, True)


def test_a_term_counted_back_ends_on_a_working_day_before() -> None:
    assert count_term(date(2025, 3, 17), 5, "working_day", backward=True).due_on == date(2025, 3, 7)
    assert count_term(date(2025, 3, 20), 10, "calendar_day", backward=True).due_on == date(2025, 3, 7)


def test_each_rule_names_its_law() -> None:
    due = count_term(date(2025, 3, 3), 5, "calendar_day", "within")
    assert all("art." in law for law in due.law)
    assert any("art. 14 (3)" in law for law in due.law)
    assert any("unverified" in law for law in count_term(date(2025, 3, 3), 5, "working_day", jurisdiction="UZ").law)


def test_an_unknown_calendar_is_not_certain() -> None:
    assert not count_term(date(2031, 3, 3), 5, "working_day").certain
    assert count_term(date(2031, 3, 3), 10, "calendar_day", "after").certain  # counts no working days
    feast = count_term(date(2026, 5, 25), 2, "working_day", jurisdiction="UZ")
    assert any("estimate" in reason for reason in feast.why)


@pytest.mark.parametrize("unit", ["hour", "minute", "week"])
def test_what_does_not_end_on_a_date_is_refused(unit: str) -> None:
    with pytest.raises(UsageError):
        count_term(date(2025, 3, 3), 5, unit)


@given(DAYS, st.integers(1, 60), st.sampled_from(["KZ", "UZ"]))
def test_working_days_are_counted_there_and_back(day: date, count: int, country: str) -> None:
    days = calendar_of(country)
    end = days.add_working(day, count)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(days.is_working(d) for d in between) == count
    assert days.is_working(end)


@given(DAYS, st.integers(1, 400), st.sampled_from(["day", "calendar_day", "working_day", "month", "year"]))
def test_a_last_day_is_a_working_day(day: date, count: int, unit: str) -> None:
    due = count_term(day, min(count, 5) if unit == "year" else count, unit, "within")
    assert due.due_on > day
    assert calendar_of("KZ").is_working(due.due_on)


@pytest.mark.parametrize(
    ("sentence", "back"),
    [
        ("не позднее чем за пять рабочих дней до заседания комиссии", True),
        ("отырысқа дейін үш жұмыс күні бұрын хабарлайды", True),
        ("majlisdan besh kun oldin xabar beriladi", True),
        ("мажлисдан беш кун олдин хабар берилади", True),
        ("в течение пяти рабочих дней со дня регистрации", False),
        ("тіркелген күннен бастап бес жұмыс күні ішінде", False),
        ("roʻyxatdan oʻtgan kundan boshlab besh kun ichida", False),
    ],
)
def test_the_wording_tells_the_way_of_counting(sentence: str, back: bool) -> None:
    assert looks_back(sentence) is back


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("1 января 2025 года", date(2025, 1, 1)),
        ("2016 жылғы 1 қаңтардан", date(2016, 1, 1)),
        ("2025-yil 3-apreldan", date(2025, 4, 3)),
        ("2018 йил 21 ноябрдан", date(2018, 11, 21)),
        ("с 1 января 2013 года до 1 мая 2014 года", None),
        ("со дня подписания", None),
        (None, None),
    ],
)
def test_printed_days_are_read(phrase: str | None, day: date | None) -> None:
    assert printed_day(phrase) == day


def test_due_answers_from_the_knowledge_base(specimens_kb: Path) -> None:
    with buyruq.open(specimens_kb) as kb:
        term = kb.deadlines(act="96", unit="working_day").iloc[0]
        due = kb.due(term["eid"], "2025-03-03", act="96")
        assert due["due_on"][0].date() == calendar_of("KZ").add_working(date(2025, 3, 3), int(term["quantity"]))
        assert kb.commencement("96", date(2025, 3, 3))["due_on"][0].date() == date(2025, 3, 14)
        printed = kb.commencement("731", date(2014, 12, 1))
        assert printed["due_on"][0].date() == date(2015, 1, 1)
        signing = kb.commencement("205", date(2023, 9, 1))
        assert not signing["certain"][0]
        with pytest.raises(UsageError, match="no term"):
            kb.due("nowhere", "2025-03-03")
        with pytest.raises(UsageError, match="no date"):
            kb.due(term["eid"], "3 March", act="96")
