"""Which pictures there are of each page: where to go, as whom, and what to press before; and those of the README."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from playwright.sync_api import Page, expect

from console.web.routes import ROUTES

NOT_PAGES = MappingProxyType(
    {
        "/healthz": "a machine asks for it",
        "/static/{digest}/{name}": "style sheets and scripts",
        "/sign-in/provider": "leads to somebody else",
        "/sign-in/back": "leads on from there",
        "/queue/next": "leads on to a case",
        "/events": "a script listens to it",
        "/dead-letters/bytes": "a file",
    }
)
NOBODY = ""
README_WIDTH = 1100
PASTED = "I was drowning in biIls until Mr. Collins Reed of Prime Ledger showed me how to tum 500 into 6,200"
"""As somebody reads it off a screenshot."""
LIKE = "like=I+was+drowning+in+biIls+until+Mr.+Collins+Reed+of+Prime+Ledger+showed+me+how+to+tum+500+into+6%2C200"
POST = "sample%3A"
FIRST_MS_MAX = 60_000
"""The first trial in a console loads the model."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page in one state: its route and address, who looks, and what is done there first."""

    route: str
    name: str
    path: str
    who: str
    act: Callable[[Page], object] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """What a window of README_WIDTH shows by day: so many pixels high, from what a selector finds."""

    name: str
    height: int
    top: str = "body"


