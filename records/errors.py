"""The errors that two packages must agree on; every other error stays behind its door.

Problem
├── Malformed      bytes that are not the record they claim to be: kept whole, and work goes on
├── NewerVersion   a record of a newer release: stop, and upgrade this worker first
├── Unavailable    a server does not answer: wait with backoff, and say so
├── Misconfigured  a setting, topic or index is not what this release needs: stop, with the sentence
└── NotAllowed     what a person may not do now, or not as who they are; the refusal is on record
"""


class Problem(Exception):
    """Anything that this product can say in one sentence to the person who reads it."""


class Malformed(Problem):
    """Bytes that are not the record they claim to be; the message says what is wrong, never the content."""


class NewerVersion(Problem):
    """A record written by a newer release than this worker knows."""


class Unavailable(Problem):
    """A server that does not answer, or answers that it cannot; trying again later may help."""


class Misconfigured(Problem):
    """Something a person must set right before this process can work."""


class NotAllowed(Problem):
    """What a person may not do now, or not as who they are; the message says why, and from when on, if ever."""
