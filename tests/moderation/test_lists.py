"""Lists as files: what is listed, and every mistake with its line, all of them at once."""

import hashlib
from pathlib import Path

import pytest

from moderation.lists import DOMAINS, KINDS, LEXICON, Kind, content_of, parse_list
from moderation.policy import SHIPPED, Policy, load_policy
from moderation.rules.lexicon import Lexicon
from records.errors import Misconfigured

LABELS = ("obscene", "insult", "spam")


def mistakes(kind: Kind, content: str | bytes) -> str:
    """What somebody is told who wrote such a list."""
    written = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(Misconfigured) as raised:
        parse_list(kind, written, "ours.txt", LABELS)
    return str(raised.value)


def test_entries_comments_and_empty_lines() -> None:
    """Spaces do not matter, and neither does the mark that some editors put at the beginning."""
    content = "\ufeff# a comment\n\nheck obscene\r\n  darn   insult # mild\n".encode()
    assert parse_list(LEXICON, content, "ours.txt", LABELS) == (("heck", "obscene"), ("darn", "insult"))


def test_every_mistake_is_told_with_its_line_at_once() -> None:
    """Whoever keeps the list mends it in one go."""
    told = mistakes(
        LEXICON, "heck\ndarn obscen\nh\u00e9ck insult\n\nfool insult\nfool insult\ndarn insult mild\nab spam"
    )
    assert told.startswith("the list ours.txt is not usable: line 1: the label of 'heck' is missing; ")
    for part in (
        "line 2: the policy has no label 'obscen'",
        "line 3: 'h\u00e9ck' is not usable: 3 to 40 of the letters a to z",
        "line 6: 'fool' stands on line 5 already",
        "line 7: 'mild' is one word too many",
        "line 8: 'ab' is not usable",
    ):
        assert part in told
    assert told.count("line ") == 7
    assert "\n" not in told


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("https://win.example", "is not a domain"),
        ("win.example/path", "is not a domain"),
        ("Win.example", "is not a domain"),
        ("win", "is not a domain"),
        ("www.win.example", "lies below win.example"),
        ("co.uk", "is a suffix that many share"),
    ],
)
def test_what_is_no_domain(entry: str, reason: str) -> None:
    """It says what would be."""
    assert reason in mistakes(DOMAINS, f"ok.example spam\n{entry} spam")
    assert "line 2" in mistakes(DOMAINS, f"ok.example spam\n{entry} spam")


def test_bytes_that_are_no_text_name_their_line() -> None:
    """And a list that is too long says how long one may be."""
    assert "line 2: is not UTF-8" in mistakes(LEXICON, b"heck spam\nd\xff spam")
    many = "\n".join(f"w{number:05} spam" for number in range(LEXICON.entries_max + 1))
    assert "at most 1000 can be looked for" in mistakes(LEXICON, many)


def test_a_thousand_mistakes_are_cut_with_their_number() -> None:
    """The sentence stays readable."""
    assert mistakes(LEXICON, "heck\n" * 1000).endswith("; and 950 more")


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Or one that is far too long."""
    with pytest.raises(Misconfigured, match=r"absent\.txt cannot be read"):
        content_of(tmp_path / "absent.txt")
    (tmp_path / "long.txt").write_bytes(b"x" * 1_000_001)
    with pytest.raises(Misconfigured, match=r"long\.txt is longer than"):
        content_of(tmp_path / "long.txt")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_lists_that_ship_are_usable(policy: Policy, kind: Kind) -> None:
    """Every label in them is one of the policy's."""
    entries = getattr(policy, kind.name)
    assert entries
    assert {label for _, label in entries} <= set(policy.labels)


def test_the_longest_lexicon_can_be_looked_for() -> None:
    """The limit on entries is one that the engine holds."""
    entries = tuple((f"{chr(97 + one % 26)}{chr(97 + one // 26 % 26)}bcdefgh{one}", "spam") for one in range(1_000))
    lexicon = Lexicon(entries)
    assert lexicon.words is not None
    assert lexicon.words.found(f"x {entries[777][0]} y")


def own_policy(folder: Path, lists: str) -> Path:
    """A policy of one's own that names lists of one's own."""
    file = folder / "policy.toml"
    file.write_text(SHIPPED.read_text("utf-8") + lists, "utf-8")
    return file


def test_a_deployment_names_lists_of_its_own(tmp_path: Path) -> None:
    """They lie beside the policy, and replace those that ship."""
    content = b"heck obscene\n"
    (tmp_path / "ours.txt").write_bytes(content)
    named = f'[lists.lexicon]\nfile = "ours.txt"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    policy = load_policy(own_policy(tmp_path, named))
    assert policy.lexicon == (("heck", "obscene"),)
    assert policy.domains == load_policy().domains


def test_a_changed_list_is_a_new_version_of_the_policy(tmp_path: Path) -> None:
    """A verdict names one digest, and that must stand for the lists, too; the right one is told."""
    (tmp_path / "ours.txt").write_bytes(b"heck obscene\n")
    named = f'[lists.lexicon]\nfile = "ours.txt"\nsha256 = "{"0" * 64}"\n'
    with pytest.raises(Misconfigured, match=hashlib.sha256(b"heck obscene\n").hexdigest()):
        load_policy(own_policy(tmp_path, named))


def test_the_mistakes_of_both_lists_are_told_at_once(tmp_path: Path) -> None:
    """Before any digest is asked for."""
    (tmp_path / "words.txt").write_bytes(b"heck\n")
    (tmp_path / "hosts.txt").write_bytes(b"co.uk spam\n")
    named = "".join(
        f'[lists.{kind}]\nfile = "{file}"\nsha256 = "{"0" * 64}"\n'
        for kind, file in (("lexicon", "words.txt"), ("domains", "hosts.txt"))
    )
    with pytest.raises(Misconfigured, match=r"words\.txt.*line 1.*hosts\.txt.*line 1"):
        load_policy(own_policy(tmp_path, named))
