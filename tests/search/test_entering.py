"""What is in a search now, for whoever tells of what has entered it."""

from typing import Any

import pytest

from search.entering import POSTS_MAX, Inside, inside, inside_body
from search.queries import Wanted, query

NEVER = 2**63 - 1


class Answering:
    """An index with one answer."""

    posts = "posts"

    def __init__(self, total: int, *sorts: list[Any]) -> None:
        hits = {"hits": [{"sort": one} for one in sorts]} if sorts else {}
        self.answer = {"hits": {"total": {"value": total, "relation": "eq"}} | hits}

    async def ask(self, *_: Any, **__: Any) -> Any:
        """That answer."""
        return self.answer


def test_nothing_of_a_post_is_fetched() -> None:
    """Its id and its instants are what it is sorted by."""
    body = inside_body(Wanted(text="refund", labels=("scam",)))
    assert body["query"] == query(Wanted(text="refund", labels=("scam",)))
    assert body["_source"] is False
    assert [list(one) for one in body["sort"]] == [["post_id"], ["opened_at"], ["first_seen_at"]]


async def test_every_post_with_since_when() -> None:
    """A post that does not wait has no such instant; since when it is known stands for it."""
    index: Any = Answering(3, ["a", 2_000, 1_000], ["b", NEVER, 1_000], ["c", NEVER, NEVER])
    found = await inside(index, Wanted())
    assert found == {"a": Inside(2_000, 1_000), "b": Inside(None, 1_000), "c": Inside(None, None)}
    assert [one.since_ms for one in found.values()] == [2_000, 1_000, None]


@pytest.mark.parametrize(("total", "found"), [(0, {}), (POSTS_MAX + 1, None)])
async def test_of_too_many_nobody_can_say_what_is_new(total: int, found: dict[str, Inside] | None) -> None:
    """Rather nothing than a part."""
    index: Any = Answering(total)
    assert await inside(index, Wanted()) == found
