"""Strangers, and staff who say the same: hostile wherever they have a say, in text, name, title and address."""

from datetime import UTC, datetime, timedelta
from typing import Any

from records.decisions import Note
from records.registry import Integration, Subscription
from records.topics import REGISTRY
from tests.live.consoles import Console
from tests.live.staffed import insults

HOSTILE = (
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg/onload=window.ran=1>",
    '"><script>window.ran=1</script>',
    "' autofocus onfocus=window.ran=1 x='",
    "</textarea><script>window.ran=1</script>",
    "</title><script>window.ran=1</script>",
    "</template><img src=x onerror=window.ran=1>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "<a href='javascript:window.ran=1'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>",
    "{{ ''.__class__ }} {% raw %} ${window.ran=1} <%= 1 %>",
    "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example/'><button>Sign in again",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<img src=https://evil.example/a.png srcset=//evil.example/b.png><video src=https://evil.example/c.mp4 autoplay>",
    "https://evil.example/d.png ![d](https://evil.example/d.png) <a href=//evil.example/e ping=//evil.example/f>e</a>",
    "<style>@import url(//evil.example/g.css); body { background: url(https://evil.example/h.png) }</style>",
    "<link rel=preconnect href=https://evil.example><link rel=dns-prefetch href=//evil.example>",
    "<!--><script>window.ran=1</script>-->",
    "\u202e<script>window.ran=1</script>\u2066",
    "\x00\x1b]8;;https://evil.example\x07x<script>window.ran=1</script>",
    "&lt;script&gt;window.ran=1&lt;/script&gt;",
)
ADDRESSES = (
    "javascript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    'https://www.example.com/"onmouseover="window.ran=1',
    "https://www.example.com/<script>window.ran=1</script>",
    "vbscript:window.ran=1",
)
POSTS = [f"site:c-{number}" for number in range(len(HOSTILE))]


def hostile(number: int) -> dict[str, Any]:
    """A post that is hostile wherever a stranger has a say."""
    said = HOSTILE[number % len(HOSTILE)]
    post = insults(1, number)[0]
    return post | {
        "text": f"{said} my card is 4111 1111 1111 1111 {said}",
        "author": {"id": said, "name": said, "url": ADDRESSES[number % len(ADDRESSES)]},
        "page_title": said,
        "surface": f"blog/{said}"[:200],
        "url": ADDRESSES[number % len(ADDRESSES)],
        "thread_id": "t-1",
    }


def heard(console: Console) -> None:
    """Posts of which every field is hostile wait; staff have said the same about one of them, and set it up."""
    numbers = range(len(HOSTILE))
    console.hear([hostile(number) for number in numbers])
    edited = [
        hostile(number) | {"kind": "edited", "text": f"edited {HOSTILE[number]} 4111 1111 1111 1111"}
        for number in (0, 1)
    ]
    console.hear(edited)
    wanted = {f"site:c-{number}" for number in numbers}
    console.wait(lambda: wanted == flagged(console), "not all posts wait")
    said = HOSTILE[0]
    note = Note.model_validate(console.common("site:c-0", said, 0) | {"note": said})
    reply = {"action": "reply", "reply_text": said, "note": said, "reason": said, "scope": "author"}
    console.publish(note, console.decision("site:c-0", said, **reply))
    set_up(console)


def set_up(console: Console) -> None:
    """An integration and a webhook whose names and address are as hostile."""
    said: dict[str, Any] = {"registry_id": HOSTILE[0], "staff_id": HOSTILE[1], "set_at": datetime.now(UTC)}
    lent = {"authority": HOSTILE[2], "scopes": ("read",), "until": datetime.now(UTC) + timedelta(days=1)}
    told = {"url": f"https://evil.example/{HOSTILE[3]}", "events": ("case.opened",)}
    entries = [Integration.model_validate(said | lent), Subscription.model_validate(said | told)]
    console.publisher.publish_all(REGISTRY, entries)


def flagged(console: Console) -> set[str]:
    """The posts that wait."""
    query = {"query": {"term": {"state": "open"}}, "size": 100, "_source": ["post_id"]}
    hits = console.pipeline.ask("POST", "/{posts}/_search", query)["hits"]["hits"]
    return {hit["_source"]["post_id"] for hit in hits}
