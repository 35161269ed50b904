"""The webhook receiver: a small web application of its own, run by `python -m ingest webhook`."""
