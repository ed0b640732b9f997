"""From acts of Kazakhstan and Uzbekistan, as they circulate, to facts in SQL.

Example::

    import buyruq

    kb = buyruq.open("kb.duckdb")  # what `buyruq ingest` made
    kb.act(number="367", date="2021-07-30")  # a pandas frame that shows the act in a notebook
    buyruq.read("order.pdf").act.clauses  # one file, without any database
"""

from buyruq.api import build, read, repair, show
from buyruq.kb import KnowledgeBase
from buyruq.kb import open_kb as open
from models import Act, BuyruqError, Clause, Limits, Reading, SourceError, Text

__all__ = [
    "Act",
    "BuyruqError",
    "Clause",
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
