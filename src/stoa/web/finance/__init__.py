"""Pages for the controller and the auditor: close, journal, statements, documents."""
