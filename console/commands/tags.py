"""`lifeguard tags`: the labels that staff define by examples, and how well each of them does."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console.options import AsJson
from console.terminal import safe_line, screen
from console.words import SEVERITIES, counted
from records.errors import Malformed
from records.settings import settings

if TYPE_CHECKING:
    from moderation.tags import FittedTag, Tags

EXPLAINED = (
    "Each of these posts was left out once, and judged by a tag made from the others: how many of its examples the tag "
    "found again, and how many counter-examples and ordinary posts it took for its own."
)


def tags(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="One tag: also which posts it missed, or took for its own.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """The labels that files define by examples, and how well each does; those of the console are shown there."""
    in_force = _load()
    if name is not None and in_force.fitted and name not in in_force.names:
        raise Malformed(f"there is no tag {name}; there are {', '.join(in_force.names)}")
    fitted = [tag for tag in in_force.fitted if name in (None, tag.file.name)]
    if as_json:
        lines = [_told(tag) for tag in fitted]
        typer.echo(json.dumps({"tags": lines, "digest": in_force.digest, "unused": in_force.unused}, indent=2))
    elif in_force.unused:
        screen().print(Text(safe_line(f"No tag is in use: {in_force.unused}.")))
    elif not fitted:
        screen().print(Text("There are no tags: CONTRIBUTING.md says how to add one."))
    else:
        _show(screen(), fitted, whole=name is not None)


def _load() -> "Tags":
    from moderation.policy import load_policy
    from moderation.scorer import scorer_of
    from moderation.tags import load_tags

    here = settings()
    return load_tags(here.tags_dir, load_policy(here.policy_file), scorer_of(here))


def _told(tag: "FittedTag") -> dict[str, Any]:
    return {
        **tag.file.model_dump(exclude={"examples", "counter_examples"}),
        "threshold": tag.threshold,
        "threshold_given": tag.file.threshold is not None,
        "weak": tag.quality.weak,
        "left_out": asdict(tag.quality),
    }


def _show(out: Console, fitted: "list[FittedTag]", *, whole: bool) -> None:
    out.print(_table(fitted))
    out.print(Text(EXPLAINED, style="dim"))
    if any(tag.quality.weak for tag in fitted):
        out.print(Text("A weak tag mostly needs more examples, or means several things: make a tag of each."))
    for title, texts in _posts(fitted[0]) if whole else ():
        out.print(Text(f"\n{title}", style="bold cyan"))
        for text in texts:
            out.print(Padding(Text(safe_line(text)), (0, 0, 0, 2)))


def _posts(tag: "FittedTag") -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Examples that it did not find again", tag.quality.missed or ("none",)
    yield "Posts that it took for its own", tag.quality.mistaken or ("none",)


def _table(fitted: "list[FittedTag]") -> Table:
    shown = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    shown.add_column("Tag", style="bold", no_wrap=True)
    shown.add_column("What it means", ratio=1, overflow="fold")
    shown.add_column("Found again", no_wrap=True)
    shown.add_column("Taken for its own by mistake", no_wrap=True)
    shown.add_column("From score")
    shown.add_column("A finding is", overflow="fold")
    for tag in fitted:
        file, quality = tag.file, tag.quality
        found = Text(f"{quality.found.count} of {counted(quality.found.of, 'example')}")
        if quality.weak:
            found.append("\nweak", style="bold yellow")
        wrong = [
            f"{quality.wrong_counter.count} of {counted(quality.wrong_counter.of, 'counter-example')}",
            f"{quality.wrong_background.count} of {counted(quality.wrong_background.of, 'ordinary post')}",
        ]
        limit = f"{tag.threshold:.2f}\n{'given' if file.threshold else 'chosen'}"
        duty = f"{SEVERITIES[file.severity]}, for {file.owner}"
        shown.add_row(file.name, safe_line(file.title), found, "\n".join(wrong), limit, duty)
    return shown
