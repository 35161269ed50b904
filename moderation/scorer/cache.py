"""Remembers what was said of the texts seen last, by what the model reads of them; safe between threads."""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeVar

from moderation.scorer.protocol import Scored

CACHE_TEXTS_MAX = 20_000
"""Texts remembered; about 2 kB each."""
SAME_CHARS_MAX = 250
"""Characters, as read, up to which a text is one window for sure, and the same in other capitals or other spacing."""
T = TypeVar("T")
_GAP = re.compile(r"[ \t\r\n]+")


class Remembered:
    """A bounded map from text to score that forgets what was not asked for longest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Scored] = OrderedDict()
        self._lock = threading.Lock()

    @staticmethod
    def key(text: str, read: str) -> bytes:
        """The digest a text that is read so is remembered by: the model sees neither capitals nor how wide a gap is.

        A text that may need several windows is remembered as it is, since places in it are.
        """
        return Remembered.exact(text if len(read) > SAME_CHARS_MAX else _GAP.sub(" ", read.lower()).strip(" "))

    @staticmethod
    def exact(text: str) -> bytes:
        """The same for a model that may see capitals and spaces."""
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()

    def through(
        self, keys: Sequence[bytes], asked: Sequence[T], judge: Callable[[list[T]], list[Scored]]
    ) -> list[Scored]:
        """What is said of each that is asked, in order; `judge` is asked once about those that are not remembered."""
        known = {key: found for key in set(keys) if (found := self._get(key)) is not None}
        new = {key: one for key, one in zip(keys, asked, strict=True) if key not in known}
        for key, scored in zip(new, judge(list(new.values())), strict=True):
            self._put(key, scored)
            known[key] = scored
        return [known[key] for key in keys]

    def _get(self, key: bytes) -> Scored | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key: bytes, scored: Scored) -> None:
        with self._lock:
            self._kept[key] = scored
            while len(self._kept) > CACHE_TEXTS_MAX:
                self._kept.popitem(last=False)
