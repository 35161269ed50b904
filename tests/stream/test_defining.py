"""What is in force in a running judge: read before the first batch, taken up beside the batches, kept in an outage."""

import pytest

from ingest.registry import Registered
from moderation.policy import load_policy
from records.errors import Unavailable
from records.registry import RegistryEntry
from stream.defining import Defining
from tests.moderation.published import a_list, a_tag
from tests.moderation.words_scorer import WordsScorer


class Registry:
    """A registry that a test writes; `away` makes it answer nothing."""

    def __init__(self) -> None:
        self.entries: list[Registered] = []
        self.away = False

    def register(self, said: RegistryEntry) -> None:
        """Another entry."""
        self.entries.append(Registered(said, f"registry-0-{len(self.entries)}", len(self.entries)))

    def look(self) -> list[Registered]:
        """All of them."""
        if self.away:
            raise Unavailable("the broker does not answer")
        return self.entries

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def registry() -> Registry:
    """Nobody has published anything."""
    return Registry()


@pytest.fixture
def defining(registry: Registry) -> Defining:
    """No tags of files."""
    return Defining("none", load_policy(), WordsScorer(), registry)


async def test_nothing_is_judged_before_the_registry_was_read(registry: Registry, defining: Defining) -> None:
    """The batch waits; then it is judged by what had been published before."""
    registry.register(a_tag())
    registry.away = True
    with pytest.raises(Unavailable):
        await defining.in_force()
    registry.away = False
    under = await defining.in_force()
    assert under.defined.tags.names == ("late_bus",)
    assert "late_bus" in under.scorer.labels


async def test_what_is_published_counts_after_the_next_look(registry: Registry, defining: Defining) -> None:
    """A batch has the one or the other, whole; what is removed counts no more."""
    before = await defining.in_force()
    registry.register(a_tag())
    registry.register(a_list("pills"))
    assert await defining.in_force() is before
    await defining.round()
    after = await defining.in_force()
    assert (after.defined.tags.versions, len(after.defined.lists.lists)) == ({"late_bus": 1}, 1)
    registry.register(a_tag(version=2, removed=True))
    registry.register(a_list("pills", version=2))
    await defining.round()
    last = await defining.in_force()
    assert (last.defined.tags.names, last.defined.lists.lists[0].version) == ((), 2)
    assert len({one.defined.digest for one in (before, after, last)}) == 3


async def test_where_nothing_is_new_nothing_is_made_again(registry: Registry, defining: Defining) -> None:
    """Looking costs little."""
    registry.register(a_tag())
    before = await defining.in_force()
    await defining.round()
    assert await defining.in_force() is before


async def test_in_an_outage_what_was_known_counts_on(registry: Registry, defining: Defining) -> None:
    """Verdicts do not wait for a broker that nobody needs to ask."""
    registry.register(a_tag())
    before = await defining.in_force()
    registry.away = True
    registry.register(a_tag(version=2))
    await defining.round()
    assert await defining.in_force() is before
    registry.away = False
    await defining.round()
    assert (await defining.in_force()).defined.tags.versions == {"late_bus": 2}


async def test_what_cannot_be_used_stops_nothing(registry: Registry, defining: Defining) -> None:
    """It is in the log, by its name."""
    registry.register(a_tag(clause="99"))
    registry.register(a_list("?"))
    registry.register(a_list("pills", registry_id="drugs"))
    under = await defining.in_force()
    assert [one.registry_id for one in under.defined.lists.lists] == ["drugs"]
    assert set(under.defined.tags.refused) == {"late_bus"}
