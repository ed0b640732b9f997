"""From acts of Kazakhstan and Uzbekistan, as they circulate, to facts in SQL.

Example::

    import buyruq

    kb = buyruq.open("kb.duckdb")  # what `buyruq ingest` made
    kb.act(number="367", date="2021-07-30")  # a pandas frame that shows the act in a notebook
    buyruq.read("order.pdf").act.clauses  # one file, without any database
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from buyruq.api import build, read, repair, show
    from buyruq.kb import KnowledgeBase
    from buyruq.kb import open_kb as open
    from models import Act, BuyruqError, Limits, Reading, SourceError, Text

__all__ = [
    "Act",
    "BuyruqError",
    "KnowledgeBase",
    "Limits",
    "Reading",
    "SourceError",
    "Text",
    "build",
    "open",
    "read",
    "repair",
    "show",
]

_PLACES = {
    **dict.fromkeys(("build", "read", "repair", "show"), "buyruq.api"),
    **dict.fromkeys(("KnowledgeBase", "open"), "buyruq.kb"),
}


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for: `buyruq repair` must not wait for pandas."""
    if name not in __all__:
        raise AttributeError(f"module 'buyruq' has no attribute {name!r}")
    module = import_module(_PLACES.get(name, "models"))
    return getattr(module, "open_kb" if name == "open" else name)
