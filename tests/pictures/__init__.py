"""Pictures of every page of the console: `make pictures` takes them, for whoever looks after them, and the README's."""
