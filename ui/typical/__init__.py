"""Typical cases: the text while it is written, and what every village reads."""
