"""Reads the files that staff define tags in, and says of a wrong one which key is wrong and what to do."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from moderation.lists import content_of
from moderation.policy import LabelPolicy, Policy, Sentence, Title
from records.base import Name, Share, Text, Value
from records.digests import sha256_hex, text_digest
from records.errors import Misconfigured

SHIPPED_FOLDER = Path(__file__).parent
TAG_BYTES_MAX = 500_000
TAGS_MAX = 50
EXAMPLES_MIN, EXAMPLES_MAX = 5, 200
EXAMPLE_CHARS_MAX = 2_000


def _written(text: str) -> str:
    if not text.strip():
        raise ValueError("says nothing: write a post there, or take it out")
    return text


Example = Annotated[Text, Field(max_length=EXAMPLE_CHARS_MAX), AfterValidator(_written)]


class TagFile(Value):
    """What a tag is: posts that carry it, posts that only look like it, and what it obliges us to.

    Without a `threshold` one is chosen from what the examples get when they are left out. What is not said of its
    duties is the least: a note (severity 0) for the moderators, under the clause on supervision.
    """

    name: Name
    title: Title
    examples: Annotated[tuple[Example, ...], Field(strict=False, min_length=EXAMPLES_MIN, max_length=EXAMPLES_MAX)]
    counter_examples: Annotated[tuple[Example, ...], Field(strict=False, max_length=EXAMPLES_MAX)] = ()
    threshold: Annotated[Share, Field(gt=0)] | None = None
    severity: Annotated[int, Field(ge=0, le=3)] = 0
    clause: str = "4"
    owner: Name = "moderators"
    clock_hours: Annotated[int, Field(ge=1, le=24 * 365)] | None = None
    retention: Name = "moderation"
    help: Sentence | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen = Counter(text_digest(text) for text in (*self.examples, *self.counter_examples))
        for key in ("examples", "counter_examples"):
            for place, text in enumerate(getattr(self, key), 1):
                if seen[text_digest(text)] > 1:
                    raise ValueError(f"{key}, no. {place}: stands there twice: take one of them out")
        return self

    def duty(self, threshold: float) -> LabelPolicy:
        """The tag as a label of the policy, found from this score on."""
        said = {name: getattr(self, name) for name in LabelPolicy.model_fields if name != "threshold"}
        return LabelPolicy(**said, threshold=threshold)


@dataclass(frozen=True, slots=True)
class Read:
    """A tag as it was read, the name of its file, and the SHA-256 of the bytes that stood there.

    One that was published has a `version`, and the digest is of what its entry says.
    """

    tag: TagFile
    file: str
    digest: str
    version: int | None = None


def read_tags(folder: Path, policy: Policy, taken: Sequence[str] = ()) -> list[Read]:
    """The tags of all `*.toml` in this folder, by name; raises Misconfigured with every mistake in any of them.

    No tag may have the name of a label of the policy, or one of those that are `taken`.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise Misconfigured(f"the folder of tags {folder} cannot be read: {error.strerror}") from None
    if len(files) > TAGS_MAX:
        raise Misconfigured(f"the folder {folder} holds {len(files)} tags, and at most {TAGS_MAX} can be in use")
    read, wrong = [], []
    for path in files:
        try:
            read.append(_read(path))
        except Misconfigured as told:
            wrong.append(str(told))
    wrong += clashes(read, policy, taken)
    if wrong:
        raise Misconfigured("; ".join(wrong))
    return sorted(read, key=lambda one: one.tag.name)


def _read(path: Path) -> Read:
    content = content_of(path, "tag", TAG_BYTES_MAX)
    try:
        return Read(TagFile.model_validate(_parsed(content, path.name)), path.name, sha256_hex(content))
    except ValidationError as error:
        raise Misconfigured(f"the tag {path.name} is not usable: {mistakes(error)}") from None


def _parsed(content: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Misconfigured(f"the tag {file} is not UTF-8: byte {error.start} cannot be read") from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"the tag {file} is not TOML: {error}") from None


def mistakes(error: ValidationError) -> str:
    """Every mistake in a tag, in one sentence."""
    return "; ".join(_told(problem) for problem in error.errors(include_url=False))


def _told(problem: ErrorDetails) -> str:
    """One mistake: the key, what is wrong with it, and what to do."""
    key, *places = [str(place + 1) if isinstance(place, int) else place for place in problem["loc"]] or [""]
    kind, limits = problem["type"], problem.get("ctx", {})
    if not key:  # a sentence of our own, which names the key
        return problem["msg"].removeprefix("Value error, ")
    where = ", no. ".join([key, *places])
    said: Mapping[str, str] = {
        "missing": "is missing: add it",
        "extra_forbidden": f"is not a key of a tag: take it out; there are {', '.join(TagFile.model_fields)}",
        "too_short": f"there are {limits.get('actual_length')}, and a tag needs at least {EXAMPLES_MIN}: add some",
        "too_long": f"is longer than {limits.get('max_length')}: shorten it",
        "string_too_long": f"is longer than {limits.get('max_length')} characters: shorten it",
        "string_pattern_mismatch": "is not a name: write small letters, digits, and _ between them, such as late_bus",
    }
    return f"{where}: {said.get(kind) or problem['msg'].removeprefix('Value error, ')}"


def clashes(read: Sequence[Read], policy: Policy, taken: Sequence[str]) -> list[str]:
    """What is wrong with tags beside one another, and beside the policy and the model."""
    wrong: list[str] = []
    first: dict[str, str] = {}
    for one in read:
        tag, file = one.tag, f"the tag {one.file} is not usable"
        if tag.name in policy.labels or tag.name in taken:
            whose = "policy" if tag.name in policy.labels else "model"
            wrong.append(f"{file}: name: {tag.name} is a label of the {whose} already: choose another")
        elif tag.name in first:
            wrong.append(f"{file}: name: {tag.name} is the name of {first[tag.name]} too: choose another")
        if tag.clause not in {clause.id for clause in policy.clauses}:
            wrong.append(f"{file}: clause: the policy has no clause {tag.clause[:40]!r}: name one that it has")
        if tag.retention not in policy.retention:
            known = ", ".join(policy.retention)
            wrong.append(f"{file}: retention: the policy has no class {tag.retention}: choose one of {known}")
        first.setdefault(tag.name, one.file)
    return wrong
