"""What the indices may still say of an erased post: that there was one, and nothing that a person wrote."""

from collections.abc import Mapping
from typing import Any

import orjson

from search.expunging import without_content

WRITTEN = (
    "text", "text_plain", "said_before", "said_before_plain", "digests_before", "author_id", "author_name",
    "page_title", "embedding",
)  # fmt: skip
PARTS_WRITTEN = ("text", "texts", "author", "page_title")


def not_of_a_stub(document: Mapping[str, Any]) -> list[str]:
    """The fields of a post's document that it should not have, or have otherwise, once the post is erased."""
    found = [name for name in WRITTEN if document.get(name)]
    observed = _part(_part(document, "parts"), "observed")
    found += [f"parts.observed.{name}" for name in PARTS_WRITTEN if observed.get(name)]
    found += [] if document.get("erased") is True else ["erased"]
    return found + ([] if document.get("state") == "erased" else ["state"])


def scrubbed(fact: Mapping[str, Any]) -> dict[str, Any]:
    """A fact that is not encoded yet as the history has it once its post is erased."""
    return without_content(orjson.loads(orjson.dumps(fact)))


def is_scrubbed(fact: Mapping[str, Any]) -> bool:
    """Whether a fact of the history says of itself that its content was taken out."""
    return bool(_part(fact, "record").get("erased"))


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
