"""A small mail server for tests: it keeps what it is handed, may want TLS and a password, and may refuse."""

import base64
import shutil
import socketserver
import ssl
import subprocess
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key in the same file."""
    made = folder / "mail.pem"
    subprocess.run(
        [
            *(shutil.which("openssl") or "openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=mail"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(folder / "mail.key"), "-out", str(made)),
        ],
        check=True,
        capture_output=True,
    )
    made.write_text((folder / "mail.key").read_text() + made.read_text())
    return made


@dataclass
class SmtpServer(AbstractContextManager["SmtpServer"]):
    """`answers` replace what is said to a command, by its first word; `mails` are what came, whole."""

    certificate: Path | None = None
    encrypted: bool = False
    login: tuple[str, str] | None = None
    offers: str = "PLAIN"
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"mail": self})
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def context(self) -> ssl.SSLContext:
        """What it encrypts with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(self.certificate))
        return context


class _Handler(socketserver.StreamRequestHandler):
    mail: SmtpServer
    timeout = 10

    def handle(self) -> None:
        try:
            self._encrypted = False
            if self.mail.encrypted:
                self._encrypt()
            self._say("220 here")
            while (line := self.rfile.readline(10_000)) and self._answer(line.decode("utf-8", "replace").strip()):
                pass
        except OSError:
            """Who does not trust the certificate hangs up."""
        finally:
            self.request.close()  # the encrypted one is known to nobody else

    def _answer(self, line: str) -> bool:
        word, _, rest = line.partition(" ")
        word = word.upper()
        self.mail.heard.append(word)
        if word in self.mail.answers:
            self._say(self.mail.answers[word])
        elif word == "EHLO":
            offered = [f"AUTH {self.mail.offers}"] if self.mail.login else []
            starttls = ["STARTTLS"] if self.mail.certificate and not self._encrypted else []
            lines = ["mail", *offered, *starttls]
            for number, said in enumerate(lines, 1):
                self._say(f"250{' ' if number == len(lines) else '-'}{said}")
        elif word == "STARTTLS" and self.mail.certificate:
            self._say("220 go on")
            self._encrypt()
        elif word == "AUTH":
            self._authenticate(rest)
        elif word == "DATA":
            self._say("354 say it")
            self.mail.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self._say("250 taken")
        else:
            self._say("221 bye" if word == "QUIT" else "250 fine")
        return word != "QUIT"

    def _authenticate(self, rest: str) -> None:
        if rest.startswith("PLAIN "):
            _, name, password = base64.b64decode(rest[6:]).decode().split("\0")
        else:
            name = base64.b64decode(rest[6:]).decode()
            self._say("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self.rfile.readline(1_000)).decode()
        right = (name, password) == self.mail.login and self._encrypted
        self.mail.signed_in.append(right)
        self._say("235 welcome" if right else "535 go away")

    def _encrypt(self) -> None:
        self.request = self.mail.context().wrap_socket(self.request, server_side=True)
        self._encrypted = True
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()
