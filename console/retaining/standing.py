"""What the retaining process tells about itself: one health document, metrics, and one log line a round."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, generate_latest

from console.words import counted

DONE = Counter("lifeguard_retain_acts", "What was published, by what it is.", ["what"])
ROUNDS = Counter("lifeguard_retain_rounds", "Whole rounds.")
ROUND_SECONDS = Gauge("lifeguard_retain_round_seconds", "How long the last whole round took.")
BLOCKED = Gauge("lifeguard_retain_blocked", "Erasures that wait for a person, and holds that cannot be read.")
WAITING = Gauge("lifeguard_retain_waiting", "1 while a server is waited for.")
EXPUNGED = Gauge("lifeguard_retain_expunged_timestamp_seconds", "When the indices were last rid of what was erased.")

log = structlog.get_logger()


@dataclass
class Round:
    """What one round published, and what it could not do."""

    placed: int = 0
    lifted: int = 0
    erased: int = 0
    reported: int = 0
    expired: int = 0
    contested: int = 0
    unexplained: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def acts(self) -> dict[str, int]:
        """What was published, by what it is."""
        return {name: getattr(self, name) for name in ("placed", "lifted", "erased", "reported", "expired")}

    def blocked(self) -> list[str]:
        """What a person has to look at, a sentence each."""
        found = [
            f"the hold {name} cannot be read, so nothing is erased: {reason}"
            for name, reason in self.unreadable.items()
        ]
        if self.contested:
            were, them, are = ("it was", "it", "it is") if self.contested == 1 else ("they were", "them", "they are")
            found.append(
                f"{counted(self.contested, 'erasure waits', 'erasures wait')}: a legal hold was placed while {were} "
                f"confirmed, and may cover {them}; {are} carried out once the hold is released"
            )
        if self.unexplained:
            found.append(
                f"{counted(self.unexplained, 'erased post does', 'erased posts do')} not say who decided it: "
                "`lifeguard rebuild` folds everything again"
            )
        return found


class Standing:
    """How the process stands; read by the thread of its pages."""

    def __init__(self) -> None:
        self._last: Round | None = None
        self._last_at: str | None = None
        self._waits: dict[str, str] = {}

    def waits(self, who: str, reason: str | None) -> None:
        """A part of the process waits for a server, or no longer; one log line each."""
        if reason and who not in self._waits:
            log.warning("waiting for a server", part=who, reason=reason)
        elif not reason and who in self._waits:
            log.info("going on", part=who)
        self._waits = {name: said for name, said in self._waits.items() if name != who}
        if reason:
            self._waits = {**self._waits, who: reason}
        WAITING.set(bool(self._waits))

    def round_ended(self, done: Round, now: datetime) -> None:
        """A line for a round that did something or could not; one with nothing to do is told to who debugs."""
        self._last, self._last_at = done, now.isoformat(timespec="seconds")
        ROUNDS.inc()
        ROUND_SECONDS.set(done.seconds)
        BLOCKED.set(done.contested + done.unexplained + len(done.unreadable))
        for what, count in done.acts.items():
            DONE.labels(what).inc(count)
        tell = log.info if any(done.acts.values()) or done.blocked() else log.debug
        tell("round", **{name: value for name, value in asdict(done).items() if name != "unreadable"},
             unreadable=sorted(done.unreadable))  # fmt: skip

    def expunged(self, now: datetime, seconds: float) -> None:
        """The indices are rid of what was erased."""
        EXPUNGED.set(now.timestamp())
        log.info("expunged", seconds=round(seconds, 1))

    def health(self) -> dict[str, Any]:
        """The health document: `ok` is false while a server is waited for, or a person has to look at something."""
        waiting_for = next(iter(self._waits.values()), None)
        blocked = self._last.blocked() if self._last else []
        return {
            "ok": waiting_for is None and not blocked,
            "detail": "; ".join([*blocked, *([f"waits: {waiting_for}"] if waiting_for else [])]) or None,
            "waiting_for": waiting_for,
            "last_round_at": self._last_at,
            "last_round": self._last and self._last.acts,
        }

    def health_page(self) -> tuple[int, str, bytes]:
        """The document as a page."""
        document = self.health()
        return 200 if document["ok"] else 503, "application/json", json.dumps(document).encode()

    def metrics_page(self) -> tuple[int, str, bytes]:
        """For Prometheus."""
        return 200, CONTENT_TYPE_LATEST, generate_latest()
