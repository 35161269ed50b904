"""Exporting from a page: which posts, how many, and that nothing is left of what was not finished."""

from pathlib import Path

import pytest

from console.exporting.people import MAY_EXPORT
from console.web import exports
from console.web.exports import BEGINS_WITH, POSTS_MAX, command, offered, sweep
from console.web.route import EXPORTERS
from records.settings import Settings
from search.finder import Found
from tests.console.web.desks import Scene
from tests.console.web.queues import Index, form_of, keeping
from tests.console.web.test_searching import hit


@pytest.fixture
def index(scene: Scene) -> Index:
    """An index that finds what a test puts there."""
    return keeping(scene)


def found(total: int, *, nearest: bool = False) -> Found:
    """So many posts."""
    return Found((), total, at_least=False, after=(), nearest=nearest)


def test_the_same_people_may_as_by_the_command() -> None:
    """Nobody more, and nobody less."""
    assert frozenset(MAY_EXPORT) == EXPORTERS


def test_a_search_is_exported_whole_and_what_comes_near_as_it_is_shown() -> None:
    """By its words and filters; by the ids on the page."""
    given = {"words": ("fee",), "label": ("scam",)}
    whole = offered(given, found(13), ("blog:1",))
    assert whole
    assert (whole.posts, whole.query, whole.post_ids) == (13, "words=fee&label=scam", ())
    for near in (found(13, nearest=True), None):
        shown = offered(given, near, ("blog:1", "blog:2"))
        assert shown
        assert (shown.posts, shown.query, shown.post_ids) == (2, "", ("blog:1", "blog:2"))
    assert offered(given, found(0), ()) is None


def test_for_many_posts_there_is_the_command() -> None:
    """As a shell takes it, whatever was looked for; none where it has no such filter."""
    given = {"words": ("$(rm -rf) -x",), "surface": ("it's",), "from": ("2026-03-02",)}
    assert command(given) == (
        """lifeguard export --to export.zip --surface 'it'"'"'s' --from 2026-03-02 -- '$(rm -rf) -x'"""
    )
    assert command(given | {"waiting": ("yes",)}) == ""


@pytest.mark.parametrize(("role", "may"), [("examiner", True), ("supervisor", True), ("reviewer", False)])
async def test_who_may_export_is_offered_it(scene: Scene, index: Index, role: str, may: bool) -> None:
    """With what is found; with too many, how else."""
    index.hits = [hit()]
    page = await form_of(scene.signed_in("exa", role), "/search?words=refund&label=complaint")
    assert ('action="/export?words=refund&amp;label=complaint"' in page) is may
    index.total = POSTS_MAX + 1
    page = await form_of(scene.signed_in("exa", role), "/search?words=refund&label=complaint")
    assert 'action="/export' not in page
    assert ("lifeguard export --to export.zip --label complaint -- refund" in page) is may


async def test_too_many_and_none_are_refused_with_what_to_do(scene: Scene, index: Index) -> None:
    """Nothing is made."""
    exa = scene.signed_in("exa", "examiner")
    index.total = POSTS_MAX + 1
    answer = await exa.submit("/export?words=refund")
    assert answer.status_code == 413
    assert "that is 101 posts, and one export from here holds 100" in answer.text
    index.total = 0
    assert "there is nothing to export" in (await exa.submit("/export?words=refund")).text
    assert (await exa.submit("/export")).status_code == 400
    assert (await exa.submit("/export?words=%22+%22")).status_code == 400
    assert list(scene.settings.data_dir.glob(f"{BEGINS_WITH}*")) == []


async def test_where_there_is_no_ledger_it_is_said_and_nothing_is_left(scene: Scene, index: Index) -> None:
    """Not a file, not a folder, not a record of an export."""
    index.total = 1
    answer = await scene.signed_in("exa", "examiner").submit("/export?words=refund", reason="case 7")
    assert answer.status_code == 503
    assert "there is no copy of its ledger.pub here" in answer.text
    assert list(scene.settings.data_dir.glob(f"{BEGINS_WITH}*")) == []
    assert scene.broker.audits == []


def test_what_a_killed_console_left_is_taken_away(tmp_path: Path) -> None:
    """And nothing else."""
    (tmp_path / f"{BEGINS_WITH}abc").mkdir()
    (tmp_path / f"{BEGINS_WITH}abc" / "export.zip").write_bytes(b"x")
    (tmp_path / "ledger").mkdir()
    sweep(Settings(data_dir=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["ledger"]


def test_an_archive_is_sent_whole(tmp_path: Path) -> None:
    """Piece by piece, and closed after it."""
    (tmp_path / "export.zip").write_bytes(b"x" * (exports.CHUNK_BYTES + 1))
    file = (tmp_path / "export.zip").open("rb")
    assert [len(chunk) for chunk in exports._chunks(file)] == [exports.CHUNK_BYTES, 1]
    assert file.closed
