"""The API: what the pages of the console do, as JSON for programs, under /api/v1."""
