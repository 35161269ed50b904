"""A batch is cut into bodies that a server takes, and every post has an id that it takes."""

from search.indexer import BULK_BYTES_MAX, ID_BYTES_MAX, Action, _bodies, document_id


def action(size_bytes: int) -> Action:
    """An action of about this size."""
    return Action((b"{}", b"x" * size_bytes), None, "history")


def test_a_large_batch_becomes_several_bodies_in_order() -> None:
    """No body above the limit, unless one document alone is."""
    sizes = [BULK_BYTES_MAX // 2, BULK_BYTES_MAX // 3, BULK_BYTES_MAX // 2, BULK_BYTES_MAX * 2, 1]
    actions = [action(size) for size in sizes]
    bodies = list(_bodies(actions))
    assert [len(body) for body in bodies] == [2, 1, 1, 1]
    assert [one for body in bodies for one in body] == actions


def test_nothing_to_write_is_no_body() -> None:
    """An empty batch asks nothing of the server."""
    assert list(_bodies([])) == []


def test_a_post_keeps_its_own_id() -> None:
    """As long as Elasticsearch takes it."""
    assert document_id("web:" + "ü" * 254) == "web:" + "ü" * 254


def test_an_id_that_is_too_long_in_bytes_becomes_a_digest() -> None:
    """Such an id would fail the whole bulk."""
    one, other = document_id("web:" + "ü" * 255), document_id("web:" + "ö" * 255)
    assert len(one.encode()) <= ID_BYTES_MAX
    assert one != other
