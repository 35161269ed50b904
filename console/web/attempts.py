"""Tries to sign in that failed, by the address that they came from: after too many it has to wait."""

import ipaddress
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil

from console.staff.accounts import Wait

FAILURES_MAX = 20
"""So many from one address in each window; a whole office may share one."""
WINDOW_SECONDS = 300.0
ADDRESSES_MAX = 10_000
"""Of more addresses the one that failed longest ago is forgotten."""
IPV6_NETWORK_BITS = 64
"""One customer of a provider has at least so much for himself."""


class Attempts:
    """In memory: a restart forgives. What one name has to wait for is in the file of accounts."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def begin(self, host: str) -> None:
        """Counts one more, as if it failed; raises Wait if there were too many."""
        address, now = _network(host), self._now()
        times = self._failed.setdefault(address, deque())
        while times and times[0] <= now - WINDOW_SECONDS:
            times.popleft()
        if len(times) >= FAILURES_MAX:
            raise Wait("too many tries to sign in from this address", ceil(times[0] + WINDOW_SECONDS - now))
        times.append(now)
        self._failed.move_to_end(address)
        while len(self._failed) > ADDRESSES_MAX:
            self._failed.popitem(last=False)

    def succeeded(self, host: str) -> None:
        """The last one did not fail."""
        times = self._failed.get(_network(host))
        if times:
            times.pop()


def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return host
