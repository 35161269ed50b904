"""The process that keeps what must be kept and erases what may go: legal holds, erasures, expiry, round after round."""
