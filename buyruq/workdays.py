"""Working days of Kazakhstan and Uzbekistan, days off that were moved and working Saturdays included."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import holidays

from models import UsageError

DAY = timedelta(days=1)
ESTIMATED = "estimated"  # how the library marks feasts whose day is announced late


class Calendar:
    """The working days of one jurisdiction.

    A day is off if it is a weekend, a public holiday or a day moved there by decree; a weekend day that a decree made
    a working day is none. The days are those of the `holidays` library; what it lacks stands in `workdays.toml`.
    """

    def __init__(self, jurisdiction: str) -> None:
        rules = _rules().get(jurisdiction)
        if not rules:
            raise UsageError(f"no calendar of {jurisdiction!r}. There are: {', '.join(_rules())}")
        self.jurisdiction = jurisdiction
        self.source: str = rules["source"]
        self._weekend = set(rules["weekend"])
        self._transfers_to: int = rules["transfers_to"]
        self._told = {entry["date"]: bool(entry["working"]) for entry in rules.get("day", ())}
        self._days = holidays.country_holidays(jurisdiction, language="en_US")

    def is_working(self, day: date) -> bool:
        """Say whether people work on this day."""
        if day in self._told:
            return self._told[day]
        if day in self._days:
            return False
        return day.weekday() not in self._weekend or day in self._days.weekend_workdays

    def doubts(self, first: date, last: date) -> tuple[str, ...]:
        """Return why the calendar may be wrong between two days: no decree of the year yet, feasts not announced."""
        found = []
        if last.year > self._transfers_to:
            found.append(f"moved days off are known to {self._transfers_to} only")
        found += [
            f"{self._days[day]} on {day} is an estimate"
            for day in _days(first, last)
            if ESTIMATED in self._days.get(day, "")
        ]
        return tuple(found)

    def next_working(self, day: date) -> date:
        """Return this day, or the first working day after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def previous_working(self, day: date) -> date:
        """Return this day, or the last working day before it."""
        while not self.is_working(day):
            day -= DAY
        return day

    def add_working(self, day: date, count: int) -> date:
        """Return the `count`-th working day after a day, or before it where `count` is negative."""
        step = DAY if count >= 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day


@cache
def calendar_of(jurisdiction: str) -> Calendar:
    """Return the calendar of KZ or UZ. Raises UsageError for another."""
    return Calendar(jurisdiction)


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("buyruq").joinpath("workdays.toml").read_text("utf-8"))


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
