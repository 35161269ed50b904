"""Orders to one site: once each, in their order, patiently, and looked at afterwards."""

from datetime import timedelta

import pytest

from ingest.enforcing import lane
from ingest.enforcing.broker import Ordered
from ingest.enforcing.site import Done, Failed
from ingest.web import SiteAway
from records.errors import Misconfigured
from tests.ingest.enforcing.scene import AT, Scene


@pytest.fixture(autouse=True)
def _nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of these tests does not go on by itself."""
    monkeypatch.setattr(lane, "LOOK_SECONDS", 0.0)


def test_an_order_is_carried_out_answered_and_looked_at() -> None:
    """At once, after a minute, ten minutes and a day; each look is a record with its number."""
    scene = Scene()
    order = scene.order("5", "remove")
    assert scene.works() == [("5", "done"), ("5", "observed")]
    assert scene.works(seconds=59) == []
    assert scene.works(seconds=1) == [("5", "observed")]
    scene.site.visible = True
    assert scene.works(seconds=540) == [("5", "observed")]
    assert scene.works(days=1) == [("5", "observed")]
    assert scene.works(days=30) == []
    done, *looks = scene.outcomes
    assert (done.order_id, done.status, done.attempt, done.visible) == (order.order_id, 200, 1, None)
    assert [(look.attempt, look.visible) for look in looks] == [(1, False), (2, False), (3, True), (4, True)]
    assert scene.site.asked == ["remove 5"] + ["look 5"] * 4
    assert scene.desk.offsets() == {0: 1}


def test_the_text_of_a_reply_and_its_order_reach_the_site_and_no_log_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was decided is said once."""
    scene = Scene()
    scene.order("5", "reply", reply_text="words for the site")
    assert scene.works() == [("5", "done"), ("5", "observed")]
    assert scene.site.asked[0] == "reply words for the site decisions-0-0 5"
    said = "".join(capsys.readouterr())
    assert "decisions-0-0" in said
    assert "words" not in said


@pytest.mark.parametrize(
    ("problem", "status", "detail"),
    [
        (Failed("the site refuses us: check the credentials", 403), 403, "the site refuses us: check the credentials"),
        (Misconfigured("blog: the site refuses us"), None, "the site refuses us"),
    ],
)
def test_what_a_site_refuses_has_failed_and_is_not_looked_at(problem: Exception, status: int, detail: str) -> None:
    """Asking again would not help; the moderator reads why."""
    scene = Scene()
    scene.site.answers["5"] = problem
    scene.order("5")
    assert scene.works() == [("5", "failed")]
    assert (scene.outcomes[0].status, scene.outcomes[0].detail) == (status, detail)
    assert scene.works(days=2) == []


def test_a_site_that_is_away_is_asked_again_longer_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each try; the orders of a post stay in their order, and nobody is told that it failed."""
    scene = Scene()
    scene.site.answers["5"] = SiteAway("blog: the site answers with HTTP 502")
    scene.order("5", "hide")
    scene.order("5", "restore")
    assert scene.works() == []
    assert scene.lane.health()["waiting_for"] == "blog: the site answers with HTTP 502"
    assert scene.works(seconds=0.5) == []
    scene.works(seconds=1)
    scene.works(seconds=3)
    assert scene.site.asked == ["hide 5"] * 3
    assert capsys.readouterr().out.count("tries again") == 3
    del scene.site.answers["5"]
    assert scene.works(seconds=10) == [("5", "done"), ("5", "done"), ("5", "observed")]
    assert scene.site.asked == ["hide 5"] * 4 + ["restore 5", "look 5"]
    assert [one.attempt for one in scene.outcomes] == [4, 1, 1]
    assert scene.lane.health() == {
        "name": "blog", "can": ["hide", "remove", "reply", "restore"], "orders": 0, "looks": 1, "waiting_for": None,
    }  # fmt: skip


def test_one_order_that_a_site_cannot_do_now_does_not_hold_up_the_others() -> None:
    """They are tried in between, and go on."""
    scene = Scene()
    scene.site.answers["5"] = SiteAway("blog: the site answers with HTTP 500")
    for post in ("5", "6", "7"):
        scene.order(post)
    scene.works()
    assert {post for post, result in scene.works(seconds=2) if result == "done"} == {"6", "7"}
    assert scene.desk.offsets() == {0: 0}  # the first is still under way: a new process would begin there
    del scene.site.answers["5"]
    assert ("5", "done") in scene.works(minutes=6)
    assert scene.desk.offsets() == {0: 3}


def test_after_a_day_in_vain_it_has_failed() -> None:
    """With the reason; a site that asks for a time is given it."""
    scene = Scene()
    scene.site.answers["5"] = SiteAway("blog: busy", retry_after_seconds=3600, rate_limited=True)
    scene.order("5")
    scene.works()
    scene.works(minutes=59)
    assert len(scene.site.asked) == 1
    scene.works(minutes=2)
    assert len(scene.site.asked) == 2
    assert scene.works(hours=24) == [("5", "failed")]
    assert scene.outcomes[0].detail == "given up after 24 hours: busy"


def test_what_is_asked_for_later_by_one_comment_does_not_stop_the_site() -> None:
    """Isso counts replies by the minute, and removes meanwhile."""
    scene = Scene()
    scene.site.answers["5"] = SiteAway("in a minute", retry_after_seconds=60)
    scene.order("5", "reply")
    scene.order("6", "remove")
    scene.works()
    assert ("6", "done") in scene.works(seconds=2)
    assert scene.site.asked.count("reply see here decisions-0-0 5") == 1


def test_an_order_that_has_grown_old_is_refused_instead_of_done() -> None:
    """After three days its moderator decides again."""
    scene = Scene()
    scene.order("5", ordered_at=AT - timedelta(hours=73))
    assert scene.works() == [("5", "refused")]
    assert "72 hours old" in (scene.outcomes[0].detail or "")
    assert scene.site.asked == []
    assert scene.works(days=2) == []


def test_what_a_source_cannot_do_is_refused_with_what_it_can() -> None:
    """Also where only a digest of the site's id is known."""
    scene = Scene(can=frozenset({"remove", "reply"}))
    scene.order("5", "hide")
    scene.order("~ab", "remove")
    assert scene.works() == [("5", "refused"), ("~ab", "refused")]
    assert [one.detail for one in scene.outcomes] == [
        "the source blog cannot hide a post (it can remove a post, reply to a post): carry it out on the site by hand",
        "of the site's own id of this post only a digest is known: carry it out on the site by hand",
    ]


