"""A console that tells of what enters its queues, with a receiver of webhooks and a mail server, for tests."""

import json
from pathlib import Path
from typing import Any

from console.web.alert_memory import AlertMemory
from console.web.alerting import Alerting
from ingest.receiver.signatures import claims, key_of, verify
from records.settings import Settings
from tests.console.web.desks import Scene
from tests.console.web.queues import Index, keeping
from tests.ingest.notifying.alerts import SECRET, alerting
from tests.ingest.notifying.smtp_server import SmtpServer
from tests.ingest.web_site import Reply, WebSite

START = 1_790_000_000.0


class Told:
    """A console with a receiver of webhooks and a mail server; `pass_` lets time go on."""

    def __init__(self, folder: Path, receiver: WebSite, mails: SmtpServer) -> None:
        self.receiver, self.seconds = receiver, START
        self.settings: Settings = alerting(
            folder,
            alert_hosts=f"127.0.0.1:{receiver.port}",
            smtp_host="127.0.0.1",
            smtp_port=mails.port,
            smtp_security="loopback",
            smtp_from="lifeguard@example.com",
            console_url="https://lifeguard.example.com",
        )
        self.scene = Scene(self.settings)
        self.index: Index = keeping(self.scene)
        self.url = f"{receiver.address}/hook"
        self.bodies: list[dict[str, Any]] = []
        receiver.pages["/hook"] = self.hear
        self.start()

    def start(self) -> None:
        """Begins, or begins anew with what is on disk."""
        self.scene.desk.undelivered.clear()
        self.alerting = Alerting(self.scene.desk, AlertMemory(self.settings), lambda: self.seconds)

    def hear(self, headers: dict[str, str]) -> Reply:
        """Takes a webhook that is signed as it should be."""
        verify(claims(headers), self.receiver.posted, [key_of(SECRET)], self.seconds, 0)
        self.bodies.append(json.loads(self.receiver.posted) | {"id": headers["webhook-id"]})
        return Reply(status=204)

    async def after(self, seconds: float = 10.0) -> list[int]:
        """Some time later everything was looked at: how many posts each of the webhooks so far has told of."""
        self.seconds += seconds
        await self.alerting.round()
        return [body["data"]["entered"] for body in self.bodies]

    def enter(self, *post_ids: str, ago: float = 5.0) -> None:
        """Posts that began to wait a while before now."""
        at = int((self.seconds - ago) * 1000)
        self.index.inside |= dict.fromkeys(post_ids, (at, at))
