"""`lifeguard rebuild`: Elasticsearch made again from the ledger alone."""

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.account import account
from console.rebuilding_bar import Bar
from console.words import counted
from records.errors import Misconfigured
from records.settings import settings

if TYPE_CHECKING:
    from console.rebuilding import Progress
    from records.ledger.reading import Reader

WHY = {
    "erased": "were erased on purpose",
    "unopened": "cannot be opened, and nothing says that they were erased: their keys are lost, or they are damaged",
    "altered": "open to what they do not commit to: run `lifeguard verify`",
    "absent": "were gone from Kafka before they were kept, as somebody accepted",
    "malformed": "are no records, and lie in dead-letters",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person wants, by the options of the command."""

    folder: Path | None
    staff_id: str
    anew: bool
    kafka: bool
    accept_unopened: bool


def rebuild(
    *,
    folder: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="A folder with a ledger and its keys, instead of the keeper."),
    ] = None,
    without_kafka: Annotated[
        bool,
        typer.Option(
            "--without-kafka",
            help="Only where the broker of this ledger is gone for good: what the keeper had not kept is not awaited.",
        ),
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin again, even if an interrupted rebuild could go on.")
    ] = False,
    accept_unopened: Annotated[
        bool,
        typer.Option(
            "--accept-unopened",
            help="Go on although entries cannot be opened, or are altered: what they say is missing afterwards.",
        ),
    ] = False,
    staff: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who does this, for the record; else your account.")
    ] = None,
) -> None:
    """Make all indices again from the ledger, beside those in use, and then put them in their place.

    Searches and the fold go on meanwhile. Interrupted or killed, the same command goes on where it was.
    """
    if folder is not None:
        _refuse_keyless(folder)
    asked = Asked(
        folder=folder,
        staff_id=staff or account(),
        anew=anew,
        kafka=not without_kafka,
        accept_unopened=accept_unopened,
    )
    _tell(*asyncio.run(_rebuild(asked)), kafka=asked.kafka)


def _tell(progress: "Progress", counts: Mapping[str, int], names: Mapping[str, str], *, kafka: bool) -> None:
    for name, count in counts.items():
        typer.echo(f"{names[name]} is in use, with {counted(count, 'document', 'documents')}")
    for why, count in sorted(progress.passed_over.items()):
        typer.echo(f"{counted(count, 'entry', 'entries')} of the ledger {WHY[why]}")
    if progress.erased_posts:
        typer.echo(f"{counted(progress.erased_posts, 'erased post', 'erased posts')}, as stubs")
    if progress.posts_without_record:
        said = counted(progress.posts_without_record, "post", "posts")
        typer.echo(f"{said} of which nothing can be read: not in the new indices; their entries and proofs stay")
    if not kafka:
        typer.echo("no record of this was made, for there is no broker")


def _refuse_keyless(folder: Path) -> None:
    """Nothing could be opened, and the new indices would be empty."""
    if not (folder / "keys" / "slots").exists():
        raise Misconfigured(
            f"{folder} has no `keys/slots`: without the ledger's keys nothing in it can be opened; bring them back by "
            "`python -m deploy.local restore --keys FILE`, or put the folder `keys` of their backup there"
        )


async def _rebuild(asked: Asked) -> "tuple[Progress, dict[str, int], dict[str, str]]":
    from console.rebuilding import Progress, Rebuild
    from console.replacing import Broker, rebuild_and_replace
    from search.client import Search
    from search.rebuild import building

    async with Search(settings()) as search:
        new = await building(search, anew=asked.anew)
        saved = await new.state()
        progress = Progress(**saved) if saved else Progress(job=f"rebuild-{uuid.uuid4().hex}")
        with Bar() as bar:
            if saved:
                bar.says("going on with the rebuild that was interrupted")
            with _ledger(asked.folder, progress.job, asked.staff_id) as ledger:
                work = Rebuild(new, ledger, progress, bar)
                broker = Broker(settings(), asked.staff_id) if asked.kafka else None
                counts = await rebuild_and_replace(work, broker, accept_unopened=asked.accept_unopened)
    return progress, counts, new.names


@contextmanager
def _ledger(folder: Path | None, job: str, staff_id: str) -> "Iterator[Callable[[], Reader]]":
    """Gives a reader that knows what is there now; the one before it is closed, and the last one at the end."""
    from ingest.ledger import Remote
    from records.ledger.reading import Folder

    if folder is None:
        with Remote(settings(), staff_id, "rebuild", job) as remote:
            yield lambda: remote
        return
    with ExitStack() as opened:

        def fresh() -> "Reader":
            opened.close()
            return opened.enter_context(closing(Folder(folder)))

        yield fresh
