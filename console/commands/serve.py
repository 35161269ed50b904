"""`lifeguard serve`: the console, as a process of its own."""

from records.settings import settings


def serve() -> None:
    """Serve the console to browsers; runs until it is stopped."""
    from console.web.process import main

    main(settings())
