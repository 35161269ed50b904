"""Members of staff as this machine knows them: local accounts, and signing in."""
