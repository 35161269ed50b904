"""What two processes must agree on: frozen records, topics, settings, errors and their encoding."""
