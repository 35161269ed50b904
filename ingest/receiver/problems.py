"""What the receiver answers when it does not take a post: problem+json (RFC 9457), what is wrong and what to do."""

import json
from dataclasses import dataclass

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One way to refuse: status, a title for people, and what to do about it."""

    status: int
    title: str
    what_to_do: str


KINDS = {
    "headers": Kind(
        400, "The signature headers are incomplete", "Send webhook-id, webhook-timestamp, webhook-signature."
    ),
    "signature": Kind(401, "The signature is not ours", "Sign `id.timestamp.body` with the shared whsec_ secret, now."),
    "path": Kind(404, "There is nothing here", "Send posts to /v1/posts."),
    "method": Kind(405, "This method is not served here", "Use the method that the header Allow names."),
    "slow": Kind(408, "The body took too long to arrive", "Send it again in one go."),
    "reused": Kind(409, "This webhook-id came before with another body", "Give every delivery an id of its own."),
    "size": Kind(413, "The body is too large", "Send one post in each request, without its media files."),
    "type": Kind(
        415, "The body is not announced as plain JSON", "Send content-type: application/json, not compressed."
    ),
    "body": Kind(
        422, "The body is not a post", "Correct the field and send it again; this body is kept as a dead letter."
    ),
    "head": Kind(431, "The head of the request is too large", "Send fewer and shorter headers."),
    "busy": Kind(503, "There is no room at the moment", "Send it again after the time in Retry-After."),
    "broker": Kind(503, "The broker does not answer", "Send it again after the time in Retry-After."),
}


class Refusal(Exception):
    """A request that gets a problem for an answer; `detail` never holds content of a post."""

    def __init__(self, kind: str, detail: str | None = None) -> None:
        super().__init__(detail or KINDS[kind].title)
        self.kind = kind
        self.detail = detail
        self.body_was_read = False

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind].status


def problem_bytes(kind: str, detail: str | None = None) -> bytes:
    """The body of the answer."""
    facts = KINDS[kind]
    said = {
        "type": f"urn:lifeguard:problem:{kind}",
        "title": facts.title,
        "status": facts.status,
        "detail": f"{detail}. {facts.what_to_do}" if detail else facts.what_to_do,
    }
    return json.dumps(said).encode("utf-8")


def problem_response(kind: str, detail: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """The whole answer."""
    return Response(problem_bytes(kind, detail), KINDS[kind].status, headers, MEDIA_TYPE)
