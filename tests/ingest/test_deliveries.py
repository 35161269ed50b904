"""Answers that never come: who waits for one is told in time, and what comes afterwards changes nothing."""

from concurrent.futures import Future
from typing import Any

from ingest.deliveries import Deliveries, Delivery, answered
from records.errors import Unavailable
from tests.live.pipeline import wait_for


def under_way(deliveries: Deliveries) -> Future[Any]:
    """An answer that is awaited."""
    answer: Future[Any] = Future()
    deliveries.add(answer, "producer")
    return answer


def test_what_is_overdue_is_told_once_and_what_was_answered_is_not() -> None:
    """The oldest first; what is younger goes on waiting."""
    now, told = [0.0], list[Delivery]()
    deliveries = Deliveries(10, told.append, clock=lambda: now[0])
    deliveries.close()  # it is looked at by the test alone
    first, second = under_way(deliveries), under_way(deliveries)
    now[0] = 5.0
    third = under_way(deliveries)
    answered(second, "there")
    now[0] = 11.0
    deliveries.look()
    deliveries.look()
    assert [delivery.answer for delivery in told] == [first]
    assert (second.result(), third.done(), told[0].producer) == ("there", False, "producer")


def test_an_answer_after_the_end_changes_nothing() -> None:
    """Whoever waited was told already that nobody answers."""
    answer: Future[Any] = Future()
    answered(answer, Unavailable("nobody answers"))
    answered(answer, "there after all")
    assert isinstance(answer.exception(), Unavailable)


def test_somebody_looks_by_itself() -> None:
    """Nobody has to call."""
    told = list[Delivery]()
    deliveries = Deliveries(0, told.append)
    answer = under_way(deliveries)
    wait_for(lambda: [delivery.answer for delivery in told] == [answer], "nobody has looked", 30)
    deliveries.close()
