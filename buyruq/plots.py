"""Plots where people would rather look than read. They need matplotlib: the extra `notebook`.

Every function returns the axes that it drew on (`matplotlib.axes.Axes`), so that a notebook can go on with them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from buyruq.questions import objects
from models import UsageError

if TYPE_CHECKING:
    from buyruq.kb import KnowledgeBase

DAYS = {"working_day": 1, "calendar_day": 1, "day": 1, "month": 30, "year": 365}
COLOURS = {"working_day": "#0b4fa8", "calendar_day": "#0a6b3d", "day": "#7a5c00", "month": "#7b2d8b", "year": "#a3261b"}
WIDTH = 9.0  # inches
QUIET = "#55585f"


def redactions(kb: KnowledgeBase, act_id: str) -> Any:
    """Return a timeline of an act: its adoption, the acts that amended it, the versions that are held."""
    number, adopted = kb.rows("SELECT number, adopted_on FROM acts WHERE act_id = ?", [act_id])[1][0]
    _, events = kb.rows(
        "SELECT amending_date, amending_number, count(*) FROM amendments "
        "WHERE act_id = ? AND source = 'note' AND amending_date IS NOT NULL GROUP BY ALL ORDER BY ALL",
        [act_id],
    )
    _, held = kb.rows("SELECT valid_from FROM versions WHERE act_id = ? AND valid_from IS NOT NULL", [act_id])
    points = [(day, f"№ {amending}\n{count} changed", "o", COLOURS["working_day"]) for day, amending, count in events]
    if adopted:
        points.insert(0, (adopted, "adopted", "s", "black"))
    if not points:
        raise UsageError(f"{act_id}: no date is known of it")
    axes = _axes(2.6)
    axes.axhline(0, color=QUIET, linewidth=1)
    for place, (day, said, marker, colour) in enumerate(points):
        height = 0.5 if place % 2 == 0 else -0.5
        axes.vlines(day, 0, height, color=colour, linewidth=1)
        axes.plot([day], [0], marker, color=colour)
        axes.annotate(f"{day:%d.%m.%Y}\n{said}", (day, height), ha="center", va="bottom" if height > 0 else "top",
                      fontsize=9)  # fmt: skip
    for (day,) in held:
        axes.plot([day], [0], "o", markersize=15, markerfacecolor="none", color=COLOURS["calendar_day"])
    axes.set(ylim=(-1.4, 1.4), title=f"Redactions of № {number} (a ring: a version that is held)")
    axes.margins(x=0.1)
    return _bare(axes)


def ladder(kb: KnowledgeBase, act_id: str) -> Any:
    """Return the categories of an act from the highest step down, as long as the posts on each."""
    names, steps = kb.rows(
        "SELECT category_code AS code, count(*) AS posts, list(DISTINCT title ORDER BY title) AS titles FROM positions "
        "WHERE act_id = ? AND category_code IS NOT NULL GROUP BY ALL",
        [act_id],
    )
    if not steps:
        raise UsageError(f"{act_id}: no post with a category was found in it")
    rows = sorted((dict(zip(names, step, strict=True)) for step in steps), key=lambda step: _natural(step["code"]))
    axes = _axes(0.4 * len(rows) + 1)
    axes.barh(range(len(rows)), [row["posts"] for row in rows], color=COLOURS["working_day"], height=0.6)
    longest = max(row["posts"] for row in rows)
    for place, row in enumerate(rows):
        titles = _short(", ".join(row["titles"]), 60)
        axes.text(row["posts"] + longest * 0.02, place, f"{row['posts']}   {titles}", va="center", fontsize=9)
    axes.set_yticks(range(len(rows)), [row["code"] for row in rows])
    axes.invert_yaxis()
    axes.set(title="Posts on each step, the highest first", xlim=(0, longest * 2.2), xticks=[])
    return _bare(axes, left=True)


def deadlines(kb: KnowledgeBase, act_id: str, event: date | str | None = None) -> Any:
    """Return the terms of an act as bars from day 0, or from the day of an event to the day on which each ends.

    Without an event a month is drawn as 30 days, a year as 365, and a working day as one. With one, every term is
    counted as if the event of that day started it, by the official calendar.
    """
    terms = [term for term in objects(kb.deadlines(act=act_id)) if term["unit"] in DAYS and term["quantity"]]
    if not terms:
        raise UsageError(f"{act_id}: no term in days, months or years was found in it")
    axes = _axes(0.62 * len(terms) + 1)
    day0 = None if event is None else date.fromisoformat(str(event))
    for place, term in enumerate(terms):
        start, end, said = _bar(kb, act_id, term, day0)
        axes.plot([start, end], [place, place], linewidth=7, solid_capstyle="butt", color=COLOURS[term["unit"]])
        axes.annotate(said, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9)
        axes.annotate(_short(_told(term), 80), (start, place), xytext=(0, -12),
                      textcoords="offset points", va="center", fontsize=8, color=QUIET)  # fmt: skip
    axes.set_yticks(range(len(terms)), [term["eid"] for term in terms])
    axes.set_ylim(len(terms) - 0.3, -0.6)
    axes.set_title("Terms from day 0" if day0 is None else f"Terms that run from {day0:%d.%m.%Y}")
    axes.set_xlabel("days" if day0 is None else "")
    low, high = axes.get_xlim()
    axes.set_xlim(low, high + (high - low) * 0.55)
    axes.grid(axis="x", alpha=0.3)
    return _bare(axes, left=True, bottom=True)


def _told(term: dict[str, Any]) -> str:
    """Return who has to do what, or the sentence."""
    return " ".join(words for words in (term["actor"], term["action"]) if words) or str(term["text"])


def _bar(kb: KnowledgeBase, act_id: str, term: dict[str, Any], day0: date | None) -> tuple[Any, Any, str]:
    """Return where the bar of a term begins and ends, and what to write beside it."""
    unit = term["unit"].replace("_", " ") + ("s" if term["quantity"] > 1 else "")
    said = f"{term['quantity']} {unit}"
    if day0 is None:
        return 0, term["quantity"] * DAYS[term["unit"]], said
    due = kb.due(term["eid"], day0, act=act_id)
    row = objects(due[due["deadline_id"] == term["deadline_id"]])[0]
    end = row["due_on"].date()
    return day0, end, f"{end:%d.%m.%Y} ({said}{'' if row['certain'] else ', not certain'})"


def citations(kb: KnowledgeBase) -> Any:
    """Return which act cites which: citing acts on the left, cited acts on the right, one line for each pair."""
    _, edges = kb.rows(
        "SELECT a.number || ' (' || a.language || ')', coalesce(r.number, c.target_number), r.act_id IS NOT NULL, "
        "count(*) FROM citations c JOIN acts a USING (act_id) LEFT JOIN acts r ON r.act_id = c.resolved_act_id "
        "WHERE c.scope = 'external' AND coalesce(r.number, c.target_number) IS NOT NULL AND a.number IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL"
    )
    if not edges:
        raise UsageError("no act here cites another by its number")
    left = {name: place for place, name in enumerate(dict.fromkeys(edge[0] for edge in edges))}
    right = {name: place for place, name in enumerate(dict.fromkeys(edge[1] for edge in edges))}
    axes = _axes(0.35 * max(len(left), len(right)) + 1)
    for citing, cited, held, times in edges:
        colour = COLOURS["working_day"] if held else QUIET
        axes.plot([0, 1], [_level(left, citing), _level(right, cited)], color=colour, linewidth=min(1 + times / 2, 5))
    for side, names, align in ((-0.02, left, "right"), (1.02, right, "left")):
        for name in names:
            axes.text(side, _level(names, name), f"№ {name}", ha=align, va="center", fontsize=9)
    axes.set(xlim=(-0.4, 1.4), ylim=(1.1, -0.1), title="Which act cites which (grey: not in this knowledge base)")
    axes.set_xticks([])
    return _bare(axes)


def _level(names: dict[str, int], name: str) -> float:
    return names[name] / max(len(names) - 1, 1)


def _natural(code: str) -> list[tuple[int, str]]:
    """Return a key that puts C-SV-2 before C-SV-13."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.findall(r"\d+|\D+", code)]


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1].rsplit(" ", 1)[0] + "…"


def _axes(height: float) -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise UsageError("plots need matplotlib. Install it with: pip install 'buyruq[notebook]'") from error
    return pyplot.subplots(figsize=(WIDTH, height), layout="constrained")[1]


def _bare(axes: Any, left: bool = False, bottom: bool = False) -> Any:
    """Return axes without the lines that say nothing."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_visible(bottom)
    if not left:
        axes.set_yticks([])
    return axes
