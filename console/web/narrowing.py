"""What narrows a search: chips of what was asked for, and counts of what could be asked for, each with its address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from console.counts import named
from console.web.asked_for import Given, address_of
from console.web.saying import STATES
from console.words import SEVERITIES
from search.overview import Facet, Share

TITLES = {
    "texts": "Words",
    "label": "Label",
    "surface": "Surface",
    "source": "Source",
    "author": "Author",
    "state": "State",
    "language": "Language",
    "severity": "At least",
    "url": "Address",
    "from": "Posted from",
    "until": "Posted until",
    "waiting": "Waits for a person",
    "visible": "On the site",
}
"""What narrows, in the order in which chips and counts are shown, under the names of the form."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that counts now; `address` is the same search without it."""

    title: str
    value: str
    address: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with how many posts have it; `address` narrows to them, and is empty where nothing would narrow."""

    value: str
    posts: int
    address: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One facet: its most frequent values, and how many posts have others."""

    title: str
    choices: tuple[Choice, ...]
    others: int


def chips(given: Given, **more: str) -> list[Chip]:
    """One for each value of each filter."""
    return [
        Chip(title, said(name, value), address_of(_without(given, name, value), **more))
        for name, title in TITLES.items()
        for value in given.get(name, ())
    ]


def counted(facets: Mapping[str, Facet], given: Given, **more: str) -> list[Counted]:
    """Each facet with more than nothing in it.

    A further value of a filter that is set would widen the search instead, so that it is counted without an address.
    """
    found = []
    for name in [name for name in TITLES if name in facets]:
        narrows = name not in given or name == "severity"
        choices = tuple(
            Choice(told, posts, address_of({**given, name: (value,)}, **more) if narrows else "")
            for value, told, posts in _values(name, facets[name].shares, given)
        )
        if choices:
            found.append(Counted(TITLES[name], choices, 0 if name == "severity" else facets[name].others))
    return found


def said(name: str, value: str) -> str:
    """A value of a filter as people say it."""
    if name == "state":
        return STATES.get(value, value)
    if name == "label":
        return value.replace("_", " ")
    if name == "texts":
        return "of what it says now"
    if name == "severity" and value.isdecimal() and int(value) < len(SEVERITIES):
        return SEVERITIES[int(value)]
    return {"waiting": {"yes": "yes", "no": "no"}, "visible": {"yes": "seen there", "no": "seen to be gone"}}.get(
        name, {}
    ).get(value, value)


def _values(name: str, shares: tuple[Share, ...], given: Given) -> Iterator[tuple[str, str, int]]:
    """Value, what it is called, posts; of severities how many are at least so grave, as the filter counts them."""
    if name != "severity":
        yield from ((one.value, named(one) if name == "author" else said(name, one.value), one.posts) for one in shares)
        return
    known = {int(one.value): one.posts for one in shares}
    least = int(given.get(name, ("0",))[-1])
    for number in range(len(SEVERITIES) - 1, least, -1):
        if posts := sum(count for severity, count in known.items() if severity >= number):
            yield str(number), SEVERITIES[number], posts


def _without(given: Given, name: str, value: str) -> Given:
    rest = {**given, name: tuple(one for one in given[name] if one != value)}
    return {name: values for name, values in rest.items() if values}
