"""Registers: micro-grids, households and residents."""
