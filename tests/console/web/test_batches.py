"""Many cases at once, as the console's own file keeps them."""

import pytest

from console.web.batches import KEPT_SECONDS, Batches, Item
from records.settings import Settings
from tests.console.web.desks import Scene

ITEMS = [Item("forum:1", 3, "r" * 40), Item("forum:\u202e<2>", 0, None)]
LEFT = {"act": "leave", "reason": "1", "made_at": "2026-11-26T12:00:00+00:00"}
REMOVED = LEFT | {"act": "remove"}


@pytest.fixture
def settings(scene: Scene) -> Settings:
    """Of a console with a file of its own."""
    return scene.settings


def test_a_batch_is_frozen_and_outlasts_a_restart(settings: Settings) -> None:
    """Exactly the posts and versions that were shown, in their order."""
    batch_id = Batches(settings).freeze("ann", "the queue <Flagged>", ITEMS)
    found = Batches(settings).find(batch_id, "ann")
    assert found is not None
    assert (found.title, found.items, found.decided, found.undone) == ("the queue <Flagged>", tuple(ITEMS), None, False)


def test_nobody_finds_the_batch_of_somebody_else(settings: Settings) -> None:
    """Nor one that there is not."""
    batch_id = Batches(settings).freeze("ann", "hers", ITEMS)
    assert Batches(settings).find(batch_id, "ben") is None
    assert Batches(settings).find("batch-0", "ann") is None
    assert Batches(settings).freeze("ann", "hers", ITEMS) != batch_id


def test_a_batch_is_decided_once(settings: Settings) -> None:
    """What somebody sends a second time changes nothing; who pressed two buttons did the first."""
    batches = Batches(settings)
    batch_id = batches.freeze("ann", "hers", ITEMS)
    sent = [Item("forum:1", 3, "r" * 40, record_id="d" * 40), Item("forum:2", 0, None, refusal="kim has it")]
    batches.decide(batch_id, LEFT, sent)
    batches.decide(batch_id, REMOVED, [])
    found = Batches(settings).find(batch_id, "ann")
    assert found is not None
    assert (found.decided, found.items) == (LEFT, tuple(sent))
    batches.undo(batch_id)
    undone = Batches(settings).find(batch_id, "ann")
    assert undone is not None
    assert undone.undone


def test_a_batch_is_forgotten_after_thirty_days(settings: Settings) -> None:
    """When the next one is frozen; what was decided is on record elsewhere."""
    now = 1_790_000_000.0
    old = Batches(settings, lambda: now).freeze("ann", "old", ITEMS)
    kept = Batches(settings, lambda: now + 1).freeze("ann", "kept", ITEMS)
    Batches(settings, lambda: now + KEPT_SECONDS + 0.5).freeze("ben", "new", ITEMS)
    assert Batches(settings).find(old, "ann") is None
    assert Batches(settings).find(kept, "ann") is not None
