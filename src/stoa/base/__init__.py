"""Django plumbing without a business word: embedded PostgreSQL, clock, jobs, request logs, security headers."""
