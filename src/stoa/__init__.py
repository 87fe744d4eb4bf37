"""Stoa: an open, self-hosted online learning marketplace that teaches, sells, and closes its own books."""

__version__ = "0.1.0"
