"""The fold: a post's document and the next records about it give its next document. Pure, and without a clock."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from moderation.cases import carried_out, decided, judged, observed
from moderation.cases.derive import derive
from records.documents import PostDocument
from records.received import Received

Part = dict[str, Any]

_FOLDS: dict[str, tuple[str, Callable[[Part, Received], Part]]] = {
    "posts": ("observed", observed.fold),
    "verdicts": ("judged", judged.fold),
    "decisions": ("decided", decided.fold),
    "orders": ("carried_out", carried_out.fold_order),
    "outcomes": ("carried_out", carried_out.fold_outcome),
}


def fold_post(document: PostDocument | None, received: Sequence[Received]) -> PostDocument:
    """The document after these records about one post, which come in offset order within each log.

    What `applied` says was folded already is skipped. `document` is not changed, but shares its parts with the result.
    An older release may have made it: what its parts do not tell is as it is before the first record.
    """
    known = document["parts"] if document else {}
    parts = {name: nothing | known.get(name, {}) for name, nothing in _nothing().items()}
    applied = dict(document["applied"] if document else {})
    for one in received:
        log = one.log
        if one.offset > applied.get(log, -1):
            applied[log] = one.offset
            name, fold = _FOLDS[one.topic]
            parts[name] = fold(parts[name], one)
    post_id = document["post_id"] if document else received[0].record.post_id
    return _assembled(post_id, parts, applied)


def _nothing() -> dict[str, Part]:
    return {
        "observed": observed.nothing(),
        "judged": judged.nothing(),
        "decided": decided.nothing(),
        "carried_out": carried_out.nothing(),
    }


def _assembled(post_id: str, parts: dict[str, Part], applied: dict[str, int]) -> PostDocument:
    if parts["decided"]["erased"]:
        parts = _erased(parts)
    fields = derive(parts["observed"], parts["judged"], parts["decided"], parts["carried_out"])
    return cast("PostDocument", {"post_id": post_id, **fields, "parts": parts, "applied": applied})


def _erased(parts: dict[str, Part]) -> dict[str, Part]:
    """Without what a person wrote; where it stood, times, labels and results stay.

    So do unsalted digests, by which the fold knows a fact again (`record_id`, `revision_id`): whoever has the very text
    can recognise it by them, or guess a short one. Nothing is decided by what is taken out, so that taking it out now
    or later gives the same document.
    """
    return {
        "observed": observed.without_content(parts["observed"]),
        "judged": judged.without_content(parts["judged"]),
        "decided": decided.without_content(parts["decided"]),
        "carried_out": parts["carried_out"],
    }
