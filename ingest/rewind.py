"""Makes a consumer group forget what it has read, so that its workers read every topic again from the first record."""

import time

from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from ingest.connection import admin
from records.errors import Misconfigured, Unavailable
from records.settings import Settings

WAIT_SECONDS_MAX = 60.0
"""A stopped worker keeps its place in the group until its session ends, which is 30 s."""
POLL_SECONDS = 0.5
_LATER = (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)
_STARTING, _RUNNING = {error.__name__ for error in _LATER}, "NonEmptyGroupError"
_DONE = {"OK", "GroupIdNotFoundError"}


def rewind(settings: Settings, group: str, *, alone: bool = False) -> None:
    """Deletes the group (our name for it); raises Misconfigured if its workers have not stopped within the limit.

    Whoever knows that no worker runs says `alone`, and does not wait until the broker has forgotten those that did.
    """
    until, name = time.monotonic() + WAIT_SECONDS_MAX, settings.named(group)
    with admin(settings) as client:
        while (answer := _delete(client, name)) not in _DONE:
            if answer != _RUNNING and answer not in _STARTING:
                raise Unavailable(f"Kafka did not let the group {name} forget what it has read ({answer})")
            if time.monotonic() > until:
                why = "its workers still run: stop them" if answer == _RUNNING else f"{answer}: wait"
                raise Misconfigured(f"the group {name} cannot be rewound now, {why}, and try again")
            if answer == _RUNNING and alone:
                _put_out(client, name)
            time.sleep(POLL_SECONDS)


def _put_out(client: KafkaAdminClient, name: str) -> None:
    members = client.describe_groups([name])[name]["members"]
    names = [member["group_instance_id"] for member in members if member["group_instance_id"]]
    if names:
        client.remove_group_members(name, [MemberToRemove(group_instance_id=member) for member in names])


def _delete(client: KafkaAdminClient, name: str) -> str:
    try:
        return str(client.delete_groups([name])[name])
    except _LATER as error:
        return type(error).__name__
