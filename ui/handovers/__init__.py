"""Handing over: a dialog, the line that says how far it has got, and the list of people."""
