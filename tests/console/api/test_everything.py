"""What the pages do a program can do, too: each address of the console has its operations, or a reason to have none."""

import pytest

from console.api.operations import OPERATIONS
from console.web.route import Route
from console.web.routes import ROUTES

BROWSER = "it is about a browser and its session: a program has a token"
LOOKS = "it is what a page looks like"
READS = "it is written for a person who looks at pages"
OF_A_PERSON = "it is a person's own, and nobody else reads it"
SAME: dict[str, tuple[str, ...]] = {
    "GET /": ("list_queues",),
    "GET /queue": ("list_cases",),
    "GET /queue/next": ("list_cases",),
    "GET /case": ("read_post", "read_facts", "read_surroundings"),
    "POST /case/show": ("read_post", "act_on_case"),
    "POST /case/act": ("act_on_case",),
    "POST /case/leave": ("act_on_case",),
    "GET /dossier": ("read_dossier",),
    "POST /dossier/verify": ("verify_post",),
    "GET /bulk": ("freeze_batch",),
    "POST /bulk/decide": ("decide_batch",),
    "GET /bulk/batch": ("read_batch",),
    "POST /bulk/undo": ("undo_batch",),
    "GET /policy": ("read_policy",),
    "GET /search": ("search", "search_like"),
    "POST /export": ("export_posts",),
    "GET /overview": ("read_overview",),
    "GET /health": ("read_health",),
    "GET /dead-letters": ("list_letters",),
    "GET /dead-letters/letter": ("read_letter",),
    "GET /dead-letters/bytes": ("read_letter_bytes",),
    "POST /dead-letters/replay": ("replay_letter",),
    "GET /rules": ("list_rules",),
    "GET /rules/{name}": ("list_rules", "read_policy"),
    "GET /model": ("read_model",),
    "GET /queues": ("list_saved_queues",),
    "POST /queues/save": ("keep_queue",),
    "POST /queues/remove": ("remove_queue",),
    "GET /templates": ("list_templates",),
    "POST /templates/save": ("keep_template",),
    "POST /templates/remove": ("remove_template",),
    "GET /tags": ("list_tags",),
    "GET /tags/edit": ("read_tag",),
    "POST /tags/add": ("read_post", "keep_tag"),
    "POST /tags/try": ("try_a_tag",),
    "POST /tags/publish": ("keep_tag",),
    "POST /tags/remove": ("remove_tag",),
    "GET /lexicons": ("list_word_lists",),
    "GET /lexicons/edit": ("read_word_list",),
    "POST /lexicons/try": ("try_a_word_list",),
    "POST /lexicons/publish": ("keep_word_list",),
    "POST /lexicons/remove": ("remove_word_list",),
}
"""The operations that do what is done at an address."""
WHY_NOT: dict[str, str] = {
    "GET /healthz": "it is no page, and whoever asks needs no token",
    "GET /static/{digest}/{name}": LOOKS,
    "GET /sign-in": BROWSER,
    "POST /sign-in": BROWSER,
    "GET /sign-in/provider": BROWSER,
    "GET /sign-in/back": BROWSER,
    "POST /sign-out": BROWSER,
    "POST /policy/read": "only a person can say of themselves that they have read it",
    "GET /help": READS,
    "GET /help/first": READS,
    "GET /help/walk": READS,
    "GET /help/terms": READS,
    "GET /events": "a program is told by webhooks, which wait for it",
    "GET /you": OF_A_PERSON,
    "POST /you": OF_A_PERSON,
    "POST /you/reminder": OF_A_PERSON,
    "POST /you/exposure": OF_A_PERSON,
    "GET /tokens": "a program makes no other programs, and sees none",
    "POST /tokens/add": "a program makes no other programs, and lends nobody's authority",
    "POST /tokens/remove": "whether a program may go on is for an administrator to say",
}
"""Why a program has no need of an address."""
OTHERS_MAY = {
    "POST /case/show": "whoever only reads a case takes no lease on it",
    "GET /templates": "whoever answers a post is offered the prepared replies on the page of the case",
}
"""Where roles differ, and why."""
BY_NAME = {one.name: one for one in OPERATIONS}


def address(route: Route) -> str:
    """As the tables have it."""
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=address)
def test_a_program_can_do_it_or_there_is_a_reason(route: Route) -> None:
    """Whoever adds an address says which; never both."""
    assert (address(route) in SAME) is not (address(route) in WHY_NOT), "say in this file what a program does instead"


def test_the_tables_name_what_there_is() -> None:
    """No address that went, and no operation that is none."""
    assert SAME.keys() | WHY_NOT.keys() == {address(route) for route in ROUTES}
    assert {name for names in SAME.values() for name in names} <= BY_NAME.keys()


@pytest.mark.parametrize(
    "route", [one for one in ROUTES if address(one) in SAME.keys() - OTHERS_MAY.keys()], ids=address
)
def test_the_same_people_may(route: Route) -> None:
    """Nobody does by a program what they may not do on a page, nor the other way round."""
    roles = [BY_NAME[name].roles for name in SAME[address(route)]]
    assert frozenset.intersection(*roles) == (route.needs or frozenset())
