"""Between court and centre, and law explained, as parts of the case page."""
