"""The compose file against the settings and processes that it is for; nothing here needs a container engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.broker import Broker
from deploy.local.jars import read_lock
from deploy.local.programs import POLLER, SETUP, VERIFY, WITNESS, WORKERS
from records.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("lifeguard:")}
SERVERS = {name: service for name, service in SERVICES.items() if name not in OURS}
KEYS = "keys"
THIS_MACHINES_OWN = {"listeners", "advertised.listeners", "log.dirs", "controller.quorum.voters"}
THIS_MACHINES_OWN |= {"broker.session.timeout.ms", "broker.heartbeat.interval.ms"}


def variables(service: dict[str, Any]) -> dict[str, str]:
    """What its environment sets for our processes."""
    return {name: value for name, value in service.get("environment", {}).items() if name.startswith("LIFEGUARD_")}


def plain(value: str) -> str:
    """A value as it would be with something in `.env`."""
    return re.sub(r"\$\{(\w+):\?[^}]+\}", lambda found: "https://x.y" if "URL" in found[1] else "something", value)


def test_every_process_has_a_service_and_every_service_a_process() -> None:
    """By the same names, and with the same words, as on a machine without containers."""
    wanted = dict(SETUP) | {name: words for name, words, _ in (*WORKERS, WITNESS, POLLER, VERIFY)}
    found = {name: service["command"][2:] for name, service in OURS.items()}
    assert found.pop(KEYS) == ["search", "keys", "/keys", "--kibana"]
    assert found == wanted
    assert all(service["command"][:2] == ["python", "-m"] for service in OURS.values())


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_and_usable(name: str) -> None:
    """A misspelled one would be silently ignored."""
    given = {key.removeprefix("LIFEGUARD_").lower(): plain(value) for key, value in variables(OURS[name]).items()}
    assert set(given) <= set(Settings.model_fields)
    Settings(**given)


@pytest.mark.parametrize("name", OURS)
def test_each_of_ours_has_the_least_that_it_needs(name: str) -> None:
    """No root, nothing to write to, no capability, no way to gain one, and limits."""
    service = OURS[name]
    assert service["user"] == ("1001:1001" if name == "witness" else "1000:1000")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all("noexec" in mount for mount in service["tmpfs"] if "mode=1777" in mount)
    assert {"mem_limit", "pids_limit", "logging", "restart", "networks"} <= set(service)
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", SERVERS)
def test_servers_have_no_capability_and_limits(name: str) -> None:
    """The official images run without root by themselves."""
    service = SERVERS[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "healthcheck", "logging"} <= set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_logs_cannot_fill_the_disk(name: str) -> None:
    """Docker's default driver keeps everything for ever."""
    assert SERVICES[name]["logging"] == {"driver": "json-file", "options": {"max-size": "20m", "max-file": "5"}}


def test_images_have_the_versions_that_everything_is_tested_with() -> None:
    """Those of the jars of the local servers; no `latest`, and plain names of official images."""
    lock = dict(jar.coordinate.rsplit(":", 1) for jar in read_lock())
    kafka, elasticsearch = lock["org.apache.kafka:kafka_2.13"], lock["org.elasticsearch:elasticsearch"]
    assert {name: service["image"] for name, service in SERVERS.items()} == {
        "kafka": f"apache/kafka:{kafka}",
        "elasticsearch": f"elasticsearch:{elasticsearch}",
        "kibana": f"kibana:{elasticsearch}",
    }


@pytest.mark.parametrize(("name", "words", "setting"), [*WORKERS, WITNESS, POLLER, VERIFY])
def test_health_is_asked_where_it_is_shown(name: str, words: list[str], setting: str) -> None:
    """The port of the check is the port of the process."""
    port = variables(OURS[name]).get(f"LIFEGUARD_{setting.upper()}", str(Settings.model_fields[setting].default))
    assert OURS[name]["healthcheck"]["test"] == ["CMD", "python", "-m", "deploy.healthy", port]


