"""Pages of posts as they come: whatever happened to a post, its page says all of its dossier."""

from collections import defaultdict

from hypothesis import HealthCheck, given, settings

from console.dossier.making import dossier
from console.page import render
from records.received import Received
from tests.console.dossiers import KNOWN, material_of
from tests.console.page.reading import ATTRIBUTES, TAGS, Page, unsaid
from tests.console.post_histories import Logs, several_posts

RANDOM = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)


@RANDOM
@given(several_posts())
def test_a_page_says_all_of_its_dossier(logs: Logs) -> None:
    """Sightings, edits, removals, reports, verdicts, decisions, erasures and orders in any order, and hostile texts."""
    about: dict[str, list[Received]] = defaultdict(list)
    for one in (one for log in logs.values() for one in log):
        about[one.record.post_id].append(one)
    for received in about.values():
        found = dossier(material_of(received), KNOWN)
        html = render(found)
        assert unsaid(html, found) == []
        read = Page(html)
        assert set(read.tags) <= TAGS
        assert {name for name, _ in read.attributes} <= ATTRIBUTES
