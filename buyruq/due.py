"""The date on which a term ends.

The rules of counting, as the laws have them (texts in `due.toml`):

- A term of days begins on the day after its event (KZ: Law on Legal Acts No. 480-V, art. 14 (2), (3); for
  administrative procedures Code No. 350-VI, art. 76 (2). UZ: Labour Code, art. 9).
- A term of months or years ends on the same day of its last month, or on the last day of that month where there is
  no such day (KZ: No. 480-V, art. 14 (2). UZ: Labour Code, art. 9).
- Calendar days count days off; where the last day is not a working day, the term ends on the next working day (KZ:
  No. 480-V, art. 14 (3); Code No. 350-VI, art. 76 (5). UZ: Labour Code, art. 9).
- "After the expiry of N days" means the day after the N-th (KZ: No. 480-V, art. 42 (3): ten calendar days after the
  day of the first official publication). A day in force is not moved off a day of rest.
- Terms counted back ("not later than N days before") end on the N-th day before the event, or on the working day before
  that day. No law at hand says so: it is the reading that is never late.

Of Uzbekistan only the Labour Code was at hand; for other terms its rules are general knowledge, and the answers say so.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import parsers
from buyruq.workdays import Calendar, calendar_of
from models import UsageError

DAYS = {"day", "calendar_day"}
MONTHS = {"month": 1, "year": 12}
REACHED = {"after", "at_least"}  # the term must pass whole: its end is the first day on which something may be


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends: `due_on` is its last day, or the first day after it where something holds `after` a term.

    `certain` is False where the calendar is not known to the end or the wording leaves the way of counting open;
    `why` says how it was counted and what is doubtful, `law` which rules were used.
    """

    due_on: date
    counted_from: date
    certain: bool
    why: tuple[str, ...]
    law: tuple[str, ...]


def count_term(
    event: date, quantity: int, unit: str, relation: str | None = None, *, jurisdiction: str = "KZ",
    backward: bool = False,
) -> Due:  # fmt: skip
    """Return the date on which a term ends that runs from `event`.

    `unit` and `relation` are those of the view `deadlines`; `backward` counts back from the event. Raises UsageError
    for hours and minutes, which end on a clock and not on a date, and for other units.
    """
    days, rules = calendar_of(jurisdiction), _rules()[jurisdiction]
    if unit not in DAYS | {"working_day"} | set(MONTHS):
        raise UsageError(f"a term in units of {unit!r} ends on a clock, not on a date")
    if quantity == 0:
        return Due(event, event, True, ("the day of the event itself",), ())
    end = _end(event, -quantity if backward else quantity, unit, days)
    if backward:
        return _back(event, end, days)
    looked = (event, end) if unit == "working_day" else None
    law = [rules["working" if unit == "working_day" else "month" if unit in MONTHS else "start"]]
    why = [f"{quantity} {unit.replace('_', ' ')}s from the day after {event}"]
    if relation == "after":
        end, reason = end + timedelta(days=1), "the day after the term has passed"
        why.append(reason)
        law.append(rules["after"])
    elif relation not in REACHED and unit != "working_day":
        looked = (end, days.next_working(end))
        if not days.is_working(end):
            why.append(f"{end} is not a working day")
            law.append(rules["roll"])
            end = days.next_working(end)
    return _told(event, end, why, law, days.doubts(*looked) if looked else ())


def due_of(term: dict[str, Any], event: date, terms_in_sentence: int = 1, backward: bool | None = None) -> Due:
    """Return when a row of the question `deadlines` ends.

    `backward` is read from the sentence where it is not told. Raises UsageError where the row cannot be counted.
    """
    if term["quantity"] is None or term["unit"] is None:
        raise UsageError(f"{term['eid']}: {term['kind']} without a number of days; it is not counted from an event")
    told = backward
    if told is None:
        told = term["relation"] == "before" or (term["relation"] != "after" and looks_back(term["text"]))
    due = count_term(
        event, term["quantity"], term["unit"], term["relation"], jurisdiction=term["jurisdiction"], backward=told
    )
    if told and backward is None and terms_in_sentence > 1:
        doubt = "the sentence holds several terms: look which of them is counted back"
        return Due(due.due_on, due.counted_from, False, (*due.why, doubt), due.law)
    return due


def looks_back(sentence: str) -> bool:
    """Say whether a sentence counts a term back from its event."""
    return any(pattern.search(sentence) for pattern in _backward())


def _end(event: date, quantity: int, unit: str, days: Calendar) -> date:
    if unit == "working_day":
        return days.add_working(event, quantity)
    if unit in MONTHS:
        return add_months(event, quantity * MONTHS[unit])
    return event + timedelta(days=quantity)


def add_months(day: date, months: int) -> date:
    """Return the same day some months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _back(event: date, end: date, days: Calendar) -> Due:
    why = [f"counted back from {event}; no law at hand rules this, the earlier day is the safe one"]
    if not days.is_working(end):
        why.append(f"{end} is not a working day")
        end = days.previous_working(end)
    return _told(event, end, why, [], days.doubts(end, event))


def _told(event: date, end: date, why: list[str], law: list[str], doubts: tuple[str, ...]) -> Due:
    return Due(end, event, not doubts, (*why, *doubts), tuple(law))


@cache
def publication() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of words that name the official publication as an event."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _rules()["publication"]["patterns"])


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(files("buyruq").joinpath("due.toml").read_text("utf-8"))


@cache
def _backward() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _rules()["backward"]["patterns"])


def printed_day(phrase: str | None) -> date | None:
    """Return the one calendar day that a phrase prints ("1 January 2025" in any of the languages), if it is one."""
    words = re.findall(r"\w+", (phrase or "").lower())
    years = [int(word) for word in words if re.fullmatch(r"(?:19|20)\d\d", word)]
    days = [int(word) for word in words if re.fullmatch(r"\d{1,2}", word)]
    months = {int(number) for word in words if (number := _months().get(word))}
    if len(years) != 1 or len(days) != 1 or len(months) != 1:
        return None
    return date(years[0], months.pop(), days[0])


@cache
def _months() -> dict[str, str]:
    return {word: number for grammar in parsers.load_all().values() for word, number in grammar.maps["months"].items()}
