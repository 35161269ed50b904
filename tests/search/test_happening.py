"""What has happened to cases, for whoever tells of it."""

from typing import Any

import pytest

from search.entering import POSTS_MAX
from search.happening import DECIDED, OPENED, OVERDUE, happened, happened_body


class Paged:
    """An index with so many cases."""

    posts = "posts"

    def __init__(self, count: int) -> None:
        self.cases = [[1_000 + number // 3, f"p-{number:06}"] for number in range(count)]
        self.bodies: list[Any] = []

    async def ask(self, _method: str, _path: str, body: Any, **_: Any) -> Any:
        """One page; nothing at all where there is none."""
        self.bodies.append(body)
        left = [one for one in self.cases if one > body.get("search_after", [0])][: body["size"]]
        return {"hits": {"hits": [{"sort": one} for one in left]}} if left else {}


@pytest.mark.parametrize(("kind", "field"), [(OPENED, "opened_at"), (DECIDED, "decided_at"), (OVERDUE, "due_at")])
def test_nothing_of_a_post_is_fetched(kind: str, field: str) -> None:
    """Since when and its id are what it is sorted by; only what came later is asked for."""
    body = happened_body(kind, 5)
    assert body["_source"] is False
    assert [list(one) for one in body["sort"]] == [[field], ["post_id"]]
    assert body["query"]["bool"]["filter"][-1] == {"range": {field: {"gt": 5, "format": "epoch_millis"}}}


@pytest.mark.parametrize("count", [0, 2, POSTS_MAX, 2 * POSTS_MAX + 1])
async def test_every_case_with_since_when(count: int) -> None:
    """However many there are, each once and in order."""
    index: Any = Paged(count)
    found = [one async for page in happened(index, OPENED, 0) for one in page]
    assert found == [(post_id, since) for since, post_id in index.cases]
    assert len(index.bodies) == count // POSTS_MAX + 1
