"""The file of sources: read whole, or refused with everything that is wrong in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.known import Known
from ingest.posts import Reading
from ingest.sources.configured import SOURCES_MAX, abilities, configured, load_sources
from ingest.sources.options import Address, Options, secret_in
from ingest.sources.source import Item, Polled, Source, SourceKind
from records.errors import Misconfigured
from records.settings import Settings


class ToyOptions(Options):
    """Options of a kind that only these tests know."""

    url: Address
    password_file: Path | None = None


class Toy:
    """A source that finds nothing."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.name = reading.source
        self.cursor_name = None

    def items(self, _: object) -> Iterator[Item]:
        """Nothing."""
        yield from ()


def toy(options: ToyOptions, known: Known, reading: Reading) -> Source:
    """Reads its secret when it is made."""
    if options.password_file:
        secret_in(options.password_file)
    return Toy(reading)


ABLE = {"history": True, "edits": True, "removals": False, "reactions": False}
KINDS = (
    SourceKind(name="toy", purpose="a toy", **ABLE, polled=Polled(ToyOptions, toy)),
    SourceKind(name="pushed", purpose="is not polled", **ABLE),
)
GOOD = '[[sources]]\nkind = "toy"\nname = "blog"\nurl = "https://www.example.com/feed"\nevery_seconds = 30\n'


def written(folder: Path, content: str) -> Path:
    """A file of sources."""
    path = folder / "sources.toml"
    path.write_text(content)
    return path


def check_refused(path: Path, *words: str) -> None:
    """One message, with all of these words."""
    with pytest.raises(Misconfigured) as refused:
        load_sources(path, KINDS)
    for word in words:
        assert word in str(refused.value)


def test_a_source_is_its_options_and_how_it_is_made(tmp_path: Path) -> None:
    """Its posts carry its name, and the digest of how it was configured."""
    (one,) = load_sources(written(tmp_path, GOOD), KINDS)
    (other,) = load_sources(written(tmp_path, GOOD.replace("30", "31")), KINDS)
    assert (one.options.name, one.options.every_seconds) == ("blog", 30)
    with Known(Settings(data_dir=tmp_path), "blog") as known:
        collectors = [made.source(known).reading.collector for made in (one, other)]  # type: ignore[attr-defined]
    assert [collector.source for collector in collectors] == ["blog", "blog"]
    assert collectors[0].config_digest != collectors[1].config_digest


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    """By the name of the source, or its number where it has none."""
    bad = [
        GOOD,
        GOOD,
        '[[sources]]\nkind = "toy"\nname = "forum"\nurl = "ftp://x"\nevery_seconds = 0\ncolour = "red"\n',
        '[[sources]]\nkind = "pushed"\nname = "site"\n',
        "[[sources]]\nkind = 7\n",
        '[[sources]]\nkind = "toy"\nname = "Not A Name"\nurl = "https://u:hush@www.example.com/"\n',
    ]
    path = written(tmp_path, "".join(bad))
    check_refused(
        path, "blog: several", "forum: ", "url:", "every_seconds:", "colour:", "site: kind: must be one of toy"
    )
    check_refused(path, "source 5: kind", "Not A Name: name:", "must not hold a password")
    with pytest.raises(Misconfigured) as refused:
        load_sources(path, KINDS)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "tables [[sources]]"),
        ("sources = 3", "tables [[sources]]"),
        (GOOD + "[more]\n", "nothing else"),
        (GOOD * (SOURCES_MAX + 1), "1 to 200"),
        ("[[sources", "not TOML"),
        ("sources = [1]", "source 1: kind"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: str, word: str) -> None:
    """With what it should hold."""
    check_refused(written(tmp_path, content), word)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Missing, a folder, not text, too large."""
    check_refused(tmp_path / "no", "cannot be read")
    check_refused(tmp_path, "cannot be read")
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe")
    check_refused(tmp_path / "sources.toml", "not TOML")
    (tmp_path / "sources.toml").write_bytes(b"#" * 1_000_001)
    check_refused(tmp_path / "sources.toml", "more than")


def test_what_a_source_can_do_on_its_site_depends_on_what_it_is_told(tmp_path: Path) -> None:
    """With credentials what its kind can do, without them nothing; without a file there is no source at all."""
    word, isso = '[[sources]]\nkind = "wordpress"\nurl = "https://a.example/"\n', '[[sources]]\nkind = "isso"\n'
    isso += 'url = "https://b.example/"\n'
    told = word + 'name = "blog"\nuser = "m"\npassword_file = "p"\n' + word + 'name = "seen"\n'
    told += isso + 'name = "notes"\nadmin_password_file = "p"\n' + isso + 'name = "quiet"\n'
    path = written(tmp_path, told + '[[sources]]\nkind = "feed"\nname = "feed"\nurl = "https://c.example/"\n')
    assert abilities(Settings(sources_file=path)) == {
        "blog": {"hide", "remove", "restore", "reply"},
        "notes": {"remove", "reply"},
        **dict.fromkeys(("seen", "quiet", "feed"), frozenset()),
    }
    assert abilities(Settings(sources_file=tmp_path / "not-there-yet")) == abilities(Settings()) == {}
    made = {one.options.name: one.site for one in configured(Settings(sources_file=path))}
    assert [made[name]() for name in ("seen", "quiet", "feed")] == [None, None, None]
    with pytest.raises(Misconfigured, match="cannot be read"):
        made["blog"]()


def test_a_password_goes_to_another_machine_by_tls_only(tmp_path: Path) -> None:
    """Also that of an Isso's moderator."""
    told = '[[sources]]\nkind = "isso"\nname = "notes"\nurl = "http://b.example/"\nadmin_password_file = "p"\n'
    with pytest.raises(Misconfigured, match="https only"):
        load_sources(written(tmp_path, told))


