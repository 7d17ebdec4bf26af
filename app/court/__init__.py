"""Lawsuits at the source (诉源善治): before filing, confirmation, enforcement."""
