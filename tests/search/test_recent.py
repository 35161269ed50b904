"""The posts that came last, a page at a time, and some of them as a list shows them."""

from collections.abc import Mapping
from typing import Any

from search.recent import PAGE_POSTS, recent, these

COUNT = 2 * PAGE_POSTS + 10


class Index:
    """An index with many posts, the newest with the lowest number."""

    posts = "posts"

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []

    async def ask(self, _method: str, _path: str, body: Mapping[str, Any], **_: Any) -> Any:
        """A page, or those with these ids in an order of its own, without the first."""
        self.asked.append(body)
        if "ids" in body["query"]:
            found = sorted(body["query"]["ids"]["values"])[1:]
        else:
            begun = body.get("search_after", [-1])[0] + 1
            found = list(range(begun, min(COUNT, begun + body["size"])))
        return {"hits": {"hits": [{"_source": {"post_id": one}, "sort": [one, "x"]} for one in found]}}


async def test_they_come_newest_first_and_no_more_than_are_wanted() -> None:
    """No post twice, none left out, nothing that was erased, and no more of each than was asked for."""
    index: Any = Index()
    for most, expected in ((PAGE_POSTS + 3, PAGE_POSTS + 3), (10_000, COUNT)):
        pages = [page async for page in recent(index, ["post_id", "text"], most)]
        assert [one["post_id"] for page in pages for one in page] == list(range(expected))
    assert all(one["_source"]["includes"] == ["post_id", "text"] for one in index.asked)
    assert all({"term": {"erased": True}} in one["query"]["bool"]["must_not"] for one in index.asked)


async def test_some_are_shown_in_the_order_asked_for() -> None:
    """One that went meanwhile is left out; where none is asked for, nobody is asked."""
    index: Any = Index()
    assert await these(index, []) == []
    assert index.asked == []
    assert [one["post_id"] for one in await these(index, ["c", "a", "b"])] == ["c", "b"]
