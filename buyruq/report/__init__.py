"""An act as one page: clause tree, facts with links to their clauses, repaired and doubtful words marked."""

from buyruq.report.page import ActPage
from buyruq.report.sheet import Sheet, sheet_of_act, sheet_of_reading

__all__ = ["ActPage", "Sheet", "sheet_of_act", "sheet_of_reading"]
