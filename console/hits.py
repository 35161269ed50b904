"""What a search found, for people as a table and for machines as values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from console.counts import facets_values, histogram_values
from console.terminal import safe_line, safe_marked
from console.words import STATES, counted, minute

if TYPE_CHECKING:
    from console.looking import Answer
    from search.finder import Found, Hit

TEXT_CHARS_MAX = 240
LIMIT_MAX = 500
"""Posts of one answer."""
NEAREST = "Nothing says exactly this; what comes near, nearest first:"
EARLIER = "An earlier text says this: "
BETWEEN_FRAGMENTS = (" … ", False)

_TOLD = (
    "post_id", "source", "native_id", "surface", "url", "page_title", "author_id", "author_name", "parent_post_id",
    "thread_id", "text", "revision_id", "revisions", "language", "posted_at", "first_seen_at", "removed_at", "reports",
    "visible", "labels", "rules", "severity", "unscored", "state", "version", "erased",
)  # fmt: skip


def table(hits: Sequence["Hit"]) -> Table:
    """One row a post: its id, time and state; where and who; what it says, with the matches marked; its labels."""
    shown = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, leading=1)
    alike = any(hit.similarity is not None for hit in hits)
    if alike:
        shown.add_column("Alike", justify="right", style="cyan")
    shown.add_column("Post, time (UTC), state", min_width=22, overflow="fold")
    shown.add_column("Where, who", max_width=26, overflow="fold")
    shown.add_column("What", ratio=1, overflow="fold")
    shown.add_column("Labels", max_width=20, overflow="fold")
    for hit in hits:
        labels = Text("\n".join(hit.document.get("labels") or []))
        shown.add_row(*([f"{hit.similarity:.2f}"] if alike else []), _which(hit), _where(hit), _what(hit), labels)
    return shown


def total(found: "Found") -> str:
    """How many posts there are, or at least are."""
    return f"at least {found.total:,} posts" if found.at_least else counted(found.total, "post")


def summary(answer: "Answer", *, like: bool = False) -> str:
    """How many there are, and how to see more of them."""
    found = answer.found
    count = len(found.hits)
    if like:
        of_many = f"the {count} nearest" if found.at_least else f"all {count} that are near"
        return f"{of_many.capitalize()}, nearest first; 1.00 means the same."
    if answer.token:
        return f"{total(found)} found, {count} of them here; the next ones, within {_kept_minutes()} minutes:"
    if found.total <= count:
        return f"{total(found)} found."
    shown = f"the first {count} {'is' if count == 1 else 'are'} shown"
    limit = min(found.total, count * 5, LIMIT_MAX)
    more = f"see more with --limit {limit}, or " if limit > count else ""
    return f"{total(found)} found, {shown}: {more}narrow it with a filter."


def values(answer: "Answer", *, posts_too: bool = True) -> dict[str, Any]:
    """The same for machines; `after` leads to the next page."""
    found = answer.found
    told: dict[str, Any] = {"total": found.total, "at_least": found.at_least, "nearest": found.nearest}
    if posts_too:
        told["posts"] = [value(hit) for hit in found.hits]
    if answer.facets is not None:
        told["facets"] = facets_values(answer.facets)
    if answer.histogram is not None:
        told["histogram"] = histogram_values(answer.histogram)
    return told | {"after": answer.token}


def value(hit: "Hit") -> dict[str, Any]:
    """One post for machines; `fragments` are lists of [text, whether it matched], of the text that `says` tells."""
    from search.marks import pieces

    return {
        **{name: hit.document.get(name) for name in _TOLD},
        "says": hit.says,
        "fragments": [pieces(fragment) for fragment in hit.fragments],
        "score": hit.score,
        "similarity": hit.similarity,
    }


def _kept_minutes() -> int:
    from search.pages import KEPT_MINUTES

    return KEPT_MINUTES


def _which(hit: "Hit") -> Text:
    document = hit.document
    at = minute(document.get("posted_at")) or f"seen {minute(document.get('first_seen_at'))}"
    state = document.get("state", "")
    gone = ", gone" if document.get("visible") is False else ""
    shown = Text(safe_line(document["post_id"]), style="bold")
    shown.append(f"\n{at}\n", style="not bold dim")
    shown.append(state + gone, style="not bold green" if state == "clear" else "not bold")
    return shown


def _where(hit: "Hit") -> Text:
    document = hit.document
    author = document.get("author_name") or document.get("author_id") or "author not given"
    return Text(f"{safe_line(document.get('surface') or 'unknown')}\n{safe_line(author)}")


def _what(hit: "Hit") -> Text:
    from search.marks import pieces

    document = hit.document
    if document.get("erased"):
        return Text(STATES["erased"], style="dim")
    if not hit.fragments:
        text = document.get("text") or ""
        cut = text[:TEXT_CHARS_MAX] + ("…" if len(text) > TEXT_CHARS_MAX else "")
        return Text(safe_line(cut)) if text else Text("no text", style="dim")
    parts = [part for fragment in hit.fragments for part in (*pieces(fragment), BETWEEN_FRAGMENTS)]
    said = safe_marked([(text.replace("\n", " "), marked) for text, marked in parts[:-1]])
    return Text(EARLIER, style="italic").append_text(said) if hit.says == "before" else said
