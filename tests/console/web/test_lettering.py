"""Dead letters in the console: who reads them, who has one published again, and how often."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.web.letter_places import at_of, before_of, before_said
from console.web.letters import REPLAYS_MAX
from ingest.letters import Letter, Letters
from ingest.publisher import Place
from records.errors import NotAllowed
from records.registry import Erasure, Replay
from tests.console.page.hostile import CORPUS, WRITTEN
from tests.console.page.reading import Page
from tests.console.web.desks import Scene
from tests.console.web.queues import keeping
from tests.ingest.test_letters import dead

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Box:
    """Dead letters in a dictionary; `again` is what becomes of the one that is published again."""

    def __init__(self, *letters: Letter) -> None:
        self.letters = {(one.partition, one.offset): one for one in letters}
        self.published: list[str] = []
        self.before: Mapping[int, int] = {}
        self.again: Letter | None = None
        self.problem: Exception | None = None

    def page(self, before: Mapping[int, int]) -> Letters:
        """All of them."""
        self.before = before
        return Letters(tuple(self.letters.values()), {0: 3, 2: 17})

    def letter(self, partition: int, offset: int) -> Letter | None:
        """One of them."""
        return self.letters.get((partition, offset))

    def later(self, key: str, after: datetime) -> Letter | None:
        """What became of it."""
        del after
        return self.again if key in self.published else None

    def replay(self, letter: Letter) -> Place:
        """Remembers it."""
        if self.problem:
            raise self.problem
        self.published.append(f"{letter.said.origin}-1-{len(self.published) + 100}")
        return Place(letter.said.origin, 1, len(self.published) + 99, NOW)


def letter(**said: Any) -> Letter:
    """A letter at dead-letters-2-17 about posts-1-17."""
    return Letter(2, 17, NOW, dead(**said))


@pytest.fixture
def box(scene: Scene) -> Box:
    """A console that hears what it publishes, with one letter."""
    keeping(scene)
    found = Box(letter())
    scene.desk.letters = found
    return found


def replays(scene: Scene) -> list[tuple[str, int, str, str]]:
    """What is on record of letters that were published again."""
    said = [one for one in scene.broker.said if isinstance(one, Replay)]
    return [(one.registry_id, one.version, one.staff_id, one.place) for one in said]


async def test_the_list_leads_to_each_and_to_older_ones(scene: Scene, box: Box) -> None:
    """Looking at it is on record."""
    sue = scene.signed_in("sue", "supervisor")
    page = (await sue.get("/dead-letters")).text
    assert 'href="/dead-letters/letter?at=2-17"' in page
    assert "posts-1-17" in page
    assert "is not JSON" in page
    assert "before=0.3_2.17" in page
    assert ("view", "sue", "dead letters", "") in scene.broker.audits
    await sue.get("/dead-letters?before=0.3_2.17")
    assert box.before == {0: 3, 2: 17}


@pytest.mark.parametrize("said", ["", "x", "1", "1.2_", "1.-2", "1.2_x", "99999.1", "1." + "9" * 16, "١.١"])
def test_a_word_that_is_no_place_is_the_beginning(said: str) -> None:
    """And no letter."""
    assert before_of(said) == {}
    assert at_of(said.replace(".", "-")) is None


def test_places_come_back_from_their_words() -> None:
    """Of pages and of letters."""
    assert before_of(before_said({5: 2, 0: 17})) == {0: 17, 5: 2}
    assert at_of("2-17") == (2, 17)


async def test_a_letter_is_published_again_once_and_shown_so(scene: Scene, box: Box) -> None:
    """With who did it and where it stands now, in the registry, which outlasts a restart, and in the audit."""
    sue = scene.signed_in("sue", "supervisor")
    answer = await sue.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/dead-letters/letter?at=2-17")
    assert box.published == ["posts-1-100"]
    assert replays(scene) == [("posts-1-17", 1, "sue", "posts-1-100")]
    assert ("replay", "sue", "posts-1-17", "as dead-letters-2-17 says, time 1") in scene.broker.audits
    page = Page((await sue.get("/dead-letters/letter?at=2-17")).text).text
    assert "1 time, last at" in page
    assert "posts-1-100" in page
    assert "Nobody has put it aside there since" in page
    assert "1 time, last by sue" in Page((await sue.get("/dead-letters")).text).text


async def test_what_is_put_aside_again_is_told(scene: Scene, box: Box) -> None:
    """By the next letter."""
    sue = scene.signed_in("sue", "supervisor")
    box.again = replace(letter(reason="is still not JSON", offset=100), offset=18)
    await sue.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")
    page = (await sue.get("/dead-letters/letter?at=2-17")).text
    assert 'href="/dead-letters/letter?at=2-18">put aside again' in page
    assert "is still not JSON" in page


async def test_a_second_time_is_asked_for_once_more(scene: Scene, box: Box) -> None:
    """A form that is sent twice publishes once; and there is an end to it."""
    sue = scene.signed_in("sue", "supervisor")
    for _ in range(2):
        await sue.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")
    assert len(box.published) == 1
    for times in range(1, REPLAYS_MAX):
        await sue.submit("/dead-letters/replay", at="2-17", times=str(times), sure="yes")
    assert len(box.published) == REPLAYS_MAX
    answer = await sue.submit("/dead-letters/replay", at="2-17", times=str(REPLAYS_MAX), sure="yes")
    assert answer.status_code == 403
    assert len(box.published) == REPLAYS_MAX
    assert f"published again {REPLAYS_MAX} times already" in (await sue.get("/dead-letters/letter?at=2-17")).text


async def test_nothing_is_published_without_the_word_for_it(scene: Scene, box: Box) -> None:
    """The box is not ticked, or the letter is not there."""
    sue = scene.signed_in("sue", "supervisor")
    assert (await sue.submit("/dead-letters/replay", at="2-17", times="0")).status_code == 303
    assert (await sue.submit("/dead-letters/replay", at="0-1", times="0", sure="yes")).status_code == 404
    assert (box.published, replays(scene)) == ([], [])


async def test_what_the_topic_does_not_have_is_not_published(scene: Scene, box: Box) -> None:
    """Whoever writes letters cannot bring anything onto a topic by one; the refusal is on record."""
    sue = scene.signed_in("sue", "supervisor")
    box.problem = NotAllowed("what stands at posts-1-17 is not what this letter speaks of")
    answer = await sue.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")
    assert answer.status_code == 403
    assert replays(scene) == []
    assert scene.broker.refusals == [("sue", "what stands at posts-1-17 is not what this letter speaks of")]


async def test_an_erased_post_does_not_come_back_so(scene: Scene, box: Box) -> None:
    """Its words stay where they are until Kafka lets go of them."""
    said = {"basis": "GDPR", "confirmed_by": "ben", "confirmed_place": "decisions-0-1", "confirmed_at": NOW, "stub": {}}
    scene.broker.register(Erasure(registry_id="forum:1", staff_id="root", set_at=NOW, **said))  # type: ignore[arg-type]
    scene.desk.set_up.look()
    sue = scene.signed_in("sue", "supervisor")
    assert (await sue.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")).status_code == 403
    assert box.published == []


@pytest.mark.parametrize("role", ["compliance", "examiner"])
async def test_who_only_reads_is_offered_no_button(scene: Scene, box: Box, role: str) -> None:
    """And is refused who sends the form nevertheless."""
    who = scene.signed_in("kim", role)
    page = (await who.get("/dead-letters/letter?at=2-17")).text
    assert "/dead-letters/replay" not in page
    assert (await who.submit("/dead-letters/replay", at="2-17", times="0", sure="yes")).status_code == 403
    assert box.published == []


@pytest.mark.parametrize("written", CORPUS, ids=range(len(CORPUS)))
async def test_what_strangers_sent_is_never_a_part_of_the_page(scene: Scene, box: Box, written: str) -> None:
    """In bytes, key, reason and origin; as a file it is nothing that a browser opens."""

    async def shown(said: str) -> tuple[str, Page]:
        names = {"message_key": said.encode(), "reason": said, "found_by": said, "origin": f"source:{said}"}
        box.letters = {(2, 17): letter(value=said.encode(), **names)}
        html = (await sue.get("/dead-letters/letter?at=2-17")).text
        return html, Page(html)

    sue = scene.signed_in("sue", "supervisor")
    html, found = await shown(written)
    _, plain = await shown(f"plain {WRITTEN}")
    assert (found.tags, [name for name, _ in found.attributes]) == (plain.tags, [name for name, _ in plain.attributes])
    assert "<" not in written or written not in html
    answer = await sue.get("/dead-letters/bytes?at=2-17")
    assert answer.content == f"plain {WRITTEN}".encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="dead-letter-2-17.bin"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("export", "sue", "dead-letters-2-17", f"{6 + len(WRITTEN)} bytes") in scene.broker.audits
