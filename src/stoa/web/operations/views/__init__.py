"""Views for operators: each parses, calls and renders."""
