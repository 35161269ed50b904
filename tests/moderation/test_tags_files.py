"""The files that staff write tags in: what they may leave out, and what they are told of a mistake."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.policy import Policy
from moderation.tags import helps_of, load_tags
from moderation.tags.files import SHIPPED_FOLDER, Read, read_tags
from records.errors import Misconfigured
from tests.moderation.words_scorer import WordsScorer

EXAMPLES = '["bus late", "the bus is late", "no bus", "late again", "where is the bus"]'
GOOD = f'name = "late_bus"\ntitle = "The bus is late"\nexamples = {EXAMPLES}\n'
MANY = ["x" * number for number in range(1, 202)]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A folder with these files."""

    def files(**contents: str) -> Path:
        for name, content in contents.items():
            (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
        return tmp_path

    return files


@pytest.fixture
def refused(write: Write, policy: Policy) -> Callable[..., str]:
    """What somebody is told of a folder with these files."""

    def told(**contents: str) -> str:
        with pytest.raises(Misconfigured) as refusal:
            read_tags(write(**contents), policy, taken=("joy",))
        assert refusal.value.__cause__ is None
        return str(refusal.value)

    return told


def test_a_name_a_title_and_five_examples_are_enough(write: Write, policy: Policy) -> None:
    """Everything else is the least: a note, for the moderators, and never in a hurry."""
    (read,) = read_tags(write(late=GOOD), policy)
    assert (read.tag.name, len(read.tag.examples), read.tag.counter_examples) == ("late_bus", 5, ())
    duty = read.tag.duty(0.7)
    assert (duty.severity, duty.clause, duty.owner, duty.clock) == (0, "4", "moderators", None)
    assert (duty.threshold, duty.retention, duty.help) == (0.7, "moderation", None)


def test_the_shipped_tags_are_read(policy: Policy) -> None:
    """All of them, in the order of their names."""
    names = [read.tag.name for read in read_tags(SHIPPED_FOLDER, policy)]
    assert names == sorted(path.stem for path in SHIPPED_FOLDER.glob("*.toml")) != []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.replace("examples", "example"), "examples: is missing: add it"),
        (GOOD + "heading = 1", "heading: is not a key of a tag: take it out; there are name, title, examples"),
        (GOOD.replace('"no bus", ', ""), "examples: there are 4, and a tag needs at least 5: add some"),
        (GOOD.replace("no bus", " "), "examples, no. 3: says nothing: write a post there, or take it out"),
        (GOOD.replace("no bus", "x" * 2001), "examples, no. 3: is longer than 2000: shorten it"),
        (GOOD.replace("no bus", "Bus LATE!"), "examples, no. 1: stands there twice: take one of them out"),
        (GOOD + 'counter_examples = ["No bus"]', "examples, no. 3: stands there twice"),
        (GOOD + f"counter_examples = {MANY}", "counter_examples: is longer than 200: shorten it"),
        (GOOD.replace("late_bus", "Late bus"), "name: is not a name: write small letters"),
        (GOOD + "threshold = 0.0", "threshold: Input should be greater than 0"),
        (GOOD + "threshold = 7", "threshold: Input should be less than or equal to 1"),
        (GOOD + 'severity = "high"', "severity: Input should be a valid integer"),
        (GOOD + 'clause = "9.9"', "clause: the policy has no clause '9.9': name one that it has"),
        (GOOD + 'retention = "ever"', "retention: the policy has no class ever: choose one of moderation,"),
        (GOOD.replace("late_bus", "spam"), "name: spam is a label of the policy already: choose another"),
        (GOOD.replace("late_bus", "joy"), "name: joy is a label of the model already: choose another"),
    ],
)
def test_a_mistake_is_told_by_file_and_key_with_what_to_do(
    content: str, told: str, refused: Callable[..., str]
) -> None:
    """One sentence, for whoever wrote the file."""
    assert f"the tag late.toml is not usable: {told}" in refused(late=content)


def test_what_is_no_toml_says_where_it_breaks(refused: Callable[..., str]) -> None:
    """With the line."""
    assert re.search(r"the tag late\.toml is not TOML: .*line 2", refused(late='name = "a"\ntitle = =\n'))


def test_what_is_no_text_says_so(write: Write, policy: Policy) -> None:
    """By the byte."""
    folder = write()
    (folder / "late.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(Misconfigured, match=r"the tag late\.toml is not UTF-8: byte 8"):
        read_tags(folder, policy)


def test_the_mistakes_of_all_files_are_told_at_once(refused: Callable[..., str]) -> None:
    """Nobody mends one only to be told of the next."""
    told = refused(a=GOOD.replace("title", "heading"), b=GOOD.replace("late_bus", "spam"), c=GOOD + "threshold = 7")
    assert [told.count(f"the tag {file}.toml is not usable") for file in "abc"] == [1, 1, 1]
    assert "heading" in told
    assert "title: is missing" in told


def test_two_tags_cannot_share_a_name(refused: Callable[..., str]) -> None:
    """The second file is told which one has it."""
    assert "the tag b.toml is not usable: name: late_bus is the name of a.toml too" in refused(a=GOOD, b=GOOD)


def test_a_folder_that_is_not_there_is_told_with_its_path(tmp_path: Path, policy: Policy) -> None:
    """So that the setting can be mended."""
    with pytest.raises(Misconfigured, match=r"the folder of tags .*nowhere cannot be read: No such file"):
        read_tags(tmp_path / "nowhere", policy)


def test_an_example_without_a_word_for_the_model_is_told(write: Write, policy: Policy) -> None:
    """By its number, where only the model can know."""
    with pytest.raises(Misconfigured, match=r"late\.toml is not usable: examples, no\. 3: the model cannot read it"):
        load_tags(write(late=GOOD.replace("no bus", "123 45")), policy, WordsScorer())


def test_other_files_in_the_folder_are_left_alone(write: Write, policy: Policy) -> None:
    """Notes of whoever keeps it."""
    folder = write(late=GOOD)
    (folder / "README.md").write_text("how we do it")
    assert len(read_tags(folder, policy)) == 1


def test_help_for_a_tag_is_read_without_a_model(write: Write, policy: Policy) -> None:
    """`lifeguard why` shows it."""
    folder = write(late=GOOD + 'help = "Say when the next one goes"', other=GOOD.replace("late_bus", "other"))
    assert helps_of(folder, policy) == {"late_bus": "Say when the next one goes"}
    assert helps_of("none", policy) == {}


def test_the_digest_of_a_file_is_that_of_its_bytes(write: Write, policy: Policy) -> None:
    """A comment more is another file."""

    def digest(read: list[Read]) -> str:
        return read[0].digest

    one, other = (digest(read_tags(write(late=content), policy)) for content in (GOOD, GOOD + "# seen\n"))
    assert one != other
