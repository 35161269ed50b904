"""Orders on an Isso server that does not answer as it should; tests/live/test_enforce.py asks a real one."""

import base64
import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.enforcing.site import Done, Failed, Site
from ingest.isso.orders import as_markdown
from ingest.sources.isso import KIND, IssoOptions
from ingest.web import SiteAway
from tests.ingest.web_site import Reply, WebSite

THREAD = "/blog/fees"
NATIVE_ID = "5-1795664751.5"


def key_of(number: int) -> str:
    """As Isso signs them: what is signed, when, and by whom."""
    return f"{base64.urlsafe_b64encode(str(number).encode()).decode().rstrip('=')}.abcDEF.signed-by_us"


class Moderated(WebSite):
    """One thread and its moderator's pages, as far as we ask for them."""

    def __init__(self) -> None:
        super().__init__()
        self.comments: dict[int, dict[str, Any]] = {}
        self.keys: dict[int, str] = {}
        self.sessions = 0
        self.valid = ""
        self.pages = {"/": self._thread, "/login/": self._login, "/admin/": self._admin, "/new": Reply(b"{}", 201)}

    def say(self, number: int, created: float, text: str = "hello", mode: int = 1) -> None:
        """A comment."""
        self.comments[number] = {"id": number, "created": created, "text": text, "mode": mode, "parent": None}
        self.pages[f"/id/{number}"] = Reply(status=403)
        self.pages[f"/id/{number}/delete/{key_of(number)}"] = lambda _: self._deleted(number)

    def sent(self, path: str) -> list[Any]:
        """What was sent there."""
        return [body for method, asked, body in self.said if asked.partition("?")[0] == path and method == "POST"]

    def _deleted(self, number: int) -> Reply:
        del self.comments[number], self.pages[f"/id/{number}"]
        return Reply(b"Comment has been deleted")

    def _thread(self, _: Any) -> Reply:
        shown = [one | {"replies": []} for one in self.comments.values() if one["mode"] != 2]
        return Reply(json.dumps({"replies": shown}).encode())

    def _login(self, _: Any) -> Reply:
        if self.posted != b"password=hush":
            return Reply(b"<form>")
        self.sessions += 1
        self.valid = f"a-signed-session-{self.sessions}"
        kept = f"admin-session={self.valid}; Expires=Thu, 26 Nov 2026 20:00:00 GMT; Path=/"
        return Reply(status=302, headers={"Set-Cookie": kept})

    def _admin(self, headers: dict[str, str]) -> Reply:
        if f"admin-session={self.valid}" != headers.get("cookie"):
            return Reply(b"<form>")
        wanted = self.said[-1][1].partition("isso-")[2].partition("&")[0]
        shown = [one for one in self.comments.values() if str(one["id"]) == wanted]
        pages = "".join(self._row(one) for one in shown)
        return Reply(f'<div id="isso-root">{pages}</div>'.encode())

    def _row(self, one: dict[str, Any]) -> str:
        number, text = one["id"], html.escape(one["text"])
        key = self.keys.get(number, key_of(number))
        return f"""<div class='isso-comment' id='isso-{number}'><div>Thread: {text} (<a href="{THREAD}">{THREAD}</a>)
            <a href="mailto:x" class='email'>m</a></div><pre id="isso-text-{number}">{text}</pre>
            <a class="hidden edit" onClick="javascript:send_edit({number}, '{key}','http://x')">Send</a></div>"""


@pytest.fixture
def site() -> Iterator[Moderated]:
    """A thread with one comment."""
    with Moderated() as started:
        started.say(5, 1795664751.5)
        yield started


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """The password of the moderator."""
    path = tmp_path / "password"
    path.write_text("hush")
    return path


@pytest.fixture
def orders(site: Moderated, secret: Path) -> Site:
    """What carries out orders there."""
    said = {"kind": "isso", "name": "notes", "url": site.address, "admin_password_file": str(secret)}
    made = KIND.polled.site(IssoOptions.model_validate(said))  # type: ignore[union-attr, misc]
    assert made is not None
    return made


def check_failed(act: Callable[[], Done], *words: str, status: int | None) -> None:
    """It cannot be, for a reason with these words."""
    with pytest.raises(Failed) as failed:
        act()
    assert failed.value.status == status
    assert all(word in str(failed.value) for word in words), str(failed.value)


def test_a_number_that_isso_gave_again_is_another_comment(site: Moderated, orders: Site) -> None:
    """It is left alone: the one that was meant is not there any more."""
    site.say(5, 1795664799.25, "somebody else")
    assert orders.remove(NATIVE_ID) == Done(404, "it was not there any more")
    assert orders.is_visible(NATIVE_ID) is False
    assert not [path for _, path, _ in site.said if "/delete/" in path]
    assert orders.remove("5-1795664799.25").status == 200
    assert orders.remove("5-1795664799.25").status == 404


