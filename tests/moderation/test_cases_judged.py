"""What a moderator sees of how a post was judged."""

from moderation.cases.judged import VERDICTS_KEPT
from tests.moderation.case_records import edited, folded, judged, reported, seen

EMBEDDING = bytes(range(256)) + bytes(128)


def test_a_post_without_findings_is_clear() -> None:
    """It was judged, and nothing was found."""
    document = folded(seen("hello"), judged("hello", embedding=EMBEDDING))
    assert (document["state"], document["judged"], document["labels"], document["severity"]) == (
        "clear",
        True,
        [],
        None,
    )
    assert document["embedding"] == EMBEDDING.hex()
    assert (document["policy_version"], document["model_digest"]) == (1, "0" * 64)


def test_a_finding_opens_a_case_with_its_labels_rules_and_severity() -> None:
    """The finding itself stays with the part, with its clause and threshold."""
    document = folded(seen("buy"), judged("buy", "spam", "scam", severity=3))
    assert (document["state"], document["labels"], document["rules"]) == ("open", ["scam", "spam"], ["links"])
    assert document["severity"] == 3
    finding = document["parts"]["judged"]["verdicts"][0]["findings"][0]
    assert (finding["clause"], finding["threshold"], finding["span"]) == ("1.1", 0.5, None)


def test_a_finding_of_severity_nought_is_a_note_and_opens_nothing() -> None:
    """It can be searched for all the same."""
    document = folded(seen("buy"), judged("buy", "spam", severity=0))
    assert (document["state"], document["labels"], document["severity"]) == ("clear", ["spam"], 0)


def test_what_the_machine_could_not_judge_goes_to_a_person() -> None:
    """Unscored is never clear."""
    document = folded(seen("buy"), judged("buy", unscored="no model"))
    assert (document["state"], document["unscored"]) == ("open", "no model")


def test_a_reported_post_is_open_whatever_the_machine_says_or_has_not_said_yet() -> None:
    """A person complained."""
    assert folded(seen("hello"), judged("hello"), reported("mia"))["state"] == "open"
    assert folded(seen("hello"), reported("mia"))["state"] == "open"


def test_after_an_edit_the_old_verdict_says_nothing_about_the_new_text() -> None:
    """Until the new revision is judged, the post counts as unjudged."""
    records = [seen("buy", 1), judged("buy", "spam"), edited("hello", 2)]
    assert (folded(*records)["state"], folded(*records)["labels"]) == ("unjudged", [])
    assert folded(*records, judged("hello"))["state"] == "clear"
    assert folded(*records, edited("buy", 3))["labels"] == ["spam"]


def test_a_newer_policy_replaces_the_verdict_of_a_revision() -> None:
    """The latest verdict by its place in the log counts; the same verdict again does not."""
    records = [seen("buy"), judged("buy", "spam"), judged("buy", policy=2), judged("buy", "spam")]
    document = folded(*records)
    assert (document["labels"], document["policy_version"]) == ([], 2)


def test_the_verdicts_of_the_latest_revisions_are_kept() -> None:
    """A post that is edited for ever stays small."""
    texts = [f"text {number}" for number in range(VERDICTS_KEPT + 5)]
    document = folded(*(edited(text, at) for at, text in enumerate(texts)), *(judged(text, "spam") for text in texts))
    assert len(document["parts"]["judged"]["verdicts"]) == VERDICTS_KEPT
    assert document["labels"] == ["spam"]
