"""The keeper: every record of every topic into the ledger, signed, shown to the witnesses, and read by everybody."""
