"""What an alert says."""

from tests.ingest.notifying.alerts import NOW, alert


def test_an_alert_says_how_many_and_where() -> None:
    """A machine gets a type, a time and the facts; a person two sentences and the address."""
    assert alert().values() == {
        "type": "queue.entered",
        "timestamp": NOW.isoformat(),
        "data": {
            "queue": "refunds",
            "title": "Refunds",
            "entered": 3,
            "oldest_at": "2026-11-03T08:14:30+00:00",
            "address": "https://lifeguard.example.com/queue?queue=refunds",
        },
    }
    assert alert().subject() == "3 new in the queue Refunds"
    assert alert().text() == (
        "3 posts have entered the queue Refunds (refunds).\nThe oldest waits since 2026-11-03 08:14 UTC.\n\n"
        "https://lifeguard.example.com/queue?queue=refunds\n"
    )


def test_one_post_is_one_post() -> None:
    """Nothing waits where a queue holds what nobody has to look at."""
    assert (
        alert(entered=1, oldest_at=None).text().startswith("1 post has entered the queue Refunds (refunds).\n\nhttps")
    )


def test_a_title_stays_on_its_line() -> None:
    """Line breaks, controls and directions of a title make no further head of a letter."""
    subject = alert(title="A\r\nBcc: all@example.com\x00\u202eB " + "x" * 500).subject()
    assert subject.startswith("3 new in the queue A Bcc: all@example.com B xxx")
    assert len(subject) < 250
    assert subject.isprintable()
