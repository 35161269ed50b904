"""The topic `audit`: looking is an act too."""

from typing import Literal

from records.base import Id, Instant, Line, Record


class Audit(Record):
    """One search, view, export, sign-in or refusal by a member of staff, or a pass over the ledger; of what: `subject`.

    `plaintext`: contents of the ledger were read. `verified`: it was compared with its proofs, `detail` says with
    what outcome. `rebuilt`: the indices were made again from it. `replay`: somebody had what a dead letter speaks of
    published again. `staff_id` is who did it, or the process that does
    so by itself.
    """

    kind: Literal[
        "search", "view", "export", "sign_in", "sign_out", "refusal", "plaintext", "verified", "rebuilt", "replay"
    ]
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
