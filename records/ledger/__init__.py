"""The ledger: an append-only log for each partition of each topic, a Merkle tree over it, and signed checkpoints."""
