"""The API (`/api/v1`), webhooks and health: protocols for programs."""
