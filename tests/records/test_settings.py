"""Every setting says what it is for and can be set; one that is not usable is refused with a sentence."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from records.errors import Misconfigured
from records.settings import Settings, settings

FIELDS = sorted(Settings.model_fields)
SPECIAL = {
    "namespace": "team-a.",
    "expiry_notice_days": "30",
    "judge_batch_max": "17",
    "model_labels": "toxic=toxicity",
    "model_outputs": "sigmoid",
    "ledger_name": "example.com/ledger",
    "witness_name": "example.org",
    "console_url": "https://lifeguard.example.org",
    "oidc_issuer": "https://login.example.org",
    "oidc_scopes": "openid profile",
    "alert_hosts": "hooks.example.org, 127.0.0.1:8080",
    "smtp_host": "mail.example.org",
    "smtp_from": "lifeguard@example.org",
}


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def _another_value(name: str) -> str:
    field = Settings.model_fields[name]
    if name in SPECIAL:
        return SPECIAL[name]
    if isinstance(field.default, bool):
        return str(not field.default).lower()
    if isinstance(field.default, int | float):
        return str(field.default + 1)
    words = [word for word in get_args(field.annotation) if isinstance(word, str) and word != field.default]
    return words[0] if words else "some/where"


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_says_in_a_sentence_what_it_is_for(name: str) -> None:
    """The documentation is made of these."""
    description = Settings.model_fields[name].description or ""
    assert len(description) > 10
    assert description.endswith(".")


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_can_be_set_by_its_environment_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prefix is LIFEGUARD_."""
    value = _another_value(name)
    monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", value)
    found: Any = getattr(settings(), name)
    assert found != Settings.model_fields[name].default
    assert (found == Path(value)) if isinstance(found, Path) else (str(found).lower() == value.lower())


def test_every_default_is_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    """`make run` sets nothing by hand."""
    for name in FIELDS:
        monkeypatch.delenv(f"LIFEGUARD_{name.upper()}", raising=False)
    assert settings() == Settings()
    assert settings() is settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("partitions", "many"), ("partitions", "0"), ("namespace", "No Dot"), ("scorer", "magic"), ("log_level", "loud")],
)
def test_a_setting_that_is_not_usable_is_refused_by_name(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence, without a stack of causes."""
    monkeypatch.setenv(f"LIFEGUARD_{name.upper()}", value)
    with pytest.raises(Misconfigured, match=f"LIFEGUARD_\\): .*{name}") as refused:
        settings()
    assert refused.value.__cause__ is None


def test_the_namespace_comes_before_every_name_on_the_cluster() -> None:
    """Several deployments can share one."""
    assert Settings(namespace="team-a.").named("posts") == "team-a.posts"
    assert Settings(namespace="").named("posts") == "posts"
