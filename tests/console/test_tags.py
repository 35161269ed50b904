"""`lifeguard tags`: what people see of the tags in force."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.commands import lifeguard
from moderation.policy import load_policy
from moderation.tags import NO_TAGS, Quality, Tags, helps_of
from moderation.tags.files import TagFile
from moderation.tags.fitted import FittedTag, Share
from moderation.tags.head import Head
from tests.console.dossiers import KNOWN, made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command where these tags are in force."""

    def command(in_force: Tags, *arguments: str) -> Result:
        monkeypatch.setattr(sys.modules["console.commands.tags"], "_load", lambda: in_force)
        return CliRunner().invoke(lifeguard(), ["tags", *arguments])

    return command


def tag(name: str, found: int = 9, wrong: int = 1) -> FittedTag:
    """A tag with ten examples, of which so many were found again."""
    file = TagFile(name=name, title="Asks for a lift", examples=tuple(map(str, range(10))), owner="drivers", severity=2)
    quality = Quality(Share(found, 10), Share(1, 4), Share(wrong, 190), ("can I\x1b come",), ("we took the bus",))
    return FittedTag(file, Head(None, 0.0), 0.62, quality)  # type: ignore[arg-type]


def test_every_tag_is_shown_with_its_quality_in_plain_words(run: Callable[..., Result]) -> None:
    """How many, how well, from which score on, and for whom."""
    shown = run(Tags((tag("lift"), tag("other")), "d" * 64)).output
    for said in ("lift", "other", "9 of 10 examples", "1 of 4 counter-examples", "1 of 190 ordinary posts", "0.62"):
        assert said in shown
    assert "chosen" in shown
    assert "serious" in shown
    assert "drivers" in shown
    assert "left out once" in shown
    assert "weak" not in shown


@pytest.mark.parametrize("weak", [tag("lift", found=5), tag("lift", wrong=10)])
def test_a_weak_tag_is_called_so_with_what_helps(weak: FittedTag, run: Callable[..., Result]) -> None:
    """Too few of its own, or too many of others."""
    shown = run(Tags((weak,), "d" * 64)).output
    assert "weak" in shown
    assert "needs more examples" in shown


def test_one_tag_shows_which_posts_it_got_wrong(run: Callable[..., Result]) -> None:
    """Safe for a terminal."""
    shown = run(Tags((tag("lift"), tag("lost_dog")), "d" * 64), "lift").output
    assert "can I␛ come" in shown
    assert "we took the bus" in shown
    assert "lost_dog" not in shown


def test_an_unknown_tag_is_told_which_there_are(run: Callable[..., Result]) -> None:
    """One sentence."""
    result = run(Tags((tag("lift"),), "d" * 64), "bus")
    assert result.exit_code == 1
    assert result.stderr == "lifeguard: there is no tag bus; there are lift\n"


def test_machines_are_told_the_same(run: Callable[..., Result]) -> None:
    """With the digest that verdicts name."""
    told = json.loads(run(Tags((tag("lift"),), "d" * 64), "--json").stdout)
    assert (told["digest"], told["unused"]) == ("d" * 64, None)
    (one,) = told["tags"]
    assert (one["name"], one["threshold"], one["threshold_given"], one["weak"]) == ("lift", 0.62, False, False)
    assert one["left_out"]["found"] == {"count": 9, "of": 10}


def test_where_there_are_none_it_says_why(run: Callable[..., Result]) -> None:
    """Nobody wonders."""
    assert "No tag is in use: the scorer is switched off." in run(Tags(unused="the scorer is switched off")).output
    assert "There are no tags" in run(NO_TAGS).output


def test_why_tells_how_to_help_the_author_of_a_post_with_a_tag(judged: Callable[..., dict[str, Any]]) -> None:
    """From the file of the tag, which the policy does not know."""
    known = replace(KNOWN, tag_helps=helps_of(None, load_policy()))
    finding = {"rule": "tag", "score": 0.9, "threshold": 0.8, "severity": 1, "clause": "4"}
    found = made(None, judged("r1", findings=[finding | {"label": "bereavement"}]), known=known)
    assert found.how_it_was_judged.help.keys() == {"bereavement"}
    assert not made(None, judged("r1", findings=[finding | {"label": "gone"}]), known=known).how_it_was_judged.help
