"""Views of the finance pages, a file a noun."""
