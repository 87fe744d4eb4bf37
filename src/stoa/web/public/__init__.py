"""Pages for everybody: home, catalog, search, course, partner and verification pages."""
