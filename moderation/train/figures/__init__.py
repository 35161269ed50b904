"""The figures of the card, each of them a pure function of held-out rows and what a model says of them."""
