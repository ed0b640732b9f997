"""Takes pages, gives one repaired text with every change recorded."""

from normalizers.repair import FIXES, repair, repair_text

__all__ = ["FIXES", "repair", "repair_text"]
