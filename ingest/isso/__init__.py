"""How an Isso server is asked for its comments, and what its answers mean."""
