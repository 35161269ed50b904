"""A real WordPress with a database of its own, for one run of the tests: what visitors and its moderator do on it."""

import base64
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from deploy.local.ready import free_port

PACKAGES = ("wordpress", "mariadb-server", "php-cli", "php-mysql")
CODE = Path("/usr/share/wordpress")
START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 30.0
MODERATOR = "moderator"
_PROGRAMS = ("mariadbd", "mariadb-install-db", "php")

_CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', '127.0.0.1:{database_port}'); define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://127.0.0.1:{port}'); define('WP_SITEURL', WP_HOME);
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without https
define('WP_DEFAULT_THEME', 'plain'); define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true); define('WP_DEBUG', false);
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
"""
_THEME = """<?php while (have_posts()) { the_post(); the_title('<h1>', '</h1>'); the_content(); comments_template(); }
"""
# The tests write faster than a visitor may, and there is no mail server.
_PLUGIN = """<?php
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('pre_wp_mail', '__return_true');
"""
_INSTALL = """<?php
error_reporting(E_ERROR);
(new mysqli('127.0.0.1', 'root', '', '', $argv[1]))->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1'; $_SERVER['REQUEST_URI'] = '/';
require 'wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Hallerford Running Club', $argv[2], 'moderator@example.org', true, '', bin2hex(random_bytes(16)));
update_option('comment_previously_approved', 0);
update_option('permalink_structure', $argv[3]); flush_rewrite_rules();
foreach (get_comments() as $one) { wp_delete_comment($one, true); }
$made = WP_Application_Passwords::create_new_application_password(1, ['name' => 'tests']);
echo json_encode(['password' => $made[0]]);
"""
_ROUTER = """<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file(__DIR__ . $path)) { return false; }
require __DIR__ . '/index.php';
"""


def missing() -> str | None:
    """What to install, in one sentence, where this machine cannot run a WordPress."""
    there = CODE.is_dir() and all(_program(program) for program in _PROGRAMS)
    if there and "mysqli" in subprocess.check_output([_program("php"), "-m"], text=True):
        return None
    return f"a real WordPress is needed: apt-get install --no-install-recommends {' '.join(PACKAGES)}"


class WordPressSite(AbstractContextManager["WordPressSite"]):
    """The site at `url`; its comments are named by their numbers, and nothing of it is left after the block."""

    def __init__(self, folder: Path, permalinks: str = "/%year%/%monthnum%/%postname%/") -> None:
        self._folder = folder
        self._permalinks = permalinks
        self._port, self._database_port = free_port(), free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.password = ""

    @property
    def url(self) -> str:
        """Where visitors find it."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        try:
            self._make_files()
            self._start_database()
            self.password = self._install()
            self.up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        self._stop("database")

    def up(self) -> None:
        """The web server answers again, at the same address."""
        command = [_program("php"), "-S", f"127.0.0.1:{self._port}", "router.php"]
        self._start("web", command, PHP_CLI_SERVER_WORKERS="2")
        self._wait_until_it_answers("web", self._port)

    def down(self) -> None:
        """The web server is gone; nobody answers."""
        self._stop("web")

    def comment(self, text: str, author: str, **fields: str | int) -> int:
        """What a visitor writes under the first article, through the form of the site; gives its number."""
        form = {"comment": text, "author": author, "email": f"{author.split(maxsplit=1)[0].lower()}@example.org"}
        body = urlencode({"comment_post_ID": 1, "comment_parent": 0} | form | fields)
        kind = {"content-type": "application/x-www-form-urlencoded"}
        status, headers, content = self._ask("POST", "/wp-comments-post.php", body, kind)
        found = re.search(r"#comment-(\d+)$", headers.get("location", ""))
        assert status == http.HTTPStatus.FOUND, content[-500:]
        assert found, headers
        return int(found[1])

    def edit(self, number: int, text: str) -> None:
        """The moderator changes the text."""
        self._moderate("POST", number, {"content": text})

    def approve(self, number: int) -> None:
        """The moderator puts it on the site, again or for the first time."""
        self._moderate("POST", number, {"status": "approved"})

    def hold(self, number: int) -> None:
        """The moderator takes it from the site to look at it."""
        self._moderate("POST", number, {"status": "hold"})

    def spam(self, number: int) -> None:
        """The moderator calls it spam."""
        self._moderate("POST", number, {"status": "spam"})

    def trash(self, number: int) -> None:
        """The moderator puts it into the trash."""
        self._moderate("DELETE", number, {"force": False})

    def delete(self, number: int) -> None:
        """The moderator deletes it for good."""
        self._moderate("DELETE", number, {"force": True})

    def run(self, code: str) -> str:
        """PHP inside this WordPress, for what no visitor and no moderator can do; gives what it prints."""
        return self._php("-r", f"error_reporting(E_ERROR); require 'wp-load.php'; {code}")

    def _moderate(self, method: str, number: int, change: dict[str, Any]) -> None:
        key = base64.b64encode(f"{MODERATOR}:{self.password}".encode()).decode()
        headers = {"content-type": "application/json", "authorization": f"Basic {key}"}
        path = f"/?rest_route=/wp/v2/comments/{number}"
        status, _, content = self._ask(method, path, json.dumps(change), headers)
        assert status == http.HTTPStatus.OK, content[-500:]

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _make_files(self) -> None:
        root, content = self._folder / "site", self._folder / "site" / "wp-content"
        for folder in (content / "themes" / "plain", content / "mu-plugins", content / "uploads"):
            folder.mkdir(parents=True)
        for file in CODE.glob("*.php"):  # copies: PHP finds neighbours by the real path of a file
            shutil.copyfile(file, root / file.name)
        for name in ("wp-admin", "wp-includes"):
            (root / name).symlink_to(CODE / name)
        config = _CONFIG.format(port=self._port, database_port=self._database_port)
        (root / "wp-config.php").write_text(config)
        (root / "router.php").write_text(_ROUTER)
        (root / "install.php").write_text(_INSTALL)
        (content / "themes" / "plain" / "index.php").write_text(_THEME)
        (content / "themes" / "plain" / "style.css").write_text("/* Theme Name: plain */")
        (content / "mu-plugins" / "tests.php").write_text(_PLUGIN)

    def _start_database(self) -> None:
        data, owner = self._folder / "database", f"--user={_owner()}"
        made = [_program("mariadb-install-db"), "--no-defaults", owner, "--auth-root-authentication-method=normal"]
        subprocess.run([*made, f"--datadir={data}"], check=True, capture_output=True)
        command = [_program("mariadbd"), "--no-defaults", owner, f"--datadir={data}", "--socket=own.sock"]
        command += [
            "--pid-file=own.pid",
            "--bind-address=127.0.0.1",
            f"--port={self._database_port}",
            "--skip-name-resolve",
        ]
        self._start("database", [*command, "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"])
        self._wait_until_it_answers("database", self._database_port)

    def _install(self) -> str:
        printed = self._php("install.php", str(self._database_port), MODERATOR, self._permalinks)
        return str(json.loads(printed)["password"])

    def _php(self, *arguments: str) -> str:
        command = [_program("php"), *arguments]
        done = subprocess.run(command, cwd=self._folder / "site", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    def _start(self, name: str, command: list[str], **more: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command,
                cwd=self._folder / "site",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | more,
                start_new_session=True,  # PHP's server has workers: they end with its group
            )

    def _stop(self, name: str) -> None:
        process = self._processes.pop(name, None)
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS_MAX)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _wait_until_it_answers(self, name: str, port: int) -> None:
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            log = (self._folder / f"{name}.log").read_text(errors="replace")[-2000:]
            assert self._processes[name].poll() is None, log
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
                return
            time.sleep(0.05)
        raise AssertionError(f"the {name} did not answer within {START_SECONDS_MAX} s")


def _owner() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def _program(name: str) -> str:
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin") or ""  # mariadbd is in sbin
