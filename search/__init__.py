"""Elasticsearch: the view of all posts that can be searched, and the history of each; the one door to its client."""
