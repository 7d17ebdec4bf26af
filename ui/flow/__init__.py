"""The part of a case that says who has it in hand."""
