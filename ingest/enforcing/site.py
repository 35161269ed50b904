"""What a site is asked to do with one of its posts, and what it answers; whoever can act on a site is a Site.

Done       it is as it was asked for, also where it was so before
Failed     it cannot be, and asking again would not help
SiteAway   (of ingest/web.py) the site does not answer, and nobody knows whether it did anything: asked again later
"""

from dataclasses import dataclass
from typing import Protocol

from ingest.web import Answer
from records.errors import Problem

_SUCCEEDED, _SENT_ON, _REFUSED = range(200, 300), range(300, 400), (401, 403)


@dataclass(frozen=True)
class Done:
    """The site's HTTP status, if it was asked, and a sentence where there is more to say."""

    status: int | None = None
    detail: str | None = None


class Failed(Problem):
    """What the site does not do, in a sentence that a moderator understands; never a word of the site's own."""

    def __init__(self, said: str, status: int | None = None) -> None:
        super().__init__(said)
        self.status = status


class Site(Protocol):
    """One site on which orders are carried out; each may be given again at any time, and then changes nothing.

    All of these raise Failed, and SiteAway where the site does not answer.
    """

    def hide(self, native_id: str) -> Done:
        """No visitor sees the post, and it can be restored."""
        ...

    def remove(self, native_id: str) -> Done:
        """The post is gone from the site, for good where the site knows nothing else."""
        ...

    def restore(self, native_id: str) -> Done:
        """Visitors see the post again."""
        ...

    def reply(self, native_id: str, text: str, order_id: str) -> Done:
        """Our answer stands below the post, once for each order; it reads as `text` does."""
        ...

    def is_visible(self, native_id: str) -> bool | None:
        """Whether a visitor sees the post now, asked without credentials; None where the site does not tell."""
        ...


def accepted(answer: Answer) -> Answer:
    """The answer of a site that does what it was asked; else raises Failed."""
    status, said = answer.status, _named(answer)
    if status in _REFUSED:
        raise Failed(f"the site refuses us: check the credentials ({said})", status)
    if status in _SENT_ON:
        raise Failed(f"the site sends us on ({said}): the address of the source must be where it answers", status)
    if status not in _SUCCEEDED:
        raise Failed(f"the site does not do it ({said})", status)
    return answer


def _named(answer: Answer) -> str:
    return ", ".join(filter(None, (f"HTTP {answer.status}", answer.code)))
