"""What has happened to cases, for whoever tells of it."""

from typing import Any

import pytest

from search.entering import POSTS_MAX
from search.happening import DECIDED, OPENED, OVERDUE, happened, happened_body

NEVER = 2**63 - 1


class Answering:
    """An index with one answer."""

    posts = "posts"

    def __init__(self, total: int, *sorts: list[Any]) -> None:
        self.answer = {"hits": {"total": {"value": total, "relation": "eq"}, "hits": [{"sort": one} for one in sorts]}}

    async def ask(self, *_: Any, **__: Any) -> Any:
        """That answer."""
        return self.answer


@pytest.mark.parametrize(("kind", "field"), [(OPENED, "opened_at"), (DECIDED, "decided_at"), (OVERDUE, "due_at")])
def test_nothing_of_a_post_is_fetched(kind: str, field: str) -> None:
    """Its id and since when are what it is sorted by."""
    body = happened_body(kind)
    assert body["_source"] is False
    assert [list(one) for one in body["sort"]] == [["post_id"], [field]]


async def test_every_case_with_since_when() -> None:
    """One that lacks the instant is none; of too many nobody can say what is new."""
    index: Any = Answering(2, ["a", 2_000], ["b", NEVER])
    assert await happened(index, OPENED) == {"a": 2_000}
    many: Any = Answering(POSTS_MAX + 1)
    assert await happened(many, OPENED) is None
