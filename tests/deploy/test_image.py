"""The Dockerfile: what it copies is there, what runs is not root, and its command is a module of ours."""

import importlib.util
import json
import re
from pathlib import Path, PurePosixPath

import pytest

from deploy.local.programs import WORKERS
from records.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGES = {"records", "ingest", "moderation", "search", "stream", "console", "deploy"}


def instructions() -> list[tuple[str, str]]:
    """Word and rest of every instruction, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def final_stage() -> list[tuple[str, str]]:
    """What ships."""
    lines = instructions()
    return lines[max(number for number, (word, _) in enumerate(lines) if word == "FROM") :]


def of(word: str, lines: list[tuple[str, str]]) -> list[str]:
    """The rest of each instruction with this word."""
    return [rest for found, rest in lines if found == word]


def test_every_package_of_ours_is_copied_and_nothing_that_is_not_there() -> None:
    """And what is copied is not kept out of the build by `.dockerignore`."""
    sources = [source for rest in of("COPY", instructions()) if "--from" not in rest for source in rest.split()[:-1]]
    assert set(sources) >= PACKAGES | {"pyproject.toml", "deploy/constraints.txt"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{PurePosixPath(source).parts[0]}" in ignored, source


def test_secrets_are_not_part_of_a_build() -> None:
    """Nor of git."""
    assert {"deploy/secrets", "deploy/.env"} <= set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {"deploy/secrets/", "deploy/.env"} <= set((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    assert not [rest for word, rest in instructions() if word in ("ARG", "ENV") and "PASSWORD" in rest.upper()]


def test_base_images_are_pinned_by_tag_and_named_plainly() -> None:
    """No registry host, no `latest`, and the same Python in both stages."""
    images = [rest.split()[0] for rest in of("FROM", instructions())]
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", images[0])


def test_what_ships_runs_as_a_fixed_user_that_is_not_root() -> None:
    """The number that the compose file and the secrets' owner have."""
    assert of("USER", final_stage()) == ["1000:1000"]
    assert "--uid 1000" in of("RUN", final_stage())[0]


def test_what_ships_has_no_build_tools() -> None:
    """Nothing is installed in the last stage, and pip is taken out of it."""
    (run,) = of("RUN", final_stage())
    assert "pip uninstall" in run
    assert not re.search(r"apt-get|pip install|gcc|curl", run)
    assert [rest for rest in of("COPY", final_stage()) if "--from=build" not in rest] == []


def test_packages_are_those_that_are_tested() -> None:
    """Every installation of packages is under the constraints."""
    installs = [rest for rest in of("RUN", instructions()) if " install --no-cache" in rest]
    assert installs
    assert all("-c deploy/constraints.txt" in rest or "--no-deps" in rest for rest in installs)


def test_the_command_and_the_health_check_are_those_of_a_process() -> None:
    """By default the image is the receiver."""
    name, words, setting = WORKERS[0]
    assert name == "webhook"
    assert json.loads(of("CMD", final_stage())[0]) == ["python", "-m", *words]
    port = str(Settings.model_fields[setting].default)
    check = of("HEALTHCHECK", final_stage())[0]
    assert json.loads(check[check.index("[") :]) == ["python", "-m", "deploy.healthy", port]
    assert of("EXPOSE", final_stage()) == [port]
    assert importlib.util.find_spec("deploy.healthy")


@pytest.mark.parametrize("status", [200, 503, None])
def test_health_is_what_the_process_says(status: int | None) -> None:
    """200 is well; 503 and silence are not."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    from deploy.healthy import healthy

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Whatever the test wants."""
            self.send_response((status or 500) if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    if status is None:
        server.shutdown()
        server.server_close()
    assert healthy(server.server_port) is (status == 200)
    server.shutdown()
    thread.join()
    server.server_close()


def test_everything_that_the_image_sets_is_a_setting() -> None:
    """A misspelled one would be silently ignored."""
    given = re.findall(r"LIFEGUARD_(\w+)=", " ".join(of("ENV", final_stage())))
    assert given
    assert {name.lower() for name in given} <= set(Settings.model_fields)
