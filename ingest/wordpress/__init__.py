"""How a WordPress site is asked for its comments, and what its answers mean."""
