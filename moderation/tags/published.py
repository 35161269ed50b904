"""Tags that were published in the console, as what a file would say; one that cannot be used is refused, with why."""

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from moderation.policy import Policy
from moderation.tags.files import TAGS_MAX, Read, TagFile, clashes, mistakes
from records.digests import sha256_hex
from records.errors import Malformed
from records.registry import PublishedTag

Refused = dict[str, str]
"""By name: why a tag is not in use."""


def read_of(said: PublishedTag) -> Read:
    """The tag that an entry defines; raises Malformed with every mistake in it."""
    given = {name: getattr(said, name) for name in TagFile.model_fields if name != "name"}
    try:
        tag = TagFile(name=said.registry_id, **given)
    except ValidationError as error:
        raise Malformed(mistakes(error)) from None
    digest = sha256_hex(f"{said.version} {tag.model_dump_json()}".encode())
    return Read(tag, said.registry_id, digest, said.version)


def admitted(
    published: Iterable[PublishedTag], files: Sequence[Read], policy: Policy, taken: Sequence[str] = ()
) -> tuple[list[Read], Refused]:
    """Those that stand and can be used beside the files, by name, and why the others cannot; a file comes first."""
    usable: list[Read] = []
    refused: Refused = {}
    for said in sorted(published, key=lambda one: one.registry_id):
        if said.removed:
            continue
        try:
            usable.append(_usable(said, [*files, *usable], policy, taken))
        except Malformed as problem:
            refused[said.registry_id] = str(problem)
    return usable, refused


def _usable(said: PublishedTag, beside: Sequence[Read], policy: Policy, taken: Sequence[str]) -> Read:
    read = read_of(said)
    if any(read.tag.name == one.tag.name for one in beside):
        raise Malformed(f"name: there is a tag {read.tag.name} in a file already: choose another")
    if len(beside) >= TAGS_MAX:
        raise Malformed(f"at most {TAGS_MAX} tags can be in use")
    wrong = clashes([read], policy, taken)
    if wrong:
        raise Malformed("; ".join(one.partition(" is not usable: ")[2] for one in wrong))
    return read
