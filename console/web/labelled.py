"""The labels as people read of them: those of the policy, and the tags beside them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from console.web.desk import Desk
from ingest.registry import newest_of
from moderation.policy import LabelPolicy, Policy, load_policy
from moderation.tags import files_in
from moderation.tags.files import TagFile
from moderation.tags.load import Folder
from records.errors import Problem
from records.registry import PublishedTag


def labelled(desk: Desk) -> Policy:
    """The policy with the titles and helps of tags, also of those that were removed: their findings are still there."""
    published = newest_of(desk.set_up.newest("tag").values(), PublishedTag)
    of_people = {one.registry_id: _shown(one) for one in published}
    of_files = _of_files(desk.settings.tags_dir, desk.settings.policy_file)
    return desk.policy.model_copy(update={"labels": {**of_people, **of_files, **desk.policy.labels}})


@cache
def _of_files(folder: Folder, policy_file: Path | None) -> Mapping[str, LabelPolicy]:
    """As they stood when the console first showed one; where a file is wrong, a finding has the name of its tag."""
    try:
        return {one.tag.name: _shown(one.tag) for one in files_in(folder, load_policy(policy_file))}
    except Problem:
        return {}


def _shown(said: PublishedTag | TagFile) -> LabelPolicy:
    """Not looked at again: it was when it was published, or read."""
    return LabelPolicy.model_construct(
        title=said.title,
        clause=said.clause,
        owner=said.owner,
        severity=said.severity,
        clock_hours=said.clock_hours,
        retention=said.retention,
        threshold=said.threshold,
        help=said.help,
    )
