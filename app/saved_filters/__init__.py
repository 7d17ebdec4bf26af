"""Filters of a list that somebody gave a name; they belong to a person on this laptop."""
