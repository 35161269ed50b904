"""`python -m ingest`: make the topics, receive webhooks, read a file of posts."""

import sys

from ingest.commands import app
from records.errors import Problem


def main() -> None:
    """Runs a command; what this product can say in one sentence is said in one sentence."""
    try:
        app(standalone_mode=True)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
