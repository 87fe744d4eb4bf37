"""Job entry points. Each task parses its arguments and calls one flow; each is safe to run twice."""
