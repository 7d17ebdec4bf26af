"""The window around the pages: navigation, header, search, signing in, settings."""
