"""A real mail server (Dovecot) with its own settings, certificate and mail, for one run of the tests."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Self

from deploy.local.ready import free_port

PACKAGES = ("dovecot-imapd",)
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 20.0
USER = "watch@example.org"
PASSWORD = "ebb tide, söuth pier"
MAILBOX = "Notifications"
_PROGRAMS = ("dovecot", "openssl")

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/mail/%u
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
"""


def missing() -> str | None:
    """What to install, in one sentence, where this machine cannot run the server."""
    if all(map(_program, _PROGRAMS)):
        return None
    return f"a real mail server is needed: apt-get install --no-install-recommends {' '.join(PACKAGES)}"


class ImapServer(AbstractContextManager["ImapServer"]):
    """The server at 127.0.0.1, `port` with TLS, `starttls_port` without at first; it has one user with one mailbox.

    It lies beside the folders of the tests, which a server that is started by root may not enter once it gives that up.
    """

    def __init__(self) -> None:
        self.port, self.starttls_port = free_port(), free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="lifeguard-imap-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ca_file(self) -> Path:
        """The certificate, which nobody but who is told trusts."""
        return self._folder / "certificate.pem"

    def __enter__(self) -> Self:
        try:
            self._make_files()
            self.up()
            with self.session() as session:
                session.create(MAILBOX)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        shutil.rmtree(self._folder, ignore_errors=True)

    def up(self) -> None:
        """It answers, with the mail that it has kept."""
        self._process = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", str(self._folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def down(self) -> None:
        """Nobody answers."""
        if self._process is None:
            return
        self._process.terminate()  # the master ends its processes
        try:
            self._process.wait(STOP_SECONDS_MAX)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4_SSL]:
        """The user at the mailbox, who may do everything."""
        trust = ssl.create_default_context(cafile=self.ca_file)
        session = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=trust, timeout=30)
        session.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        try:
            yield session
        finally:
            session.logout()

    def deliver(self, *mails: bytes) -> None:
        """Mails arrive, one after the other."""
        with self.session() as session:
            for mail in mails:
                said, found = session.append(MAILBOX, "", "", mail)
                assert said == "OK", found

    def drop(self, *mails: bytes) -> None:
        """Many mails arrive at once, as files, as a mail system of the same machine delivers them."""
        folder = self._folder / "mail" / USER / f".{MAILBOX}"
        owner = folder.stat()
        for number, mail in enumerate(mails, 1):
            path = folder / "tmp" / f"{number:06d}.drop.localhost"
            path.write_bytes(mail)
            os.chown(path, owner.st_uid, owner.st_gid)
            path.rename(folder / "new" / path.name)

    def flags(self) -> list[bytes]:
        """What is marked on each mail."""
        with self.session() as session:
            session.select(MAILBOX, readonly=True)
            return [one for one in session.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]

    def number_anew(self) -> None:
        """The mailbox is deleted and made again, as after a restore: another UIDVALIDITY."""
        with self.session() as session:
            session.delete(MAILBOX)
            session.create(MAILBOX)

    def log(self) -> str:
        """What the server has said."""
        log = self._folder / "dovecot.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else "no log"

    def _make_files(self) -> None:
        root = os.geteuid() == 0
        owner = pwd.getpwuid(os.geteuid())
        mail = pwd.getpwnam("nobody") if root else owner
        for name in ("run", "state", "mail"):
            (self._folder / name).mkdir()
        if root:
            self._folder.chmod(0o755)
            os.chown(self._folder / "mail", mail.pw_uid, mail.pw_gid)
        chosen = {
            "folder": self._folder,
            "port": self.port,
            "starttls_port": self.starttls_port,
            "owner": owner.pw_name,
            "group": grp.getgrgid(owner.pw_gid).gr_name,
            "login": mail.pw_name,
            "mail_uid": mail.pw_uid,
            "mail_gid": mail.pw_gid,
            "chroot": "" if root else "chroot =",
        }
        (self._folder / "dovecot.conf").write_text(_SETTINGS.format(**chosen))
        (self._folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
        command = [
            _program("openssl"),
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ]
        command += ["-keyout", "key.pem", "-out", "certificate.pem", "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([*command, "-addext", names], cwd=self._folder, check=True, capture_output=True)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
            return True
        return False


def _program(name: str) -> str:
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin") or ""  # dovecot is in sbin
