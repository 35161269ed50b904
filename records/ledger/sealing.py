"""How the content of an entry is committed to and encrypted, so that deleting one key erases it and every proof stays.

Salt and key of an entry come from its subject's key by HKDF-Expand with SHA-512 (RFC 5869, section 2.3; the subject's
key is uniformly random, so that nothing has to be extracted): one block over `lifeguard seal v1`, topic id, partition
and offset, with line feeds between. Its first half is the salt of the commitment, SHA-256(salt ‖ value), its second the
key of AES-256-GCM. The nonce is the beginning of the commitment: another value at the same place is never encrypted
with the same nonce. The leaf never hashes the ciphertext, since AES-GCM does not commit to its key.
"""

import hmac
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from records.ledger.entries import LogId

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12


def subject_of(topic: str, key: bytes | None, place: str, *, about_post: bool) -> bytes:
    """Whose key seals a record: a post, else what the topic is keyed by; without a key, the record itself."""
    if key is None:
        return keyless(topic, place)
    return ("post:" if about_post else f"{topic}:").encode() + key


def keyless(topic: str, place: str) -> bytes:
    """The subject of a record without a key; a space follows where a colon would, so that no key can have its name."""
    return f"{topic} at {place}".encode()


def subject_digest(subject: bytes) -> bytes:
    """The 16 bytes by which the key store knows a subject."""
    return sha256(b"lifeguard subject v1\n" + subject).digest()[:16]


def salt_and_key(subject_key: bytes, topic_id: str, partition: int, offset: int) -> tuple[bytes, bytes]:
    """Salt and AES key of one place, 32 bytes each."""
    block = hmac.digest(subject_key, b"%b%d\x01" % (places(topic_id, partition), offset), "sha512")
    return block[:SALT_BYTES], block[SALT_BYTES:]


def places(topic_id: str, partition: int) -> bytes:
    """The beginning of what is derived from, for every place of one log."""
    return f"lifeguard seal v1\n{topic_id}\n{partition}\n".encode()


def commitment(salt: bytes, value: bytes) -> bytes:
    """What the leaf says about the value; it tells nothing to whoever lacks the salt."""
    return sha256(salt + value).digest()


def seal(subject_key: bytes, places_of_log: bytes, offset: int, value: bytes) -> tuple[bytes, bytes]:
    """Commitment and ciphertext of a value at its place; the keeper calls this for every record."""
    block = hmac.digest(subject_key, b"%b%d\x01" % (places_of_log, offset), "sha512")
    committed = sha256(block[:SALT_BYTES] + value).digest()
    return committed, AESGCM(block[SALT_BYTES:]).encrypt(committed[:NONCE_BYTES], value, None)


def unseal(subject_key: bytes, log: LogId, offset: int, committed: bytes, sealed: bytes) -> tuple[bytes, bytes] | None:
    """Salt and value; None where key, ciphertext and commitment do not belong together."""
    salt, key = salt_and_key(subject_key, log.topic_id, log.partition, offset)
    try:
        value = AESGCM(key).decrypt(committed[:NONCE_BYTES], sealed, None)
    except InvalidTag:
        return None
    return (salt, value) if commitment(salt, value) == committed else None