def test_a_relative_name_of_a_secret_is_a_credential_of_the_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file of sources serves several units of systemd; an absolute name stays what it is."""
    (tmp_path / "sources_blog").write_text("hush\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret_in(Path("sources_blog")) == secret_in(tmp_path / "sources_blog") == "hush"


def test_sources_are_chosen_by_name(tmp_path: Path) -> None:
    """An unknown name is refused with those there are; without a file there is a sentence."""
    content = '[[sources]]\nkind = "feed"\nname = "{}"\nurl = "https://www.example.com/feed"\n'
    path = written(tmp_path, content.format("blog") + content.format("forum"))
    chosen = Settings(sources_file=path)
    assert [one.options.name for one in configured(chosen)] == ["blog", "forum"]
    assert [one.options.name for one in configured(chosen, ["forum"])] == ["forum"]
    with pytest.raises(Misconfigured, match="no source shop; it has blog, forum"):
        configured(chosen, ["forum", "shop"])
    with pytest.raises(Misconfigured, match="LIFEGUARD_SOURCES_FILE"):
        configured(Settings())


def test_the_example_of_a_file_of_sources_is_usable(tmp_path: Path) -> None:
    """Also with the options that it only mentions."""
    page = (Path(__file__).parents[2] / "deploy" / "SOURCES.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    for content in (example, example.replace("\n# ", "\n")):
        assert "blog" in [one.options.name for one in load_sources(written(tmp_path, content))]


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    """Without the line end; what cannot be one is refused, without a word of it."""
    path = tmp_path / "secret"
    path.write_text("  hush hush\n")
    assert secret_in(path) == "hush hush"
    for content, word in ((b"", "1 to"), (b" \n", "1 to"), (b"h" * 20_000, "1 to"), (b"\xff", "UTF-8")):
        path.write_bytes(content)
        with pytest.raises(Misconfigured, match=word):
            secret_in(path)
    with pytest.raises(Misconfigured, match="cannot be read"):
        secret_in(tmp_path / "no")
