"""The circuit breaker of the dead letters."""

import pytest

from records.errors import Misconfigured
from stream.breaker import Breaker


def test_a_few_unreadable_records_are_put_aside() -> None:
    """As many as are allowed within a minute pass."""
    breaker = Breaker(3, clock=lambda: 0.0)
    breaker.count(2)
    breaker.count(1)


def test_too_many_within_a_minute_stop_the_worker_with_a_sentence() -> None:
    """One more than allowed stops, and the sentence says what to do."""
    breaker = Breaker(3, clock=lambda: 0.0)
    breaker.count(3)
    with pytest.raises(Misconfigured, match="look at the newest dead letters"):
        breaker.count(1)


def test_what_is_older_than_a_minute_is_forgotten() -> None:
    """The same number spread over time does not stop the worker."""
    now = [0.0]
    breaker = Breaker(3, clock=lambda: now[0])
    for minute in range(10):
        now[0] = minute * 61.0
        breaker.count(3)
