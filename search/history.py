"""One document per fact for the index `history`: where it stands in Kafka, and the whole record as it was read."""

from typing import Any

import orjson

from records.codec import encode
from records.received import Received


def history_document(received: Received) -> dict[str, Any]:
    """What can be looked up of a fact, and under `record` the record itself, as JSON that is encoded already."""
    record = received.record
    reaction = getattr(record, "reaction", None)
    return {
        "post_id": getattr(record, "post_id", None),
        "topic": received.topic,
        "kind": getattr(record, "kind", None) or received.topic.removesuffix("s"),
        "record_id": record.record_id,
        "recorded_at": received.recorded_at.isoformat(),
        "topic_id": received.topic_id,
        "partition": received.partition,
        "offset": received.offset,
        "place": received.place,
        "source": getattr(record, "source", None),
        "staff_id": getattr(record, "staff_id", None) or getattr(reaction, "staff_id", None),
        "record": orjson.Fragment(encode(record)),
    }
