"""What can go wrong on somebody's machine, as one sentence for the person at the terminal."""

from records.errors import Problem


class Trouble(Problem):
    """One sentence: what happened, and what to do about it. The command prints it and exits with 1."""
