"""One step along an ordered search, forwards or backwards from a place in it: the next and the previous of a queue."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from records.documents import PostDocument
from search.client import WHOLE, Search
from search.queries import SORTS, Wanted, search_body

STEP_POSTS = 5
"""So many at once: the first of them may have been decided within the last second, which a search does not know yet."""

Place = Sequence[Any]
"""Where a post stands in the order: the values that it is sorted by."""


async def step(
    search: Search, wanted: Wanted, place: Place = (), *, back: bool = False, size: int = STEP_POSTS
) -> list[tuple[PostDocument, Place]]:
    """The posts after a place, or from the first on; with `back` those before it, the nearest first."""
    body = step_body(wanted, place, size, back=back)
    answer = await search.ask("POST", f"/{search.posts}/_search", body, params=WHOLE)
    return [(hit["_source"], hit["sort"]) for hit in answer["hits"]["hits"]]


def place_of(document: PostDocument) -> Place:
    """Where this post stands in the order of a queue, or would: the values that the server sorts by."""
    values = []
    for [(field, said)] in (sort.items() for sort in SORTS["queue"]):
        value = cast("dict[str, Any]", document).get(field)
        order = said if isinstance(said, str) else said["order"]
        values.append(_last(field, order) if value is None else _sorted_by(value, is_time=field.endswith("_at")))
    return tuple(values)


_INTEGERS = frozenset({"severity"})
"""What is mapped as a byte is sorted by as a number of 32 bits, all else of the order by one of 64."""


def _last(field: str, order: str) -> int:
    """What the server sorts by where a post lacks the value; another number would be cut to some place in the midst."""
    lowest = -(2**31) if field in _INTEGERS else -(2**63)
    return -lowest - 1 if order == "asc" else lowest


def _sorted_by(value: Any, *, is_time: bool) -> Any:  # noqa: ANN401  a number, or the id
    return int(datetime.fromisoformat(value).timestamp() * 1000) if is_time else value


def step_body(wanted: Wanted, place: Place, size: int, *, back: bool = False) -> dict[str, Any]:
    """The request: the search as it is, without counting, or turned around."""
    body = search_body(wanted) | {"size": size, "track_total_hits": False}
    if place:
        body["search_after"] = list(place)
    return body | ({"sort": [_turned(one) for one in body["sort"]]} if back else {})


def _turned(sort: Mapping[str, Any]) -> dict[str, Any]:
    """The same order backwards; what lacks the value moves to the other end."""
    [(field, said)] = sort.items()
    options = dict(said) if isinstance(said, Mapping) else {"order": said}
    options["order"] = "asc" if options["order"] == "desc" else "desc"
    missing = {"_last": "_first", "_first": "_last"}
    return {field: options | ({"missing": missing[options["missing"]]} if "missing" in options else {})}
