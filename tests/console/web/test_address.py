"""Under which address people reach the console."""

import pytest

from console.web.address import is_our_host, is_our_origin, is_overheard, public_url
from records.errors import Misconfigured
from records.settings import Settings


@pytest.mark.parametrize(
    ("chosen", "url"),
    [
        ({}, "http://127.0.0.1:8480"),
        ({"console_host": "::1"}, "http://[::1]:8480"),
        ({"console_url": "https://Lifeguard.example.com/"}, "https://lifeguard.example.com"),
        ({"console_url": "https://lifeguard.example.com:443"}, "https://lifeguard.example.com"),
        ({"console_url": "https://lifeguard.example.com:8443"}, "https://lifeguard.example.com:8443"),
        ({"console_host": "0.0.0.0", "console_url": "http://10.0.0.5:80"}, "http://10.0.0.5"),  # noqa: S104
    ],
)
def test_it_is_written_as_a_browser_writes_an_origin(chosen: dict[str, str], url: str) -> None:
    """So that both can be compared."""
    settings = Settings.model_validate(chosen)
    assert public_url(settings) == url
    assert is_our_host(settings, url.partition("//")[2])
    assert is_our_origin(settings, url, url.partition("//")[2])
    assert not is_our_origin(settings, "https://evil.example", url.partition("//")[2])


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"console_host": "0.0.0.0"}, "say in LIFEGUARD_CONSOLE_URL how people reach it"),  # noqa: S104
        ({"console_host": "::"}, "say in LIFEGUARD_CONSOLE_URL how people reach it"),
        ({"console_url": "https://x.example:99999"}, "an address without a path"),
        ({"console_url": "https://:80"}, "an address without a path"),
    ],
)
def test_one_that_cannot_be_meant_is_told(chosen: dict[str, str], told: str) -> None:
    """At the start, in a sentence."""
    with pytest.raises(Misconfigured, match=told):
        public_url(Settings.model_validate(chosen))


def test_passphrases_on_a_network_are_warned_of() -> None:
    """Neither this machine alone nor https is one."""
    assert is_overheard(Settings(console_host="10.0.0.5"))
    assert not is_overheard(Settings())
    assert not is_overheard(Settings(console_host="10.0.0.5", console_url="https://lifeguard.example.com"))
