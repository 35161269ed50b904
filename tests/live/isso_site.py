"""A real Isso with its own settings and database: what visitors and the moderator of a site do on it."""

import hashlib
import http.client
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from deploy.local.jars import own_cache
from deploy.local.ready import free_port

PACKAGES = Path(__file__).with_name("isso.txt")
INSTALL_SECONDS_MAX = 300.0
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
PASSWORD = "rocks-below-the-pier"

_SETTINGS = """[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
latest-enabled = {latest}
[server]
listen = http://127.0.0.1:{port}
[moderation]
enabled = {moderated}
[guard]
enabled = false
[admin]
enabled = true
password = {password}
"""


def installed() -> Path:
    """The folder with Isso in it, installed from PyPI the first time; raises OSError or SubprocessError."""
    wanted = hashlib.sha256(PACKAGES.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = own_cache().with_name(f"isso-{wanted}")
    if not folder.is_dir():
        unfinished = folder.with_suffix(f".{os.getpid()}")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        try:
            subprocess.run(
                [*command, "--target", str(unfinished), "-r", str(PACKAGES)],
                check=True,
                capture_output=True,
                timeout=INSTALL_SECONDS_MAX,
            )
            with suppress(OSError):  # somebody else was first
                unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


class IssoSite(AbstractContextManager["IssoSite"]):
    """The server at `url`; its comments are named by their numbers, and nothing of it is left after the block."""

    def __init__(self, folder: Path, *, latest: bool = False, moderated: bool = False) -> None:
        self._folder, self._port, self.moderated = folder, free_port(), moderated
        self._process: subprocess.Popen[bytes] | None = None
        self._cookies: dict[int, str] = {}
        folder.mkdir(parents=True)
        chosen = {"latest": str(latest).lower(), "moderated": str(moderated).lower(), "password": PASSWORD}
        (folder / "isso.cfg").write_text(_SETTINGS.format(folder=folder, port=self._port, **chosen))

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        """It answers, with what it has kept."""
        program = "from isso import main; main()"
        with (self._folder / "isso.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program, "-c", str(self._folder / "isso.cfg")],
                env=os.environ | {"PYTHONPATH": str(installed())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def down(self) -> None:
        """Nobody answers."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS_MAX)
            finally:
                self._process.kill()
                self._process.wait()
        self._process = None

    def log(self) -> str:
        """What it has said."""
        return (self._folder / "isso.log").read_text(errors="replace")[-3000:]

    def comment(self, uri: str, text: str, **fields: Any) -> int:
        """What a visitor writes below a page: `author`, `email`, `website`, `parent`; gives its number."""
        status, found = self._ask("POST", f"/new?{urlencode({'uri': uri})}", {"text": text, "title": uri} | fields)
        assert status in (http.client.CREATED, http.client.ACCEPTED), found
        return int(found["id"])

    def insert(self, uri: str, *texts: str) -> None:
        """Comments of now in its database: of a site that only seems to be down, or many at once."""
        with closing(sqlite3.connect(self._folder / "comments.db")) as database, database:
            said = "INSERT INTO comments (tid, created, mode, remote_addr, text, likes, dislikes, voters)"
            which = "SELECT id, ?, 1, '127.0.0.0', ?, 0, 0, zeroblob(256) FROM threads WHERE uri = ?"
            database.executemany(f"{said} {which}", ((time.time(), text, uri) for text in texts))

    def edit(self, number: int, text: str) -> None:
        """The visitor who wrote it changes the text."""
        self._as_visitor("PUT", number, {"text": text})

    def delete(self, number: int) -> None:
        """The visitor who wrote it takes it back."""
        self._as_visitor("DELETE", number)

    def activate(self, number: int) -> None:
        """The moderator lets a waiting comment through."""
        self._moderate(number, "activate")

    def remove(self, number: int) -> None:
        """The moderator deletes it."""
        self._moderate(number, "delete")

    def rewrite(self, number: int, text: str) -> None:
        """The moderator changes the text; Isso keeps no time of it."""
        self._moderate(number, "edit", {"text": text})

    def _as_visitor(self, method: str, number: int, body: Any = None) -> None:
        status, found = self._ask(method, f"/id/{number}", body, cookie=f"{number}={self._cookies[number]}")
        assert status == http.client.OK, found

    def _moderate(self, number: int, action: str, body: Any = None) -> None:
        _, headers, _ = self._send(
            "POST", "/login/", urlencode({"password": PASSWORD}), "application/x-www-form-urlencoded"
        )
        session = SimpleCookie(headers["set-cookie"])["admin-session"].OutputString().partition(";")[0]
        for mode in (2, 1):
            _, _, page = self._send("GET", f"/admin/?mode={mode}", cookie=session)
            key = re.search(rf"_com\({number}, '([^']+)'", page.decode())
            if key:
                status, found = self._ask("POST", f"/id/{number}/{action}/{key[1]}", body or {})
                assert status == http.client.OK, found
                return
        raise AssertionError(f"the moderator does not find {number}")

    def _ask(self, method: str, path: str, body: Any = None, cookie: str = "") -> tuple[int, Any]:
        said = None if body is None else json.dumps(body)
        status, headers, content = self._send(method, path, said, "application/json", cookie)
        for name, morsel in SimpleCookie(headers.get("set-cookie", "")).items():
            if name.isdigit():
                self._cookies[int(name)] = morsel.value
        kind = headers.get("content-type", "")
        return status, json.loads(content) if kind.startswith("application/json") else content.decode()

    def _send(
        self, method: str, path: str, body: str | None = None, kind: str = "application/json", cookie: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body, {"content-type": kind, "cookie": cookie})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            return self._send("GET", "/config")[0] == http.client.OK
        except OSError:
            return False
