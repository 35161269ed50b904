"""The topic `audit`: looking is an act too."""

from typing import Literal

from records.base import Id, Instant, Line, Record


class Audit(Record):
    """One search, view, export, sign-in or refusal by a member of staff; `subject` says of what."""

    kind: Literal["search", "view", "export", "sign_in", "sign_out", "refusal", "plaintext"]
    staff_id: Id
    idempotency_key: Id
    subject: Line | None = None
    detail: Line | None = None
    happened_at: Instant

    def identity(self) -> tuple[str | int | bool | None, ...]:
        """Who, and the client's idempotency key."""
        return (self.staff_id, self.kind, self.idempotency_key)

    def key(self) -> str:
        """The member of staff."""
        return self.staff_id
