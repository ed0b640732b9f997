"""Takes pages, gives one repaired text with every change recorded."""

from normalizers.repair import repair

__all__ = ["repair"]
