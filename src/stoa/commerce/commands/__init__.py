"""Writes of commerce, by noun."""
