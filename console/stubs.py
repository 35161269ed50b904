"""Erased posts as a rebuild meets them: which entries are gone on purpose, and the documents that stay of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from moderation.cases import fold_post
from records.documents import PostDocument
from records.ledger.by_subject import Subject
from records.ledger.erasures import Erasures
from records.ledger.opened import Opened
from records.ledger.reading import LogState, Reader

PARTS = frozenset({"observed", "judged", "decided", "carried_out"})


class Stubs:
    """What the ledger says of erasures; looked up again where something cannot be opened and nothing explains it."""

    def __init__(self) -> None:
        self._erasures = Erasures()
        self._reader: Reader | None = None

    def look(self, reader: Reader, states: Sequence[LogState]) -> None:
        """Takes in what is signed by now; from then on everything is read by this reader."""
        self._reader = reader
        self._erasures.look(reader, states)

    def explain(self, entries: Iterable[Opened]) -> None:
        """Looks up erasures that came after the last look, if one of these entries lacks a reason."""
        if self._reader:
            self._erasures.look_again(self._reader, entries)

    def explains(self, one: Opened, slot: int | None) -> bool:
        """Whether an entry, with the slot of its key if that is known, cannot be opened since its post was erased."""
        if one.why != "unopened" or self._reader is None or _post(one) not in self._erasures:
            return False
        offset = one.entry.offset
        known = int(self._reader.slots(one.log, offset, offset + 1)[0]) if slot is None else slot
        return self._erasures.explains(one.log.topic, _post(one), known)

    def of(self, subjects: Sequence[Subject]) -> dict[str, PostDocument]:
        """The document that each of these posts starts from, of those that were erased and can be told of."""
        self.explain(one for subject in subjects for one in subject.entries)
        gone = {
            _post(one)
            for subject in subjects
            for one in subject.entries
            if one.why == "unopened" and self._erasures.explains(one.log.topic, _post(one), subject.slot)
        }
        if not gone or self._reader is None:
            return {}
        found = self._erasures.opened(self._reader, gone)
        documents = {one.registry_id: _document(one.registry_id, one.stub) for one in found.values()}
        return {post_id: document for post_id, document in documents.items() if document is not None}


def _document(post_id: str, stub: Mapping[str, Any]) -> PostDocument | None:
    parts, applied = stub.get("parts"), stub.get("applied")
    if not isinstance(parts, dict) or not isinstance(applied, dict) or not parts.keys() >= PARTS:
        return None
    return fold_post(cast("PostDocument", {"post_id": post_id, "parts": parts, "applied": applied}), [])


def _post(one: Opened) -> bytes:
    return one.entry.key or b""
