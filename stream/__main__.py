"""`python -m stream judge` or `python -m stream fold`: one worker of one consumer group."""

import sys
import time
from collections.abc import Sequence

import faust
import structlog

from ingest.topics import topic_ids
from records.errors import Misconfigured, Problem, Unavailable
from records.logs import log_to_stderr
from records.settings import Settings, settings
from records.topics import ABOUT_POSTS, COVERAGE, POSTS, Topic
from stream import health, watchdog
from stream.batches import EXIT_PROBLEM

WAIT_SECONDS = 2.0

log = structlog.get_logger()


def main() -> None:
    """Starts the worker that the command line names; ends with one sentence where it cannot."""
    try:
        _run(sys.argv[1:], settings())
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(EXIT_PROBLEM)


def _run(arguments: list[str], wanted: Settings) -> None:
    if arguments not in (["judge"], ["fold"]):
        raise Misconfigured("say which worker: python -m stream judge, or python -m stream fold")
    group = arguments[0]
    log_to_stderr(wanted, group)
    from stream import app

    if group == "judge":
        app.judging.limits.topic_ids.update(_topic_ids(wanted))
        _ = app.judging.defining
        _work(app.judge_app, wanted, (POSTS,), wanted.judge_metrics_port)
    else:
        for limits in app.folding.limits.values():
            limits.topic_ids.update(_topic_ids(wanted))
        _work(app.fold_app, wanted, (*ABOUT_POSTS, COVERAGE), wanted.fold_metrics_port)


def _work(app: faust.App, wanted: Settings, topics: Sequence[Topic], port: int) -> None:
    group = str(app.conf.id).rpartition(".")[2]
    health.serve(port, wanted.metrics_host)
    watchdog.watch(wanted, group, topics)
    log.info("worker starts", group=group, slot=wanted.worker_slot, port=port)
    worker = faust.Worker(app, loglevel="WARNING", redirect_stdouts=False, override_logging=False, quiet=True)
    worker.spinner = None  # it writes terminal codes into the log
    worker.execute_from_commandline()


def _topic_ids(wanted: Settings) -> dict[str, str]:
    said = False
    while True:
        try:
            return topic_ids(wanted)
        except Unavailable as reason:
            if not said:
                log.warning("waiting for a server", reason=str(reason))
            said = True
            time.sleep(WAIT_SECONDS)


if __name__ == "__main__":
    main()
