"""The timeline of a post, worked out as a picture."""
