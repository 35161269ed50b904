"""RSS and Atom: where each entry stands in the bytes of a feed, and what it says."""
