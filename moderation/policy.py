"""The policy in force: clauses, labels and their duties, surfaces and thresholds, read from one TOML file."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from moderation.lists import KINDS, Entries, Kind, content_of, parse_list
from records.base import Name, Sha256, Share, Value
from records.codec import explain
from records.digests import sha256_hex
from records.errors import Misconfigured

SHIPPED = Path(__file__).with_name("policy.toml")
POLICY_BYTES_MAX = 1_000_000

LABELS = (
    "recommendation",
    "promissory",
    "performance",
    "testimonial",
    "complaint",
    "instruction_or_funds",
    "adverse_event",
    "self_harm",
    "spam",
    "impersonation",
    "personal_data",
    "toxicity",
    "severe_toxicity",
    "threat",
    "identity_hate",
    "obscene",
    "insult",
    "sexual",
    "repeated_text",
    "burst",
    "shouting",
    "links",
    "obfuscation",
    "unscored",
)
"""The labels that every policy must provide for; a policy may add others, for another model."""

Sentence = Annotated[str, Field(min_length=1, max_length=2000)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Clause(Value):
    """One numbered paragraph, in the words that staff attest to have read.

    `removal`: it can be the reason for which a post is hidden or removed.
    """

    id: Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)*$")]
    title: Title
    text: Sentence
    removal: bool = True


class LabelPolicy(Value):
    """What a label obliges us to: who looks at it, how soon, how long it is kept, and from which score on.

    `clock_hours` is the time until a person must have looked, none for labels that wait their turn. `threshold` is the
    model's score from which on it makes a finding; none where the model's score for this label is not used. `help` is
    for whoever looks: how the author can be helped, or reached.
    """

    title: Title
    clause: str
    owner: Name
    severity: Annotated[int, Field(ge=0, le=3)]
    clock_hours: Annotated[int, Field(ge=1, le=24 * 365)] | None = None
    retention: Name
    threshold: Share | None = None
    help: Sentence | None = None

    @property
    def clock(self) -> timedelta | None:
        """The time until a person must have looked."""
        return None if self.clock_hours is None else timedelta(hours=self.clock_hours)


class Retention(Value):
    """How long what we recorded about a post is kept at least, counted from the end of the year it was recorded in.

    0 years: it need not be kept, and may be erased at any time.
    """

    title: Title
    years: Annotated[int, Field(ge=0, le=100)]


class SurfacePolicy(Value):
    """Which surfaces are static or interactive: `pattern` is a surface's name, or its beginning followed by `*`."""

    pattern: Annotated[str, Field(pattern=r"^[^*]*\*?$", min_length=1, max_length=512)]
    nature: Literal["static", "interactive"]

    def covers(self, surface: str) -> bool:
        """Whether this line is about the surface."""
        if self.pattern.endswith("*"):
            return surface.startswith(self.pattern[:-1])
        return surface == self.pattern


class RulesPolicy(Value):
    """The numbers that the rules compare with."""

    links_max: Count
    bare_link_words_max: Annotated[int, Field(ge=0, le=100)]
    dense_links_min: Count
    dense_links_share_min: Share
    shouting_letters_min: Count
    shouting_share_min: Share
    repeated_posts_min: Count
    repeated_words_min: Count
    burst_posts_min: Count
    burst_minutes: Count
    phone_regions: Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], Field(strict=False)] = ()


class ListFile(Value):
    """A list of the deployment's own: `file` lies beside the policy, and has exactly this content."""

    file: Annotated[str, Field(min_length=1, max_length=512)]
    sha256: Sha256


class OwnLists(Value):
    """The lists that the deployment keeps itself; where it names none, the one that ships with us counts."""

    lexicon: ListFile | None = None
    domains: ListFile | None = None


class Policy(Value):
    """One immutable version of the company's social-media policy; `digest` is the SHA-256 of its file.

    `lexicon` and `domains` are what its lists hold. It names a list of the deployment's own with the digest of its
    content, so that this one digest stands for all of it; what ships with us belongs to the version of the judge.
    """

    title: Title
    version: Annotated[int, Field(ge=1)]
    effective_on: date
    digest: Sha256
    own_hosts: Annotated[tuple[str, ...], Field(strict=False)] = ()
    own_names: Annotated[tuple[Title, ...], Field(strict=False)] = ()
    own_authors: Annotated[tuple[Title, ...], Field(strict=False)] = ()
    clauses: Annotated[tuple[Clause, ...], Field(strict=False, min_length=1)]
    labels: dict[Name, LabelPolicy]
    retention: dict[Name, Retention]
    surfaces: Annotated[tuple[SurfacePolicy, ...], Field(strict=False)] = ()
    rules: RulesPolicy
    lists: OwnLists = OwnLists()
    lexicon: Entries = ()
    domains: Entries = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [clause.id for clause in self.clauses]
        if len(set(ids)) != len(ids):
            raise ValueError("clauses: an id is given twice")
        for name in LABELS:
            if name not in self.labels:
                raise ValueError(f"labels.{name}: is missing")
        for name, label in self.labels.items():
            if label.clause not in ids:
                raise ValueError(f"labels.{name}.clause: there is no clause {label.clause}")
            if label.retention not in self.retention:
                raise ValueError(f"labels.{name}.retention: there is no retention class {label.retention}")
        return self

    def nature(self, surface: str) -> Literal["static", "interactive"]:
        """What a surface is, by the first line that covers it; an unknown one counts as static."""
        return next((line.nature for line in self.surfaces if line.covers(surface)), "static")


def load_policy(path: Path | None = None) -> Policy:
    """The policy in `path`, else the one that ships with us, with its lists; raises Misconfigured with one sentence."""
    path = path or SHIPPED
    content = content_of(path, "policy", POLICY_BYTES_MAX)
    try:
        policy = Policy.model_validate({**_parse(content, path), "digest": sha256_hex(content)})
    except ValidationError as error:
        raise Misconfigured(f"the policy {path.name} is not usable: {explain(error)}") from None
    return policy.model_copy(update=_lists(policy, path))


def _lists(policy: Policy, path: Path) -> dict[str, Entries]:
    """Both lists; whoever has to mend several of them is told of all mistakes at once."""
    read, wrong = {}, []
    for kind in KINDS:
        try:
            read[kind.name] = _list(kind, getattr(policy.lists, kind.name), policy, path)
        except Misconfigured as mistakes:
            wrong.append(str(mistakes))
    if wrong:
        raise Misconfigured("; ".join(wrong))
    return read


def _list(kind: Kind, own: ListFile | None, policy: Policy, path: Path) -> Entries:
    file = kind.shipped if own is None else path.parent / own.file
    content = content_of(file)
    entries = parse_list(kind, content, file.name, policy.labels)
    if own and sha256_hex(content) != own.sha256:
        raise Misconfigured(
            f"the list {file.name} has the SHA-256 {sha256_hex(content)}, and the policy {path.name} another for it: "
            "a changed list is a new version of the policy, which says so in lists."
            f"{kind.name}.sha256"
        )
    return entries


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Misconfigured(f"the policy {path} is not UTF-8: byte {error.start} cannot be read") from None
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"the policy {path} is not TOML: {error}") from None
    for computed in ("digest", *(kind.name for kind in KINDS)):
        if computed in said:
            raise Misconfigured(f"the policy {path} must not give a {computed}: it is read from a file")
    return said
