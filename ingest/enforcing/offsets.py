"""Up to where the orders of each partition are answered, whatever order they are answered in."""


class Offsets:
    """What may be committed: everything before the first order that is still under way."""

    def __init__(self) -> None:
        self._open: dict[int, set[int]] = {}
        self._next: dict[int, int] = {}

    def begin(self, partition: int, offset: int) -> None:
        """An order was read."""
        self._open.setdefault(partition, set()).add(offset)
        self._next[partition] = offset + 1

    def end(self, partition: int, offset: int) -> None:
        """It is answered, and the broker has the answer."""
        self._open.get(partition, set()).discard(offset)

    def done(self) -> dict[int, int]:
        """For each partition the offset with which a new reader would go on."""
        return {partition: min(self._open.get(partition) or {after}) for partition, after in self._next.items()}
