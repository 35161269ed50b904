"""What the short names in a dossier mean, said after the name, for whoever does not know them."""

_MEANINGS: dict[str, dict[str, str]] = {
    "kind": {
        "seen": "we saw it on the site",
        "edited": "its text had changed",
        "removed": "it was gone from the site",
        "reported": "somebody reported it",
        "reacted": "somebody liked, shared, quoted or pinned it",
        "claim": "took the case",
        "release": "gave the case back",
        "decide": "answered the case",
        "undo": "took back an earlier decision",
        "escalate": "passed it on",
        "defer": "put it off",
        "note": "left a note",
        "legal_hold": "it must not be deleted, or may be again",
        "erase": "make its content unreadable",
    },
    "action": {
        "leave": "let it stand",
        "hide": "nobody but its author and the staff sees it",
        "remove": "take it off the site",
        "reply": "answer it in public",
        "restore": "show it again",
    },
    "result": {
        "done": "the site did it",
        "failed": "the site could not do it",
        "refused": "the site would not do it",
        "observed": "seen on the site later",
    },
    "state": {
        "unjudged": "not judged yet",
        "clear": "judged, and nothing in it asks for a person",
        "open": "waits for a person to look at it",
        "decided": "a person has answered it",
        "reopened": "was decided, and waits again because something changed since",
        "escalated": "passed on to somebody else",
        "deferred": "put off until later",
        "erased": "its content was made unreadable",
        "watched": "everything was seen",
        "gap": "nothing was seen",
        "backfilled": "read afterwards",
        "not watched": "nothing says that anybody watched",
        "placed": "in force",
        "release_requested": "in force until somebody else confirms its release",
        "released": "over",
    },
    "standing": {
        "alive": "it is watched",
        "silent": "its watcher has stopped talking",
        "given up": "silent for so long that nobody watches it",
        "import": "read from a file, once",
        "unknown": "not known",
    },
}  # fmt: skip


def said(name: str, value: str) -> str:
    """The value of a field, with its meaning where it is one of our own short names."""
    meaning = _MEANINGS.get(name, {}).get(value)
    return f"{value}: {meaning}" if meaning and meaning != value else value
