"""How a case stands, in words."""

STATES = {
    "unjudged": "not judged yet",
    "clear": "judged, and nothing in it asks for a person",
    "open": "waits for a person to look at it",
    "decided": "decided",
    "reopened": "was decided, and waits again because something changed since",
    "escalated": "passed on to somebody else",
    "deferred": "put off until later",
    "erased": "erased",
}
