"""What a process that verifies for ever tells of itself."""

from structlog.testing import capture_logs

from console.verifying.differences import Difference
from console.verifying.standing import Standing


def test_one_difference_is_told_once_however_its_sentence_counts_on() -> None:
    """A log that grows has another size in each round; another entry is another difference."""
    standing = Standing()
    with capture_logs() as logs:
        for size in range(100):
            standing.round_found([Difference("rewritten", "a log", f"a log has {size} entries")])
        standing.round_found([Difference("rewritten", "a log", "a log was rewritten", 7)])
    assert [(one["where"], one["entry"]) for one in logs] == [("a log", None), ("a log", 7)]
    assert standing.differences()[0].entry == 7
