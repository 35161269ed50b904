"""Compares the ledger with its proofs, with its witnesses, and the indices with the ledger."""
