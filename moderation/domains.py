"""Which part of a host's name its owner registered, by the Public Suffix List that the library brings; no network."""

from functools import cache

from publicsuffixlist import PublicSuffixList

HOST_CHARS_MAX = 253
PUNYCODE = "xn--"


def registrable(host: str) -> str | None:
    """`shop.co.uk` of `www.shop.co.uk`; None for a name that is a public suffix itself, or no name of a host."""
    if not _is_name(host):
        return None
    found: str | None = _suffixes().privatesuffix(host)
    return found


def is_registered(host: str) -> bool:
    """Whether the name ends in a suffix under which names are really given out, such as `.com`, and not in `.then`."""
    return _is_name(host) and _public_suffixes().privatesuffix(host) is not None


def readable(host: str) -> str:
    """The host as browsers may show it: what punycode stands for."""
    if PUNYCODE not in host or len(host) > HOST_CHARS_MAX:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _is_name(host: str) -> bool:
    return 0 < len(host) <= HOST_CHARS_MAX and not host.rpartition(".")[2].isdigit()


@cache
def _suffixes() -> PublicSuffixList:
    """With the suffixes that companies give out themselves, such as github.io: below them, owners differ."""
    return PublicSuffixList()


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)
