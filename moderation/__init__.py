"""Judges posts: the policy, the rules, the scorer and the state of a case, as pure functions of values."""
