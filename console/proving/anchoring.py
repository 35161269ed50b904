"""Puts the digest of a manifest into the ledger as an `audit` record, and waits for the proof of it."""

import time

from console.dossier.trust import trust
from console.proving.prover import Prover
from console.proving.writing import Anchored, Keys
from console.recording import audit
from ingest.ledger import Remote
from records.errors import Misconfigured, Unavailable
from records.settings import Settings

WAIT_SECONDS_MAX = 60.0
POLL_SECONDS = 0.25


def keys_of(settings: Settings) -> Keys:
    """Whom an export of ours asks to be believed; raises Misconfigured without a copy of ledger.pub."""
    believed = trust(settings)
    if believed.public is None:
        raise Misconfigured(believed.why_not)
    told = [(one, believed.protection.get(one.name, (False, "it does not answer"))[1]) for one in believed.verifiers]
    return Keys(settings.ledger_name, believed.public, told)


def anchor(settings: Settings, keys: Keys, staff_id: str, asked: str, digest: str) -> Anchored:
    """Publishes, and returns once a checkpoint speaks of it, cosigned where there are witnesses; raises Unavailable."""
    place = audit(settings, "export", staff_id, asked, f"sha256 {digest}")
    ends_at = time.monotonic() + WAIT_SECONDS_MAX
    with Remote(settings, staff_id, "export") as reader:
        while True:
            prover = Prover(reader, keys.public, [verifier for verifier, _ in keys.witnesses])
            if where := prover.newest(place.topic, place.partition, place.offset):
                [entry] = prover.prove([where])
                return Anchored(entry, prover.checkpoints()[entry.log.path])
            if time.monotonic() > ends_at:
                raise Unavailable(
                    f"the ledger does not say after {WAIT_SECONDS_MAX:.0f} s that it has this export's record"
                )
            time.sleep(POLL_SECONDS)
