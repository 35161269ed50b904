"""Orders on a WordPress site that does not answer as it should; tests/live/test_enforce.py asks a real one."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.enforcing.site import Done, Failed, Site
from ingest.sources.wordpress import KIND, WordPressOptions
from ingest.web import SiteAway
from tests.ingest.comments_site import CommentsSite
from tests.ingest.web_site import Reply

API = "/wp-json/wp/v2"
AUTHOR = {"author_ip": "192.0.2.7", "author_user_agent": "Firefox"}


class ModeratedSite(CommentsSite):
    """Comments that a moderator may change; `instead` answers a change in the place of the site."""

    def __init__(self) -> None:
        super().__init__()
        self.instead: Callable[[int], Reply] | None = None
        self.listing = self.pages[f"{API}/comments"]
        self.pages[f"{API}/comments"] = self._all
        self.pages[f"{API}/users/me"] = Reply(b'{"id": 9}')

    def say(self, number: int, text: str = "hello", **fields: Any) -> None:
        """A comment is on the site."""
        super().say(number, text, **AUTHOR, **fields)
        self.pages[f"{API}/comments/{number}"] = lambda _: self._one(number)

    @property
    def changes(self) -> list[tuple[str, str, Any]]:
        """What it was asked to change."""
        return [
            (method, path.removeprefix(API), json.loads(body)) for method, path, body in self.said if method != "GET"
        ]

    def _one(self, number: int) -> Reply:
        method, _, body = self.said[-1]
        if number not in self.comments:
            return Reply(b'{"code": "rest_comment_invalid_id"}', 404)
        if method != "GET":
            if self.instead is not None:
                return self.instead(number)
            self.comments[number]["status"] = "trash" if method == "DELETE" else json.loads(body)["status"]
        return Reply(json.dumps(self.comments[number]).encode())

    def _all(self, headers: dict[str, str]) -> Reply:
        method, path, body = self.said[-1]
        if method == "GET":
            if "parent=" not in path:
                listing: Any = self.listing
                found: Reply = listing(headers)
                return found
            return Reply(json.dumps([one for one in self.comments.values() if one.get("author") == 9]).encode())
        said = json.loads(body)
        self.say(100 + len(self.comments), said["content"], author=9)
        self.comments[max(self.comments)] |= {"status": said["status"], "author_user_agent": said["author_user_agent"]}
        return self.instead(0) if self.instead else Reply(json.dumps(self.comments[max(self.comments)]).encode(), 201)


@pytest.fixture
def site() -> Iterator[ModeratedSite]:
    """A site with one comment."""
    with ModeratedSite() as started:
        started.say(5)
        yield started


@pytest.fixture
def orders(site: ModeratedSite, tmp_path: Path) -> Site:
    """What carries out orders there."""
    secret = tmp_path / "password"
    secret.write_text("hush")
    said = {"kind": "wordpress", "name": "blog", "url": site.address, "user": "m", "password_file": str(secret)}
    made = KIND.polled.site(WordPressOptions.model_validate(said))  # type: ignore[union-attr, misc]
    assert made is not None
    return made


def check_failed(act: Callable[..., Done], *words: str, status: int | None) -> None:
    """It cannot be, for a reason with these words; and not a word of the site's own."""
    with pytest.raises(Failed) as failed:
        act()
    assert failed.value.status == status
    assert all(word in str(failed.value) for word in words), str(failed.value)
    assert "sorry" not in str(failed.value)


def test_what_is_changed_keeps_its_author_and_what_is_so_already_is_left_alone(
    site: ModeratedSite, orders: Site
) -> None:
    """WordPress would note us as its author's browser and address, did we not tell it the old ones."""
    assert [orders.hide("5"), orders.hide("5").status, orders.restore("5"), orders.restore("5").status] == [
        Done(200), None, Done(200), None,
    ]  # fmt: skip
    assert site.changes == [
        ("POST", "/comments/5", {"status": "hold", **AUTHOR}),
        ("POST", "/comments/5", {"status": "approved", **AUTHOR}),
    ]
    assert orders.remove("5") == Done(200)
    assert orders.remove("5").detail == "it was in the trash before"
    assert orders.hide("5").detail == "no visitor saw it before: it is in the trash"
    del site.comments[5]
    assert orders.hide("5") == orders.remove("5") == Done(404, "it was not there any more")
    check_failed(lambda: orders.restore("5"), "deleted for good", status=404)


def test_a_site_without_a_trash_holds_back_instead_of_deleting_for_good(site: ModeratedSite, orders: Site) -> None:
    """What nobody could take back is not done silently."""
    site.instead = lambda number: (
        Reply(b'{"code": "rest_trash_not_supported"}', 501) if site.said[-1][0] == "DELETE" else held(site, number)
    )
    done = orders.remove("5")
    assert (done.status, "no trash" in (done.detail or "")) == (200, True)
    assert site.comments[5]["status"] == "hold"


def held(site: ModeratedSite, number: int) -> Reply:
    """The site holds a comment back."""
    site.comments[number]["status"] = "hold"
    return Reply(json.dumps(site.comments[number]).encode())


@pytest.mark.parametrize(
    ("answer", "words", "status"),
    [
        (
            Reply(b'{"code": "rest_cannot_edit", "message": "sorry"}', 403),
            ("check the credentials", "rest_cannot"),
            403,
        ),
        (Reply(b"<html>sorry", 401), ("check the credentials", "HTTP 401"), 401),
        (Reply(b'{"code": "odd", "message": "sorry"}', 400), ("does not do it", "odd"), 400),
        (Reply(status=301, headers={"Location": "https://elsewhere.example/"}), ("sends us on", "HTTP 301"), 301),
    ],
)
def test_a_site_that_does_not_want_is_not_asked_again(
    site: ModeratedSite, orders: Site, answer: Reply, words: tuple[str, ...], status: int
) -> None:
    """With the status and a code, for a person to look at."""
    site.instead = lambda _: answer
    for act in (orders.hide, orders.remove):
        check_failed(lambda act=act: act("5"), *words, status=status)


