"""`python -m console retain`: the process behind legal holds, erasures and retention periods."""

from records.settings import settings


def retain() -> None:
    """Hold what is held, have erased what two people erased, report what is due; runs until it is stopped."""
    from console.retaining.process import main

    main(settings())
