"""Showing what is masked, and who had it shown."""
