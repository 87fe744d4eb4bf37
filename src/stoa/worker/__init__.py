"""Job entry points: each task parses, calls one thing and is safe to run twice."""
