"""The dossier of one post shows no other person's data but the configured context: everybody here has a unique name."""

from collections.abc import Callable
from typing import Any

import pytest

from console.dossier.values import Dossier
from tests.console.dossiers import made, shown

Fact = dict[str, Any]
Make = Callable[..., Fact]

AUTHOR, STAFF = "Zebulon-Author", "staff-Quillon"
STRANGERS = {
    "reporter": "Ottilie-Reporter",
    "reason": "Words-Of-Wendeline",
    "by": "Hadrian-Reactor",
    "report_url": "https://site.example/reports/Isolde-In-Address",
    "report_page": "Page-Of-Leopold",
    "report_author": "Gunnar-Named-By-A-Report",
}
CONTEXT = ("Peregrine-Neighbour", "said-by-Peregrine", "forum:of-Peregrine")


def facts(observed: Make, acted: Make) -> list[Fact]:
    """Somebody wrote it, others reported it and reacted to it, staff liked it and decided."""
    own = observed(text=f"mine, says {AUTHOR}", revision_id="r1", author={"author_id": AUTHOR, "name": AUTHOR})
    capture = observed()["record"]["capture"]
    theirs = {"http": {"method": "POST", "url": STRANGERS["report_url"], "headers": {"X-User": STRANGERS["by"]}}}
    report = observed(
        "reported",
        offset=1,
        report={"reporter": STRANGERS["reporter"], "reason": STRANGERS["reason"]},
        capture=capture | theirs,
    )
    reaction = observed(
        "reacted", offset=2, reaction={"what": "quote", "by": STRANGERS["by"]}, capture=capture | theirs
    )
    like = observed("reacted", offset=3, reaction={"what": "like", "staff_id": STAFF})
    return [own, report, reaction, like, acted("note", note="looked at it", staff_id=STAFF)]


def everything(found: Dossier) -> str:
    """In JSON and on the terminal."""
    return found.model_dump_json() + shown(found)


@pytest.mark.parametrize("context", [False, True])
def test_nobody_else_is_named_but_staff_and_the_context(observed: Make, acted: Make, *, context: bool) -> None:
    """Author and staff are there; who reported or reacted is not, nor what they said; the context only if wanted."""
    near = {"post_id": CONTEXT[2], "author_name": CONTEXT[0], "text": CONTEXT[1], "url": "https://x.example/Hidden"}
    said = everything(made(None, *facts(observed, acted), context=[("before", near)] if context else ()))
    assert AUTHOR in said
    assert STAFF in said
    assert [name for name in STRANGERS.values() if name in said] == []
    assert [name in said for name in CONTEXT] == [context] * 3
    assert "Hidden" not in said


def test_others_at_the_address_are_only_counted(observed: Make, acted: Make) -> None:
    """So many, and not which."""
    found = made(None, *facts(observed, acted), others_at_this_address=17)
    assert found.what.others_at_this_address == 17


def test_a_report_says_nothing_of_where_the_post_stands(observed: Make) -> None:
    """What whoever reported it said about page and author is theirs, as long as the post itself was seen."""
    own = observed(text="mine", revision_id="r1", page_title="Fees", author={"author_id": AUTHOR, "name": AUTHOR})
    report = observed(
        "reported",
        offset=1,
        report={"reporter": STRANGERS["reporter"]},
        url=STRANGERS["report_url"],
        page_title=STRANGERS["report_page"],
        author={"author_id": STRANGERS["report_author"], "name": STRANGERS["report_author"]},
    )
    said = everything(made(None, own, report))
    assert [name for name in STRANGERS.values() if name in said] == []
