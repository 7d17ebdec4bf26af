"""Legal aid as a part of the case page."""
