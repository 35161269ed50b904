"""An integration beside a name: what is said by people themselves stays what it was, to the byte."""

from datetime import UTC, datetime

from records.codec import decode, encode
from records.decisions import Note
from records.registry import ReplyTemplate
from records.topics import DECISIONS, REGISTRY

AT = datetime(2026, 11, 3, 9, 14, tzinfo=UTC)
NOTE = {"post_id": "forum:1", "staff_id": "ann", "idempotency_key": "k-1", "made_at": AT, "note": "seen"}
TEMPLATE = {"registry_id": "thanks", "staff_id": "ann", "set_at": AT, "title": "Thanks", "text": "Thank you."}
BEFORE = b'"scope":"post","case_version_seen":0,"kind":"note","note":"seen"}'


def test_an_act_of_a_person_is_written_as_before() -> None:
    """Nothing is said of an integration where there is none, and older lines are read."""
    note = Note.model_validate(NOTE)
    assert encode(note).endswith(BEFORE)
    assert b"via" not in encode(note) + encode(ReplyTemplate.model_validate(TEMPLATE))
    assert decode(DECISIONS, encode(note)) == note


def test_through_an_integration_it_is_the_same_fact() -> None:
    """Its identity is the post and the key, or the kind, name, version, person and time."""
    note = Note.model_validate(NOTE | {"via": "desk-tool"})
    assert note.record_id == Note.model_validate(NOTE).record_id
    assert decode(DECISIONS, encode(note)).via == "desk-tool"
    template = ReplyTemplate.model_validate(TEMPLATE | {"via": "desk-tool"})
    assert template.record_id == ReplyTemplate.model_validate(TEMPLATE).record_id
    assert decode(REGISTRY, encode(template)).via == "desk-tool"
