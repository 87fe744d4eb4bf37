"""Words everyone shares: money, day spans, refusals, identifiers. Plain Python, no clock, no database."""