def test_a_site_that_only_says_that_it_did_it_has_not(site: ModeratedSite, orders: Site) -> None:
    """Some plugin decides otherwise: what it answers still shows the comment."""
    site.instead = lambda number: Reply(json.dumps(site.comments[number]).encode())
    check_failed(lambda: orders.hide("5"), "left the comment as it is", status=None)


UNREADABLE = (Reply(b"<html>"), Reply(b"[]"), Reply(b'{"id": 5}'), Reply(status=502), Reply(status=0))


@pytest.mark.parametrize("answer", UNREADABLE)
def test_what_nobody_knows_is_asked_again(site: ModeratedSite, orders: Site, answer: Reply) -> None:
    """An answer that cannot be read, an error of the server, a line that breaks."""
    site.instead = lambda _: answer
    with pytest.raises(SiteAway):
        orders.hide("5")


def test_an_api_that_is_gone_is_no_comment_that_is_gone(site: ModeratedSite, orders: Site) -> None:
    """Only WordPress itself can say that it has no such comment."""
    site.pages[f"{API}/comments/5"] = Reply(b'{"code": "rest_no_route"}', 404)
    with pytest.raises(SiteAway):
        orders.remove("5")


def test_a_reply_whose_answer_was_lost_is_not_sent_again(site: ModeratedSite, orders: Site) -> None:
    """The site hung up after it had taken it; the order is found again in what it carries."""
    site.instead = lambda _: Reply(status=0)
    with pytest.raises(SiteAway):
        orders.reply("5", "1 < 2 & so on", "decisions-0-7")
    site.instead = None
    assert orders.reply("5", "1 < 2 & so on", "decisions-0-7") == Done(detail="the reply was there before")
    assert orders.reply("5", "another", "decisions-0-8") == Done(201)
    assert [said["content"] for _, _, said in site.changes] == ["1 &lt; 2 &amp; so on", "another"]
    assert [said["author_user_agent"] for _, _, said in site.changes] == [
        "lifeguard/decisions-0-7", "lifeguard/decisions-0-8",
    ]  # fmt: skip
    assert all((said["parent"], said["post"], said["status"]) == (5, 7, "approved") for _, _, said in site.changes)


def test_a_reply_that_cannot_stand_is_not_made(site: ModeratedSite, orders: Site) -> None:
    """Below what no visitor sees, on a page that is closed; and the same words twice are one reply."""
    site.instead = lambda _: Reply(b'{"code": "comment_duplicate"}', 409)
    assert orders.reply("5", "no", "a").detail == "the same reply of ours was there before"
    site.instead = lambda _: Reply(b'{"code": "rest_comment_closed"}', 403)
    check_failed(lambda: orders.reply("5", "no", "b"), "takes no more comments", status=403)
    site.comments[5]["status"] = "spam"
    check_failed(lambda: orders.reply("5", "no", "c"), "no visitor sees", "spam", status=None)
    del site.comments[5]
    check_failed(lambda: orders.reply("5", "no", "d"), "not there any more", status=404)


def test_a_look_is_that_of_a_visitor(site: ModeratedSite, orders: Site) -> None:
    """Without the password, in what the site lists; and on the page itself, which a cache may go on showing."""
    site.pages["/2026/03/fees/comment-page-2/"] = Reply(b'<li id="comment-51"><a href="#comment-5">x</a>')
    assert orders.is_visible("5") is True
    assert all("authorization" not in asked for path, asked in site.asked if "include=5" in path)
    site.comments[5]["status"] = "trash"
    assert orders.is_visible("5") is False
    site.pages["/2026/03/fees/comment-page-2/"] = Reply(b'<article class="c" id="div-comment-5" >')
    assert orders.is_visible("5") is True
    assert "authorization" not in site.asked[-1][1]
    del site.comments[5]
    assert orders.is_visible("5") is False


def test_a_site_that_keeps_its_api_from_visitors_is_believed_where_its_page_shows_it(
    site: ModeratedSite, orders: Site
) -> None:
    """Else nobody knows."""
    listing = site.listing
    site.listing = lambda headers: listing(headers) if "authorization" in headers else Reply(status=401)  # type: ignore[operator]
    site.pages["/2026/03/fees/comment-page-2/"] = Reply(b"<li id=comment-5>")
    assert orders.is_visible("5") is True
    site.pages["/2026/03/fees/comment-page-2/"] = Reply(b"<li>")
    assert orders.is_visible("5") is None


@pytest.mark.parametrize("link", ["http://elsewhere.example/", "http://127.0.0.1:1/", "http://127.0.0.1:x/", "//[", ""])
def test_a_page_on_another_host_is_not_asked_for(site: ModeratedSite, orders: Site, link: str) -> None:
    """What a site says of its addresses must not lead us elsewhere."""
    site.comments[5] |= {"status": "hold", "link": link}
    assert orders.is_visible("5") is False
    assert len(site.said) == 4  # where the API is, twice; the listing; the comment


@pytest.mark.parametrize("native_id", ["", "x", "0", "5-1", "\u0665", "9" * 40])
def test_what_is_no_number_is_never_asked_for(site: ModeratedSite, orders: Site, native_id: str) -> None:
    """A post of another kind under the name of this source."""
    check_failed(lambda: orders.hide(native_id), "no comment with such an id", status=None)
    assert site.asked == []
