"""What is asked to say how things stand."""

from search.totals import fired_body


def test_rules_are_counted_with_the_newest_post_of_each() -> None:
    """Without any hits, in one request."""
    body = fired_body()
    assert body["size"] == 0
    by_rule = body["aggs"]["by_rule"]
    assert by_rule["terms"]["field"] == "rules"
    assert by_rule["aggs"]["last"] == {"max": {"field": "first_seen_at"}}