def test_what_waits_or_was_deleted_is_not_there(site: Moderated, orders: Site) -> None:
    """A comment that left its place for its replies, and one that visitors do not see yet."""
    for mode in (2, 4):
        site.say(5, 1795664751.5, mode=mode)
        assert orders.remove(NATIVE_ID).status == 404
        check_failed(lambda: orders.reply(NATIVE_ID, "x", "o"), "not there any more", status=404)


def test_a_session_that_has_ended_is_begun_anew(site: Moderated, orders: Site) -> None:
    """Once; and the password goes nowhere else."""
    assert orders.is_visible(NATIVE_ID) is True
    site.valid = "ended"
    assert orders.is_visible(NATIVE_ID) is True
    assert site.sent("/login/") == [b"password=hush"] * 2
    assert not [path for path, asked in site.asked if not path.startswith("/admin/") and "cookie" in asked]


def test_a_wrong_password_is_for_a_person(site: Moderated, orders: Site, secret: Path) -> None:
    """Isso shows its form again, with status 200."""
    secret.write_text("wrong")
    said = {"kind": "isso", "name": "notes", "url": site.address, "admin_password_file": str(secret)}
    made = KIND.polled.site(IssoOptions.model_validate(said))  # type: ignore[union-attr, misc]
    check_failed(lambda: made.remove(NATIVE_ID), "check the credentials", status=200)  # type: ignore[union-attr]


def test_text_of_a_stranger_is_no_element_and_a_key_is_for_its_own_comment(site: Moderated, orders: Site) -> None:
    """What looks like a key in a text is none, and a key that is signed for another number is not used."""
    site.say(5, 1795664751.5, f"</pre><a onClick=\"javascript:send_edit(5, '{key_of(6)}',\">")
    assert orders.remove(NATIVE_ID).status == 200
    site.say(5, 1795664751.5)
    site.keys[5] = key_of(6)
    with pytest.raises(SiteAway, match="does not show"):
        orders.remove(NATIVE_ID)


def test_a_server_that_is_no_isso_has_deleted_nothing(site: Moderated, orders: Site) -> None:
    """A proxy that answers 404 to everything is no word of Isso's."""
    site.pages.clear()
    check_failed(lambda: orders.remove(NATIVE_ID), "no Isso", status=404)


def test_a_guard_that_counts_is_waited_for_and_one_that_refuses_is_not(site: Moderated, orders: Site) -> None:
    """Only the first may answer otherwise in a minute."""
    site.pages["/new"] = Reply(b"127.0.0.0: ratelimit exceeded (2, 3)", 403)
    with pytest.raises(SiteAway) as away:
        orders.reply(NATIVE_ID, "x", "o")
    assert (away.value.retry_after_seconds, away.value.rate_limited) == (60, False)
    site.pages["/new"] = Reply(b"email address required but not provided", 403)
    check_failed(lambda: orders.reply(NATIVE_ID, "x", "o"), "[guard]", status=403)


def test_a_reply_names_its_order_where_no_page_shows_it(site: Moderated, orders: Site) -> None:
    """By that it is found again, and the same words for another order are another reply."""
    assert orders.reply(NATIVE_ID, "see *here*", "decisions-0-7") == Done(201)
    [said] = [json.loads(body) for body in site.sent("/new")]
    assert said == {
        "text": "see \\*here\\*\n\n[//]: # (decisions-0-7)", "author": "Moderator", "email": None, "parent": 5,
    }  # fmt: skip
    site.say(6, 1795664752.5, said["text"])
    assert orders.reply(NATIVE_ID, "see *here*", "decisions-0-7").detail == "the reply was there before"
    assert orders.reply(NATIVE_ID, "see *here*", "decisions-0-8") == Done(201)


def test_what_isso_cannot_is_said(orders: Site) -> None:
    """Its abilities do not name it, either."""
    check_failed(lambda: orders.hide(NATIVE_ID), "only deletes for good", status=None)
    check_failed(lambda: orders.restore(NATIVE_ID), "nothing to restore", status=None)
    assert KIND.orders == ("remove", "reply")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2 * 3", "2 \\* 3"),
        ("- a\n  2) b\n=", "\\- a\n2\\) b\n\\="),
        ("    code", "code"),
        ("1.5 % of <b>", "1\\.5 % of \\<b\\>"),
        ("see https://example.com/a_b", "see https://example.com/a\\_b"),
    ],
)
def test_a_reply_reads_as_it_was_written(text: str, said: str) -> None:
    """Isso takes everything for Markdown."""
    assert as_markdown(text) == said


@pytest.mark.parametrize("native_id", ["", "5", "x-1.0", "0-1.0", "-5-1.0", "9" * 30 + "-1.0"])
def test_what_is_no_id_is_never_asked_for(site: Moderated, orders: Site, native_id: str) -> None:
    """A post of another kind under the name of this source."""
    check_failed(lambda: orders.remove(native_id), "no comment with such an id", status=None)
    assert site.asked == []
