"""How a mailbox is read without touching it, and how a mail that tells of a post becomes one."""
