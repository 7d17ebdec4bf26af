"""Widgets for every screen; they know none of our subjects."""
