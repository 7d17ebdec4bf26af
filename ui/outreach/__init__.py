"""Rounds of the 矛调冲锋队."""