def test_ports_are_published_on_this_machine_only() -> None:
    """What the world may reach stands behind a proxy with TLS; the servers are reached by nobody."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    ports = {name: Settings.model_fields[f"{name}_port"].default for name in ("webhook", "console")}
    assert published == {name: [f"127.0.0.1:{port}:{port}"] for name, port in ports.items()} | {
        "kibana": ["127.0.0.1:5601:5601"],
        "witness": ["127.0.0.1:8475:8475"],
    }
    for name in ("record", "view", "ledger"):
        assert COMPOSE["networks"][name] == {"internal": True}
    assert SERVICES["kafka"]["networks"] == ["record"]
    assert SERVICES["elasticsearch"]["networks"] == ["view"]
    assert [name for name, service in OURS.items() if "record" in service["networks"]] == [
        "topics", "webhook", "poll", "judge", "fold", "enforce", "keep", "retain", "console", "verify",
    ]  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_in_an_environment(name: str) -> None:
    """A variable may name a file with a secret, and nothing else; every secret is a file from outside."""
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN|API_KEY", variable):
            assert variable.endswith("_FILE"), variable
            assert str(value).startswith(("/run/secrets/", "/keys/"))
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    for secret in SERVICES[name].get("secrets", []):
        assert secret in COMPOSE["secrets"]


def test_what_is_missing_is_said() -> None:
    """No value of `.env` has a default, each has a sentence, and the example has all of them, empty."""
    asked = set(re.findall(r"\$\{(\w+)", TEXT))
    assert asked == set(re.findall(r"\$\{(\w+):\?[^}]{10,}\}", TEXT))
    example = (DEPLOY / "env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_processes_wait_for_what_they_need() -> None:
    """Setup runs to its end first; a server is waited for until it is healthy."""
    for name, service in OURS.items():
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_healthy" if other in SERVERS else "service_completed_successfully"
            assert how == {"condition": wanted}, f"{name} waits for {other}"
    assert set(OURS["judge"]["depends_on"]) == set(OURS["fold"]["depends_on"]) == {name for name, _ in SETUP}


def test_volumes_are_named_and_keys_are_given_to_whom_they_are_for() -> None:
    """Each key on a volume of its own, writable for who makes it and readable for who uses it."""
    mounted = {(name, volume) for name, service in SERVICES.items() for volume in service.get("volumes", [])}
    from_outside = {(name, volume) for name, volume in mounted if volume.startswith("$")}
    assert {(name, volume.rpartition("}")[2]) for name, volume in from_outside} == {
        (name, ":/etc/lifeguard:ro") for name in ("poll", "enforce", "keep", "verify", "witness")
    }
    assert {volume.partition(":")[0] for _, volume in mounted - from_outside} == set(COMPOSE["volumes"])
    readers = {(name, volume) for name, volume in mounted if volume.startswith("keys-") and name != KEYS}
    assert readers == {
        ("indices", "keys-setup:/keys/setup:ro"),
        ("judge", "keys-work:/keys/work:ro"),
        ("fold", "keys-work:/keys/work:ro"),
        ("verify", "keys-work:/keys/work:ro"),
        ("retain", "keys-retain:/keys/retain:ro"),
        ("console", "keys-console:/keys/console:ro"),
        ("kibana", "keys-kibana:/keys/kibana:ro"),
    }


def test_the_ledger_is_mounted_by_its_keeper_alone_and_the_witness_has_what_is_its_own() -> None:
    """Everybody else reads over HTTP; a witness reaches neither Kafka nor the ledger, and has no secret of ours."""
    for volume, owner in (("ledger", "keep"), ("witness", "witness")):
        assert [
            name for name, service in SERVICES.items()
            if any(mount.startswith(f"{volume}:") for mount in service.get("volumes", []))
        ] == [owner]  # fmt: skip
    witness = OURS["witness"]
    assert witness["networks"] == ["edge"]
    assert not {"secrets", "depends_on"} & set(witness)
    assert not {"LIFEGUARD_KAFKA_BOOTSTRAP", "LIFEGUARD_ELASTICSEARCH_URL"} & set(witness["environment"])
    assert "profiles" in witness
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert f"install -d -o 1001 -g 1001 -m 0700 {witness['environment']['LIFEGUARD_DATA_DIR']}" in image


def test_the_broker_is_configured_as_everywhere() -> None:
    """What `deploy/local/broker.py` sets with a reason is set here, too."""
    local = Broker(Path("/x"), 9092, 9093, ()).settings()
    here = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in SERVICES["kafka"]["environment"].items()
    }
    wanted = {name: value for name, value in local.items() if name not in THIS_MACHINES_OWN}
    assert {name: here.get(name) for name in wanted} == wanted
