"""The witness: a tiny process of somebody else, which cosigns checkpoints of a ledger that never contradict another."""
