"""Petitions (访源精治): clocks met, answers, reviews, evaluations, leaders and old cases."""
