"""The papers of a case as they leave the printer, and the tab that lists its file."""
