"""What a person reads after a verification."""

import pytest
from typer.testing import CliRunner

from console.commands import lifeguard
from console.verifying.telling import sentences
from records.errors import Misconfigured
from records.settings import settings
from tests.console.verifying.scene import NAME, POSTS, Scene


def _told(scene: Scene) -> dict[str, list[str]]:
    return dict(sentences(scene.verify()))


def test_what_is_proved_and_what_is_not(scene: Scene) -> None:
    """Sizes, who cosigned them and when, and the window in seconds."""
    told = _told(scene)
    assert "What differs" not in told
    assert (
        f"{POSTS.path}: 160 entries; 160 cosigned by one.test at 2026-01-01 03:00:00 UTC, "
        "160 cosigned by other.test at 2026-01-01 03:00:00 UTC"
    ) in told["What is proved"]
    assert told["What is not proved"][0].startswith(
        "what is newer than the last cosigned checkpoint: at the moment 0.0 s"
    )
    assert told["Outcome"][0].startswith("nothing differs; 180 entries in")


def test_the_window_is_that_of_the_best_witness_that_protects(scene: Scene) -> None:
    """And it is told of each; that nobody is known to protect is said."""
    scene.other.notes[POSTS.origin(NAME)] = scene.old_note(0)
    outcome = scene.verify()
    first, each, *_ = dict(sentences(outcome))["What is not proved"]
    assert first.endswith("this is one.test, and none is known to protect")
    assert each.startswith("the same of each witness: one.test 0.0 s, other.test ")
    outcome.witnesses = [
        {"name": "one.test", "protects": False, "why": "it runs on the machine of the keeper"},
        {"name": "other.test", "protects": True, "why": "protects"},
    ]
    first, *_ = dict(sentences(outcome))["What is not proved"]
    assert "at the moment 0.0 s" not in first
    assert first.endswith("this is other.test, the best of those that protect")


def test_differences_come_first(scene: Scene) -> None:
    """And the outcome counts them."""
    found = scene.frames()
    found[70] = scene.resealed(found[70], 70, b"nicer")
    scene.write(found)
    told = _told(scene)
    assert next(iter(told)) == "What differs"
    assert told["Outcome"][0].startswith("1 thing differs")
    assert "nicer" not in str(told)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--continuously", "--no-index"], "--continuously looks at everything, and takes no other option"),
        (["--ledger", "/nowhere"], "there is no ledger in"),
        ([], "set LIFEGUARD_LEDGER_TOKEN_FILE, or use --no-contents"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """In one sentence, and exit code 1."""
    monkeypatch.setenv("LIFEGUARD_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    done = CliRunner().invoke(lifeguard(), ["verify", *words])
    settings.cache_clear()
    assert done.exit_code == 1
    assert sentence in (done.stderr or str(done.exception or Misconfigured("")))
