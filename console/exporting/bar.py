"""How an export shows itself: a bar with posts a second and the time left; single lines where nobody watches."""

from console import bar


class Bar(bar.Bar):
    """What an export tells whoever waits for it."""

    def begins(self, what: str, entries: int) -> None:
        """Another piece of work, of so many posts."""
        super().begins(what, entries)
        self._of = f"{entries:,} posts" if entries else "?"
        if self._task is not None:
            self._progress.update(self._task, of=self._of)

    def goes_on(self, posts: int) -> None:
        """So many more of them are done."""
        self._shows(posts, self._rate(self._done + posts, "posts"))
