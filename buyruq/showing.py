"""How a knowledge base shows itself in a notebook: its acts as pages, its terms and versions as plots."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from buyruq import plots
from buyruq.naming import one_act
from buyruq.report import ActPage, sheet_of_act

if TYPE_CHECKING:
    from buyruq.kb import KnowledgeBase

SHOWN = 2  # acts beneath a frame of acts: an act in two languages


class ActFrame(pd.DataFrame):
    """Rows of the view `acts` that show the acts themselves in a notebook; what is derived from it is a plain frame."""

    _metadata = ["_kb"]  # noqa: RUF012 - pandas asks for a list
    _kb: KnowledgeBase

    @classmethod
    def of(cls, frame: pd.DataFrame, kb: KnowledgeBase) -> ActFrame:
        """Return a frame of acts of a knowledge base."""
        acts = cls(frame)
        acts._kb = kb
        return acts

    @property
    def _constructor(self) -> type[pd.DataFrame]:
        return pd.DataFrame

    def clauses(self) -> pd.DataFrame:
        """Return the provisions of these acts in document order."""
        return pd.concat([self._kb.clauses(act_id) for act_id in self["act_id"]] or [self._kb.clauses("")])

    def _repr_html_(self) -> str:
        pages = [ActPage(sheet_of_act(self._kb, act_id))._repr_html_() for act_id in self["act_id"][:SHOWN]]
        return "\n".join([str(pd.DataFrame(self)._repr_html_()), *pages])  # type: ignore[operator]


class Showing:
    """What a knowledge base can show of an act, named by its act_id, its number, or "number date"."""

    def show(self, act: str, language: str | None = None) -> ActPage:
        """Return an act as a page that shows itself and can be saved. Raises UsageError where none or several fit."""
        kb = cast("KnowledgeBase", self)
        return ActPage(sheet_of_act(kb, one_act(kb, act, language)))

    def plot_redactions(self, act: str, language: str | None = None) -> Any:
        """Return a timeline of an act: adoption, amending acts, versions held. Needs the extra `notebook`."""
        kb = cast("KnowledgeBase", self)
        return plots.redactions(kb, one_act(kb, act, language))

    def plot_ladder(self, act: str, language: str | None = None) -> Any:
        """Return the categories of an act as a ladder with the posts on each step. Needs the extra `notebook`."""
        kb = cast("KnowledgeBase", self)
        return plots.ladder(kb, one_act(kb, act, language))

    def plot_deadlines(self, act: str, event_date: date | str | None = None, language: str | None = None) -> Any:
        """Return the terms of an act as bars from day 0, or from the day of an event. Needs the extra `notebook`."""
        kb = cast("KnowledgeBase", self)
        return plots.deadlines(kb, one_act(kb, act, language), event_date)

    def plot_citations(self) -> Any:
        """Return which act cites which as a graph. Needs the extra `notebook`."""
        return plots.citations(cast("KnowledgeBase", self))

    def _repr_html_(self) -> str:
        kb = cast("KnowledgeBase", self)
        acts = kb.sql(
            "SELECT number, adopted_on, language, act_type, title, (SELECT count(*) FROM clauses c WHERE "
            "c.act_id = acts.act_id) AS clauses FROM acts ORDER BY adopted_on, number, language"
        )
        return f"<p><strong>{len(acts)} acts</strong></p>{acts.to_html(index=False, na_rep='', max_rows=20)}"
