"""A dossier in words: sections in reading order, each with a heading and lines of name and text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console import telling_acts
from console.telling_verdicts import judged
from console.telling_whereabouts import watching
from console.terminal import safe, safe_line
from console.words import NOT_PROVIDED, clock, given, size

Part = Mapping[str, Any]
Lines = Iterator[tuple[str, str]]

_CLOCKS = (
    "The site's clock says when it happened, and we cannot check it. Ours says when we saw it. "
    "The broker's says when it was recorded, and is the one that counts."
)
_KINDS = {
    "seen": "seen",
    "edited": "edited",
    "removed": "removed from the site",
    "reported": "reported by somebody",
    "reacted": "reacted to",
}


@dataclass(frozen=True)
class Section:
    """One heading of a dossier, with lines of (name, text); texts are safe for a terminal."""

    title: str
    lines: Sequence[tuple[str, str]]
    explained: str = ""


def sections(dossier: Part, clauses: Mapping[str, Mapping[str, str]]) -> list[Section]:
    """The whole dossier; `clauses` gives for a policy's digest the titles of its clauses, where we have that policy.

    The dossier's `help`, where there is any, says for a label how the author of such a post can be helped.
    """
    return [
        Section("What was posted", list(_what(dossier["what"]))),
        Section("Who, as the site says", list(_who(dossier["who"]))),
        Section("Where", list(_where(dossier["where"]))),
        Section("When, by three clocks", list(_when(dossier["when"])), _CLOCKS),
        Section("How it got in", list(_arrivals(dossier["how_it_got_in"]))),
        *_watching(dossier),
        Section("How it was judged", list(judged(dossier["how_it_was_judged"], clauses, dossier.get("help", {})))),
        Section("What people decided", list(telling_acts.decided(dossier["what_people_decided"]))),
        Section("What the site was asked and answered", list(telling_acts.asked(dossier["what_the_site_was_asked"]))),
        Section("Reports and reactions", list(telling_acts.heard(dossier["reports"], dossier["reactions"]))),
        Section(
            "How it stood then" if dossier.get("as_of") else "How it stands now",
            list(telling_acts.standing(dossier["now"])),
        ),
    ]


def _watching(dossier: Part) -> list[Section]:
    around = dossier.get("watching")
    return [Section("What we were watching", list(watching(around)))] if around else []


def _what(what: Part) -> Lines:
    if what["erased"]:
        yield "content", "erased: it was made unreadable, and the proof that it existed was kept"
    for revision in what["revisions"]:
        mark = ", current" if revision["current"] else ""
        yield f"revision {revision['number']}{mark}", _text(revision)
        for media in revision["media"]:
            facts = [safe_line(media["url"]), media.get("media_type"), media.get("sha256")]
            yield "  media", ", ".join(safe_line(fact) for fact in facts if fact)
        yield "  revision id", revision["revision_id"]
    if not what["revisions"]:
        yield "text", "never seen: we know of this post only through what happened to it"


def _text(revision: Part) -> str:
    if revision["text"] is None:
        return "erased"
    cut = " (cut: the site's text is longer)" if revision["text_cut"] else ""
    return (safe(revision["text"]) or "no text") + cut


def _who(who: Part) -> Lines:
    yield "name", safe_line(given(who["name"]))
    yield "id on the site", safe_line(given(who["author_id"]))
    yield "address", safe_line(given(who["url"]))
    if who["other_names"]:
        yield "named before", safe_line(", ".join(who["other_names"]))


def _where(where: Part) -> Lines:
    named = {
        "source": "source",
        "surface": "surface",
        "page_title": "page",
        "url": "address",
        "native_id": "id on the site",
        "parent_post_id": "answers",
        "thread_id": "thread",
        "language": "language",
    }
    for field, name in named.items():
        yield name, safe_line(given(where[field]))


def _when(observations: Sequence[Part]) -> Lines:
    for seen in observations:
        revision = f" (revision {seen['revision']})" if seen["revision"] else ""
        yield _KINDS[seen["kind"]] + revision, "as history, later than it happened" if seen["backfill"] else ""
        yield "  the site says", clock(seen["site_at"])
        yield "  we saw it", clock(seen["seen_at"])
        yield "  recorded", clock(seen["recorded_at"])


def _arrivals(arrivals: Sequence[Part]) -> Lines:
    for arrival in arrivals:
        collector = arrival["collector"]
        yield _KINDS[arrival["kind"]], f"at {arrival['place']} (topic id {arrival['topic_id']})"
        yield "  collected by", f"source {collector['source']}, version {safe_line(collector['version'])}"
        yield "  its configuration", f"SHA-256 {collector['config_digest']}"
        yield from _capture(arrival["capture"])


def _capture(capture: Part | None) -> Lines:
    if capture is None:
        yield "  bytes kept", NOT_PROVIDED
        return
    yield "  bytes kept", f"{size(capture['size_bytes'])}, SHA-256 {capture['sha256']}{_state_of(capture)}"
    yield "  out of", f"{size(capture['whole_size_bytes'])}, SHA-256 {capture['whole_sha256']}"
    yield "  their type", safe_line(given(capture["media_type"]))
    yield "  HTTP", _http(capture["http"])


def _state_of(capture: Part) -> str:
    said = {
        True: "; checked just now: they are the same bytes",
        False: "; checked just now: THEY ARE NOT THE SAME BYTES",
        None: "; not all of them were kept" if capture.get("cut") else "",
    }
    return said[capture["kept_bytes_match"]]


def _http(http: Part | None) -> str:
    if http is None:
        return NOT_PROVIDED
    status = f"answered {http['status']}" if http.get("status") else ""
    remote = f"from {http['remote']}" if http.get("remote") else ""
    headers = ", ".join(f"{name}: {value}" for name, value in http.get("headers", {}).items())
    said = (f"{http['method']} {http['url']}", status, remote, headers)
    return safe_line("; ".join(part for part in said if part))