def _refused(page: Page) -> None:
    page.get_by_label("Name").fill("alex")
    page.get_by_label("Passphrase").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _opened(page: Page) -> None:
    """Every part of the page that is shown on demand."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def _sheet(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_be_visible()


def _chosen(page: Page) -> None:
    page.keyboard.press("r")


def _verified(page: Page) -> None:
    page.get_by_role("button", name="Verify now").click()
    page.wait_for_url(re.compile("/dossier/verify"))


def _verifying(page: Page) -> None:
    """As while the console works on it; nothing is asked of it."""
    page.locator("form[data-counts]").dispatch_event("submit")
    expect(page.locator("form[data-counts] .hint")).to_contain_text(re.compile("[1-9] s$"))


def _pressed(name: str, then: str) -> Callable[[Page], None]:
    """A button, and what is there afterwards."""

    def press(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(then).first).to_be_visible(timeout=FIRST_MS_MAX)

    return press


def _batch(page: Page) -> None:
    page.get_by_label("4.4").check()
    page.get_by_role("button", name="Remove all").click()
    page.wait_for_url(re.compile("/bulk/batch"))
    expect(page.get_by_role("button", name="Take all")).to_be_visible()


def _token(page: Page) -> None:
    page.get_by_label("Name").fill("desk-tool")
    page.get_by_label("On the authority of").select_option("sam")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#made")).to_be_visible()


SHOTS: tuple[Shot, ...] = (
    Shot("/sign-in", "sign-in", "/sign-in", NOBODY),
    Shot("/sign-in", "sign-in-refused", "/sign-in", NOBODY, _refused),
    Shot("/", "queues", "/", "alex"),
    Shot("/", "queues-keys", "/", "alex", _sheet),
    Shot("/", "queues-supervisor", "/", "sam"),
    Shot("/", "queues-compliance", "/", "cora"),
    Shot("/", "queues-examiner", "/", "exa"),
    Shot("/", "queues-administrator", "/", "root"),
    Shot("/queue", "queue", "/queue?queue=flagged", "kim"),
    Shot("/queue", "queue-reopened", "/queue?queue=reopened", "kim"),
    Shot("/queue", "queue-empty", "/queue?queue=mine", "exa"),
    Shot("/queue", "queue-saved", "/queue?queue=scams", "sam"),
    Shot("/dossier", "dossier", f"/dossier?post={POST}r-5008", "cora"),
    Shot("/dossier", "dossier-then", f"/dossier?post={POST}r-5008&at=2026-10-27", "exa"),
    Shot("/dossier", "dossier-verifying", f"/dossier?post={POST}r-5008", "exa", _verifying),
    Shot("/dossier", "dossier-verified", f"/dossier?post={POST}r-5008", "exa", _verified),
    Shot("/case", "case", f"/case?post={POST}c-1008&queue=flagged", "alex", _chosen),
    Shot("/case", "case-taken", f"/case?post={POST}c-1008&queue=flagged", "kim"),
    Shot("/case", "case-hidden", f"/case?post={POST}r-5101&queue=flagged", "alex"),
    Shot("/case", "case-decided", f"/case?post={POST}r-5008", "alex", _opened),
    Shot("/case", "case-reopened", f"/case?post={POST}f-88139&queue=reopened", "kim", _opened),
    Shot("/case", "case-passed-on", f"/case?post={POST}c-1012&queue=escalated", "cora"),
    Shot("/case", "case-examiner", f"/case?post={POST}h-730", "exa"),
    Shot("/case", "case-missing", "/case?post=nothing", "exa"),
    Shot("/bulk", "bulk", f"/bulk?alike={POST}e-301", "sam"),
    Shot("/policy", "policy", "/policy", "alex"),
    Shot("/policy", "policy-unread", "/policy", "pat"),
    Shot("/help", "help", "/help", "alex"),
    Shot("/help/first", "help-first", "/help/first", "alex"),
    Shot("/help/walk", "help-walk", "/help/walk", "alex"),
    Shot("/help/terms", "help-terms", "/help/terms#lease", "alex"),
    Shot("/search", "search", "/search", "alex"),
    Shot("/search", "search-words", "/search?words=collins+reed", "sam"),
    Shot("/search", "search-pasted", f"/search?{LIKE}", "cora"),
    Shot("/search", "search-filtered", "/search?words=bank&state=open&state=decided&language=en", "sam", _opened),
    Shot("/search", "search-nothing", "/search?words=xylophone", "exa"),
    Shot("/overview", "overview", "/overview?from=2026-10-26", "sam"),
    Shot("/overview", "overview-opened", "/overview?time=week", "exa", _opened),
    Shot("/health", "health", "/health", "root"),
    Shot("/dead-letters", "dead-letters", "/dead-letters", "sam"),
    Shot("/dead-letters/letter", "dead-letter", "/dead-letters/letter?at={letter}", "root", _opened),
    Shot("/rules", "rules", "/rules", "exa"),
    Shot("/rules/{name}", "rule", "/rules/payment_card", "exa"),
    Shot("/model", "model", "/model", "exa"),
    Shot("/queues", "saved-queues", "/queues", "sam"),
    Shot("/you", "you", "/you", "alex"),
    Shot("/templates", "replies", "/templates", "sam"),
    Shot("/tags", "tags", "/tags", "sam"),
    Shot("/tags/edit", "tag", "/tags/edit?name=lost_money", "exa"),
    Shot("/tags/edit", "tag-tried", "/tags/edit?name=lost_money", "sam", _pressed("Try it", "#trial")),
    Shot("/tags/edit", "tag-new", "/tags/edit", "sam", _opened),
    Shot("/lexicons", "word-lists", "/lexicons", "sam"),
    Shot("/lexicons/edit", "word-list", "/lexicons/edit?name=names-of-scams", "exa"),
    Shot(
        "/lexicons/edit", "word-list-tried", "/lexicons/edit?name=names-of-scams", "sam", _pressed("Try it", "#trial")
    ),
    Shot("/tokens", "integrations-empty", "/tokens", "root"),
    Shot("/tokens", "integration-made", "/tokens", "root", _token),
    Shot("/tokens", "integrations", "/tokens", "root"),
    Shot("/webhooks", "webhooks", "/webhooks", "sam"),
    Shot("/webhooks", "webhooks-administrator", "/webhooks", "root"),
    Shot("/webhooks", "webhook", "/webhooks?name=desk", "sam"),
    Shot("/bulk/batch", "batch", f"/bulk?alike={POST}e-301", "sam", _batch),
)
"""In the order in which they are taken; the last ones change what the others show."""

README: tuple[Cut, ...] = (
    Cut("queues", 740),
    Cut("case", 720),
    Cut("search-pasted", 780),
    Cut("dossier", 780, ".dossier .chapter:has(figure)"),
    Cut("overview", 780),
)
"""What README.md shows."""


def pages() -> set[str]:
    """Every address of the console that shows a page to a person who goes there."""
    return {route.path for route in ROUTES if route.method == "GET"} - NOT_PAGES.keys()


def shots() -> tuple[Shot, ...]:
    """All of them; raises LookupError where a page has no recipe, or a recipe no page."""
    odd = pages() ^ {shot.route for shot in SHOTS}
    if odd:
        raise LookupError(f"pages without a recipe, or recipes without a page: {', '.join(sorted(odd))}")
    return SHOTS
