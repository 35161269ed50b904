"""How Lifeguard runs: on one machine without containers, and on clusters."""
