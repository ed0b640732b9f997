"""Takes pages, gives one repaired text with every change recorded."""

from normalizers.readings import choose_lines
from normalizers.repair import FIXES, repair, repair_text

__all__ = ["FIXES", "choose_lines", "repair", "repair_text"]
