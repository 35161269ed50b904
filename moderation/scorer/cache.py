"""Remembers what was said of the texts seen last, by the digest of the text; safe between threads."""

import hashlib
import threading
from collections import OrderedDict

from moderation.scorer.protocol import Scored

CACHE_TEXTS_MAX = 20_000
"""Texts remembered; about 1 kB each."""


class Remembered:
    """A bounded map from text to score that forgets what was not asked for longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Scored] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def key(text: str) -> bytes:
        """The digest a text is remembered by."""
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    def get(self, key: bytes) -> Scored | None:
        """What was said of this text, if it is remembered."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: bytes, scored: Scored) -> None:
        """Remembers, and forgets the oldest beyond the limit."""
        with self._lock:
            self._kept[key] = scored
            while len(self._kept) > CACHE_TEXTS_MAX:
                self._kept.popitem(last=False)
