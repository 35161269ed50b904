"""What people have published, for tests: a tag on late buses and a list of words, as a test needs them."""

from typing import Any

from records.registry import PublishedTag, WordList
from tests.moderation.conftest import SEEN_AT

LATE = ("bus late today", "the bus is late", "late bus again", "my bus came late", "why is the bus late")
_ENTRY = {"staff_id": "sam", "set_at": SEEN_AT}


def a_tag(**changes: Any) -> PublishedTag:
    """As `sam` published it."""
    said = {
        "registry_id": "late_bus",
        "title": "The bus is late",
        "examples": LATE,
        "counter_examples": ("nice bus", "late for dinner"),
        "severity": 2,
        "clause": "2.3",
        "owner": "moderators",
        "retention": "moderation",
    }
    return PublishedTag(**(_ENTRY | said | changes))


def a_list(*terms: str, **changes: Any) -> WordList:
    """Words that are a sign of spam, unless the test says of what."""
    return WordList(
        **(_ENTRY | {"registry_id": "offers", "title": "Offers", "label": "spam", "terms": terms} | changes)
    )
