"""From acts of Kazakhstan and Uzbekistan, as they circulate, to facts in SQL."""
