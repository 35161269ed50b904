"""The commands of `python -m ingest`."""

import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from ingest import telling
from ingest.cursors import Cursors
from ingest.erasures import PostPublisher
from ingest.mapping import load_mapping
from ingest.posts import Reading
from ingest.sources.jsonl import JsonLines
from ingest.topics import create_topics
from ingest.worker import Loop
from ingest.yielding import pace_of
from records.logs import log_to_stderr
from records.settings import settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Brings third parties' posts to Kafka.")

MappingFile = Annotated[Path | None, typer.Option("--mapping", help="A TOML file: where our fields stand in yours.")]
SourceName = Annotated[str, typer.Option("--source", help="The name that the posts are recorded under.")]


@app.command()
def setup() -> None:
    """Make the topics that are missing, and check those that are there."""
    create_topics(settings())
    telling.say("the topics are there")


@app.command()
def jsonl(
    path: Annotated[str, typer.Argument(help="A file with one JSON object a line, or - for standard input.")],
    mapping: MappingFile = None,
    source: SourceName = "file",
    backfill: Annotated[
        bool, typer.Option("--backfill", help="Mark the posts as history, and let live ones go first.")
    ] = False,
) -> None:
    """Publish the posts of a file; a second run goes on where the first one stopped."""
    wanted = settings()
    log_to_stderr(wanted, "ingest jsonl")
    reading = Reading(telling.source_name(source), load_mapping(mapping), backfill)
    lines = JsonLines(reading, None, sys.stdin.buffer) if path == "-" else JsonLines(reading, Path(path))
    publisher = PostPublisher(wanted)
    try:
        with (
            telling.bar(None if path == "-" else Path(path)) as bar,
            pace_of(wanted, bar.say, backfill=backfill) as pace,
        ):
            done = Loop(lines, publisher, Cursors(wanted), "ingest jsonl", bar.tell, pace=pace).run()
    finally:
        publisher.close()
    telling.say(telling.summary(done))


@app.command()
def webhook(mapping: MappingFile = None) -> None:
    """Receive signed posts over HTTP until told to stop."""
    from ingest.receiver.server import serve

    wanted = settings()
    log_to_stderr(wanted, "ingest webhook")
    serve(wanted, load_mapping(mapping))


@app.command("rewind")
def rewind_command(
    group: Annotated[str, typer.Argument(help="judge or fold; its workers must have stopped.")],
) -> None:
    """Make a worker read every record again, as after the indices were lost: what is known already changes nothing."""
    from ingest.rewind import rewind

    if group not in ("judge", "fold"):
        raise typer.BadParameter(f"there are no workers {group}; there are judge and fold")
    rewind(settings(), group)
    telling.say(f"the workers of {group} will begin at the first record")


@app.command()
def poll(
    names: Annotated[list[str] | None, typer.Argument(help="Names of sources; without any, all of them.")] = None,
    once: Annotated[bool, typer.Option("--once", help="One pass of each, and end.")] = False,
) -> None:
    """Ask the sites of LIFEGUARD_SOURCES_FILE again and again until told to stop."""
    from ingest.polling import poll_for_ever, poll_once, pollers
    from ingest.sources.configured import configured

    wanted = settings()
    log_to_stderr(wanted, "ingest poll")
    stop, publisher = asked_to_stop(), PostPublisher(wanted)
    try:
        polled = pollers(wanted, configured(wanted, names or ()), publisher, stop)
        if once:
            poll_once(polled)
        else:
            poll_for_ever(polled, wanted.poll_metrics_port, stop, wanted.metrics_host)
    finally:
        publisher.close()


@app.command("enforce")
def enforce_command() -> None:
    """Carry out orders on the sites of LIFEGUARD_SOURCES_FILE until told to stop."""
    from ingest.enforcing.process import enforce

    wanted = settings()
    log_to_stderr(wanted, "ingest enforce")
    enforce(wanted, asked_to_stop())


@app.command()
def sources() -> None:
    """Print the kinds of sources, with what each of them can do."""
    from ingest.sources import table

    typer.echo(table())


@app.command()
def secret() -> None:
    """Print a new signing secret: one line for LIFEGUARD_WEBHOOK_SECRETS_FILE, and for the site that signs with it."""
    from ingest.receiver.signatures import new_secret

    typer.echo(new_secret())


@app.command()
def keep(
    new_cluster: Annotated[
        bool, typer.Option("--new-cluster", help="Kafka's cluster was made anew: close its old logs, and begin others.")
    ] = False,
) -> None:
    """Keep every record of every topic in the ledger, sign it, and let others read it, until told to stop."""
    from ingest.keeper import process

    wanted = settings()
    log_to_stderr(wanted, "ingest keep")
    process.keep(wanted, asked_to_stop(), new_cluster=new_cluster)


@app.command()
def witness() -> None:
    """Cosign the checkpoints of a ledger until told to stop: on another machine, by another administrator."""
    from ingest.witness.server import serve

    wanted = settings()
    log_to_stderr(wanted, "ingest witness")
    serve(wanted)


@app.command("witness-key")
def witness_key(
    url: Annotated[str | None, typer.Option(help="The address under which others reach this witness.")] = None,
) -> None:
    """Print the line of this witness for LIFEGUARD_WITNESSES_FILE; makes its key if there is none yet."""
    from ingest.witness.server import witness_line

    typer.echo(witness_line(settings(), url))


def asked_to_stop() -> threading.Event:
    """Is set by SIGTERM and SIGINT from now on."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
