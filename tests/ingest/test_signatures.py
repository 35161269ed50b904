"""Signatures: the published example of the Standard Webhooks specification, and everything that is refused."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.receiver.problems import Refusal
from ingest.receiver.signatures import Signed, claims, key_of, load_secrets, new_secret, sign, verify
from records.errors import Misconfigured

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
ID, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
EXPECTED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def headers(**changes: str) -> dict[str, str]:
    """The headers of the example, with changes."""
    said = {"webhook-id": ID, "webhook-timestamp": AT, "webhook-signature": EXPECTED}
    return said | {name.replace("_", "-"): value for name, value in changes.items()}


def check(said: dict[str, str], body: bytes = BODY, now: float = float(AT), keys: tuple[bytes, ...] = ()) -> None:
    """The whole verification."""
    verify(claims(said), body, keys or (key_of(SECRET),), now, 300)


def test_the_published_example_verifies() -> None:
    """The example that the specification's own libraries test with is accepted, and signed the same by us."""
    assert sign(key_of(SECRET), ID, AT, BODY) == EXPECTED
    check(headers())


def test_one_good_signature_among_others_is_enough() -> None:
    """While a secret is rotated the sender lists several signatures, also of schemes that we do not know."""
    check(headers(webhook_signature=f"v1a,AAAA v1,Zm9v {EXPECTED}"))


def test_any_of_our_secrets_is_enough() -> None:
    """While a secret is rotated we know several."""
    check(headers(), keys=(key_of(new_secret()), key_of(SECRET)))


@pytest.mark.parametrize("now", [float(AT) - 301, float(AT) + 301])
def test_what_was_signed_at_another_time_is_refused(now: float) -> None:
    """Too old or too far ahead is a 401."""
    with pytest.raises(Refusal) as refusal:
        check(headers(), now=now)
    assert refusal.value.status == 401


@given(st.binary(max_size=64))
def test_another_body_is_refused(body: bytes) -> None:
    """A signature is good for one body only."""
    if body != BODY:
        with pytest.raises(Refusal) as refusal:
            check(headers(), body)
        assert refusal.value.status == 401


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_strange_headers_are_refused_in_a_sentence(webhook_id: str, at: str, signature: str) -> None:
    """Whatever stands in the headers, the answer is 400 or 401."""
    with pytest.raises(Refusal) as refusal:
        check({"webhook-id": webhook_id, "webhook-timestamp": at, "webhook-signature": signature}, now=time.time())
    assert refusal.value.status in (400, 401)


def test_signatures_that_are_not_ascii_are_refused() -> None:
    """A signature that cannot be base64 is a 401, not a crash."""
    with pytest.raises(Refusal) as refusal:
        verify(Signed(ID, AT, ("\u00e4\u2603",)), BODY, (key_of(SECRET),), float(AT), 300)
    assert refusal.value.status == 401


def test_secrets_are_read_one_a_line(tmp_path: Path) -> None:
    """Blank lines and remarks are skipped; every other line is a secret."""
    file = tmp_path / "secrets"
    one, other = new_secret(), new_secret()
    file.write_text(f"# ours\n{one}\n\n{other}\n")
    assert load_secrets(file) == (key_of(one), key_of(other))


@pytest.mark.parametrize(
    "content", ["", "# nothing\n", "whsec_short", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!"]
)
def test_a_file_without_a_usable_secret_is_refused_with_the_way_out(tmp_path: Path, content: str) -> None:
    """The sentence says how to make a secret, and never shows one."""
    file = tmp_path / "secrets"
    file.write_text(content)
    with pytest.raises(Misconfigured, match="python -m ingest secret") as problem:
        load_secrets(file)
    assert "MfKQ9r8" not in str(problem.value)
