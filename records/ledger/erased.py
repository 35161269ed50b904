"""What may still be kept readable of a post that was erased: whatever is no content, and of its sightings the stubs."""

from records.codec import decode
from records.errors import Malformed, NewerVersion
from records.topics import POSTS, VERDICTS

CONTENT = frozenset({POSTS.name, VERDICTS.name})
"""The topics in which a post's text, or what is made of it, may come again after its erasure."""


def is_stub(topic: str, value: bytes | None) -> bool:
    """Whether a record of such a topic says nothing of what a person wrote."""
    if topic != POSTS.name:
        return False
    try:
        return bool(decode(POSTS, value or b"").erased)
    except (Malformed, NewerVersion):
        return False
