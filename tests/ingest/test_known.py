"""What a polled source remembers of the posts that it has told."""

from pathlib import Path

import pytest

from ingest.known import PAGE_ROWS, Known
from records.errors import Misconfigured
from records.settings import Settings


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    """Settings with an empty data folder."""
    return Settings(data_dir=tmp_path, namespace="t.")


def test_what_is_kept_is_found_by_the_next_process(chosen: Settings) -> None:
    """States outlive the process, the last one counts, and hostile ids are ids like any other."""
    with Known(chosen, "blog") as known:
        known.keep({"c-1": "old", "": "x", "\x00\ud800'; DROP TABLE posts": "odd"})
        known.keep({"c-1": "new"})
    with Known(chosen, "blog") as known:
        assert known.get("c-1") == "new"
        assert known.get("\x00\ud800'; DROP TABLE posts") == "odd"
        assert known.get("c-2") is None
        assert len(known) == 3


def test_all_ids_are_listed_in_bounded_memory(chosen: Settings) -> None:
    """More than a page of them, each once."""
    with Known(chosen, "blog") as known:
        known.keep({f"c-{n}": "" for n in range(PAGE_ROWS + 5)})
        assert sorted(known.ids()) == sorted(f"c-{n}" for n in range(PAGE_ROWS + 5))


def test_two_processes_do_not_poll_one_source(chosen: Settings) -> None:
    """The second is told so; another source is its own."""
    with Known(chosen, "blog"):
        with pytest.raises(Misconfigured, match="another process"):
            Known(chosen, "blog")
        Known(chosen, "forum").close()


def test_a_broken_file_is_a_sentence(chosen: Settings, tmp_path: Path) -> None:
    """It may be removed: then everything is told again as the same facts."""
    (tmp_path / "known").mkdir()
    (tmp_path / "known" / "t.blog.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(Misconfigured, match="remove it"):
        Known(chosen, "blog")


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """As when a file stands in its place."""
    (tmp_path / "known").write_bytes(b"")
    with pytest.raises(Misconfigured, match="cannot be made"):
        Known(Settings(data_dir=tmp_path), "blog")
