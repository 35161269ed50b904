"""Exports: posts with their dossiers and proofs, or the answer that something was never captured, as one ZIP."""
