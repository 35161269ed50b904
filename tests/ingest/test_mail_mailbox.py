"""What a mail server answers, taken apart: where it puts the number of a mail is its own choice."""

import pytest

from ingest.mail.mailbox import MAIL_BYTES_MAX, _answers, _Plain


@pytest.mark.parametrize(
    ("found", "answers"),
    [
        ([], []),
        ([None], []),
        (
            [(b"1 (UID 7 RFC822.SIZE 40 BODY[] {3}", b"abc"), b")"],
            [(b"1 (UID 7 RFC822.SIZE 40 BODY[] {3})", b"abc")],
        ),
        ([(b"1 (BODY[] {3}", b"abc"), b" UID 7)"], [(b"1 (BODY[] {3} UID 7)", b"abc")]),
        (
            [b"2 (FLAGS (\\Seen))", (b"1 (UID 7 BODY[] {3}", b"abc"), b")", b"3 (UID 9 RFC822.SIZE 0 BODY[] NIL)"],
            [
                (b"2 (FLAGS (\\Seen))", None),
                (b"1 (UID 7 BODY[] {3})", b"abc"),
                (b"3 (UID 9 RFC822.SIZE 0 BODY[] NIL)", None),
            ],
        ),
    ],
)
def test_each_answer_is_what_stands_around_its_literal(found: list[object], answers: list[object]) -> None:
    """Also where the server tells of other things in between, or a mail has nothing to show."""
    assert list(_answers(found)) == answers


def test_a_server_cannot_make_us_read_more_than_a_mail_may_have() -> None:
    """A literal says its size first."""
    with pytest.raises(_Plain.abort, match="too large"):
        _Plain.read(_Plain.__new__(_Plain), 2 * MAIL_BYTES_MAX + 1)
