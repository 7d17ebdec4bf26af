"""Petitions on the screen: the block of the case form, the path of a case, who is in charge."""
