"""An export that proves itself: its entries with their proofs, its manifest anchored in the ledger, and `verify.py`."""
