"""Views about oneself: each parses, calls one thing and renders."""