def test_an_order_that_comes_twice_is_carried_out_once() -> None:
    """While it is under way, and after it was answered; its place counts as done each time."""
    scene = Scene()
    order = scene.order("5")
    assert scene.desk.take(Ordered(0, 1, order)) is None
    assert scene.desk.take(Ordered(0, 0, order)) is None
    assert scene.desk.offsets() == {0: 0}
    scene.works()
    assert scene.desk.take(Ordered(0, 2, order)) is None
    assert scene.desk.take(Ordered(0, 3, None)) is None  # bytes that are no order
    assert scene.desk.offsets() == {0: 4}
    assert scene.site.asked == ["hide 5", "look 5"]


def test_a_new_process_knows_what_was_done_and_looks_on() -> None:
    """From the outcomes alone."""
    scene, later = Scene(), Scene(at=AT + timedelta(minutes=30))
    order = scene.order("5")
    scene.works()
    later.desk.know(scene.outcomes)
    assert later.desk.take(Ordered(0, 0, order)) is None
    for look in later.desk.looks():
        later.lane.watch(look)
    assert later.works() == [("5", "observed")]
    assert [one.attempt for one in later.outcomes] == [3]  # that of a minute is late, and so are those in between
    assert later.works(days=1) == [("5", "observed")]


def test_an_answer_counts_once_the_broker_has_it() -> None:
    """It is published until it is taken, and only then is its order done."""
    scene = Scene()
    scene.order("5")
    scene.publisher.failures = 1
    assert scene.works() == [("5", "done"), ("5", "observed")]
    assert scene.desk.offsets() == {0: 1}


@pytest.mark.parametrize(
    ("problem", "detail"),
    [
        (Failed("the site refuses us"), "nobody could look: the site refuses us"),
        (Misconfigured("blog: the site refuses us"), "nobody could look: the site refuses us"),
    ],
)
def test_a_look_that_nobody_can_take_is_on_record(problem: Exception, detail: str) -> None:
    """It says nothing of what is visible."""
    scene = Scene()
    scene.site.visible = problem
    scene.order("5")
    assert scene.works() == [("5", "done"), ("5", "observed")]
    assert (scene.outcomes[1].visible, scene.outcomes[1].detail) == (None, detail)


def test_a_look_at_a_site_that_is_away_is_taken_until_the_next_one_is_due() -> None:
    """Then it is given up."""
    scene = Scene()
    scene.site.visible = SiteAway("blog: the site does not answer")
    scene.order("5")
    assert scene.works() == [("5", "done")]
    assert scene.works(seconds=5) == []
    assert scene.works(seconds=55) == [("5", "observed")]
    assert scene.outcomes[1].detail == "nobody could look: the site does not answer"
    scene.site.visible = True
    assert scene.works(seconds=300) == [("5", "observed")]
    assert [(one.attempt, one.visible) for one in scene.outcomes[1:]] == [(1, None), (2, True)]


def test_of_two_orders_on_a_post_the_last_one_is_looked_after() -> None:
    """What an earlier one wanted is of no interest any more."""
    scene = Scene()
    scene.order("5", "remove")
    scene.works()
    scene.works(seconds=30)
    scene.order("5", "restore")
    scene.works()
    scene.works(seconds=31)
    assert scene.works(seconds=29) == [("5", "observed")]
    last = scene.outcomes[-1]
    assert (last.order_id, last.attempt) == ("decisions-0-1", 2)


def test_done_says_what_the_site_had_to_say() -> None:
    """Its status and our sentence."""
    scene = Scene()
    scene.site.answers["5"] = Done(404, "it was not there any more")
    scene.order("5")
    scene.lane.once()
    assert (scene.outcomes[0].status, scene.outcomes[0].detail) == (404, "it was not there any more")
