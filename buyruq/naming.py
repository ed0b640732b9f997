"""Which act a person means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import UsageError

if TYPE_CHECKING:
    from buyruq.kb import KnowledgeBase


def one_act(base: KnowledgeBase, named: str, language: str | None) -> str:
    """Return the act_id that a name means. Raises UsageError where it is none or several."""
    found = base.find_act(named, language)
    if not found:
        raise UsageError(f"{base.path}: no act {named!r}. List them with: buyruq acts --kb {base.path}")
    if len(found) > 1:
        raise UsageError(f"{named!r} may be any of {', '.join(found)}. Name one, or add --lang or the date")
    return found[0]
