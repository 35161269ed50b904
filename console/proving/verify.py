#!/usr/bin/env python3
"""Checks an export of Lifeguard, with nothing but Python 3.8 or newer: python verify.py [FOLDER or ZIP]

What the export claims: at the times given, these records stood at these places of an append-only ledger, whose signed
and cosigned checkpoints are in the folder `ledger`; and this export as it stands was itself entered into that ledger.

What is checked, in this order:
 1. `manifest.json` names every other file with its size and SHA-256; no file differs, is missing, or was added.
 2. `anchor.json`: an entry of the ledger that holds the SHA-256 of the manifest, so that whoever signed the ledger
    signed the manifest too.
 3. Each checkpoint: the Ed25519 signature (RFC 8032) of the ledger, and of each witness, as C2SP signed notes.
 4. Each entry of `ledger/entries.jsonl`: its content is what it commits to, SHA-256(salt + content), and it is in the
    tree under the checkpoint (RFC 9162, section 2.1.3). Where the content was withheld or erased, that it is there.
 5. Each range of `ledger/ranges.jsonl`: it is complete, no entry is missing in between.
 6. Each text in `posts.jsonl` is said by an entry that was proved.

The keys are in `ledger/keys.json`. A forger could have put keys of his own there: compare them, as they are printed at
the end, with what you were told by another way, or give them: --ledger-key HEX --witness-key HEX (as often as needed).
He could have changed this very file as well: who doubts runs the verify.py of another export, or of Lifeguard itself.
"""

import base64
import hashlib
import io
import json
import os
import stat
import struct
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache

FILE_BYTES_MAX = 1 << 31
NAMED_MAX = 20
FORMAT = "lifeguard export v1"
OUTSIDE = ("manifest.json", "anchor.json")
SIZE_DIGITS_MAX = 19
DASH = "\u2014 "
HEX = frozenset("0123456789abcdef")
UNREADABLE = (
    OSError, zipfile.BadZipFile, zipfile.LargeZipFile, struct.error, zlib.error, ValueError, NotImplementedError,
    RuntimeError, EOFError, IndexError, KeyError, OverflowError,
)  # fmt: skip


class Wrong(Exception):
    """What does not hold, in words."""


# Ed25519 as RFC 8032 defines it, section 5.1; points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def added(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiplied(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = added(total, point)
        point, number = added(point, point), number >> 1
    return total


def point_of(data):
    """The point that 32 bytes encode, or None (RFC 8032, 5.1.3)."""
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if (x & 1) != sign else x
    return x, y, 1, x * y % P


BASE = point_of(bytes([0x58]) + bytes([0x66]) * 31)


@lru_cache(maxsize=4096)
def is_signed(public, message, signature):
    """Whether the signature of 64 bytes is the key's, over the message (RFC 8032, 5.1.7, without the cofactor)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = multiplied(scalar, BASE), added(commitment, multiplied(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# The tree of RFC 9162.


def leaf_hash(leaf):
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_proof(hash_of_leaf, index, size, proof):
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); raises Wrong where it leads nowhere."""
    if not 0 <= index < size:
        raise Wrong("lies beyond the checkpoint")
    node, last, found = index, size - 1, hash_of_leaf
    for beside in proof:
        if not last:
            raise Wrong("has a proof that is too long")
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    if last:
        raise Wrong("has a proof that is too short")
    return found


def root_by_range(hashes, start, size, beside):
    """The root over a range of leaves and the nodes beside it, from left to right; raises Wrong."""
    stop, rest = start + len(hashes), list(reversed(beside))

    def node(first, end):
        if end <= start or first >= stop:
            if not rest:
                raise Wrong("has too few hashes beside it")
            return rest.pop()
        if end - first == 1:
            return hashes[first - start]
        middle = first + (1 << ((end - first - 1).bit_length() - 1))
        return node_hash(node(first, middle), node(middle, end))

    if not 0 <= start < stop <= size:
        raise Wrong("lies beyond the checkpoint")
    found = node(0, size)
    if rest:
        raise Wrong("has too many hashes beside it")
    return found


# What stands in the files.


def canonical(value):
    """The one way in which this export writes JSON: whatever else says the same was changed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def parsed(data, *names):
    """A JSON object with exactly these names, written in the one way; raises Wrong."""
    try:
        value = json.loads(data.decode("ascii"))
    except (ValueError, RecursionError):
        raise Wrong("is no JSON")
    if not isinstance(value, dict) or (names and set(value) != set(names)):
        raise Wrong("has not the fields that it must have")
    try:
        same = canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise Wrong("is not written as this export writes it")
    return value


def unlike(pairs):
    """A JSON object in which no name stands twice: two readers would read two things; raises Wrong."""
    if len(dict(pairs)) != len(pairs):
        raise Wrong("says something twice")
    return dict(pairs)


def bytes_of(text):
    """Bytes out of base64, of which there is one way to write them; raises Wrong."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, AttributeError):
        raise Wrong("has a value that is no base64")
    if base64.b64encode(data).decode() != text:
        raise Wrong("has a value in unusual base64")
    return data


def number(value):
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise Wrong("has a number that is none")
    return value


def hash_of(value):
    data = bytes_of(value)
    if len(data) != 32:
        raise Wrong("has a hash that is not 32 bytes long")
    return data


def hashes_of(values):
    if not isinstance(values, list):
        raise Wrong("has hashes that are no list")
    return [hash_of(one) for one in values]


class Key:
    """A public key as C2SP signed notes name it: kind 1 signs the text, kind 4 the text and when it was seen."""

    def __init__(self, name, kind, public):
        self.name, self.kind, self.public = name, kind, public
        self.id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]

    def seen_at(self, text, blob):
        """Seconds since 1970 of a cosignature, 0 of a plain signature, None where it is not right."""
        if self.kind == 1:
            return 0 if is_signed(self.public, text.encode(), blob) else None
        at = int.from_bytes(blob[:8], "big")
        message = f"cosignature/v1\ntime {at}\n{text}".encode()
        return at if is_signed(self.public, message, blob[8:]) else None


def vkey(text):
    """A witness's C2SP verifier key: name+hash+base64 of kind and key; raises Wrong."""
    parts = text.split("+", 2)
    data = bytes_of(parts[2]) if len(parts) == 3 else b""
    if len(data) != 33 or data[0] != 4:  # a key of kind 1 would sign in the place of the ledger's
        raise Wrong("has a witness with a key that is not one of a witness")
    key = Key(parts[0], data[0], data[1:])
    if key.id.hex() != parts[1]:
        raise Wrong("has a key whose hash is another")
    return key


class Checkpoint:
    """Size and root of a log, signed by the ledger under the log's name, and seen by witnesses at `seen`."""

    def __init__(self, data, ledger, witnesses):
        try:
            text, signatures = data.decode("utf-8").split("\n\n", 1)
            text += "\n"
            self.origin, size, root = text.split("\n")[:3]
            self.size, self.root = int(size[: SIZE_DIGITS_MAX + 1]), hash_of(root)
        except ValueError:
            raise Wrong("is no checkpoint")
        if str(self.size) != size or not 1 <= self.size < 1 << 63:
            raise Wrong("is no checkpoint")
        ours = Key(self.origin, 1, ledger)
        known = {key.id: key for key in witnesses + [ours]}
        self.seen, signed = {}, False
        if not signatures.endswith("\n"):
            raise Wrong("has a signature without an end")
        for line in signatures[:-1].split("\n"):
            name, _, blob = line[len(DASH) :].rpartition(" ")
            blob = bytes_of(blob)
            key = known.get(blob[:4])
            if not line.startswith(DASH) or key is None or key.name != name:
                raise Wrong("is signed by somebody whose key is not in ledger/keys.json")
            at = key.seen_at(text, blob[4:])
            if at is None:
                raise Wrong(f"has a signature of {shown(name)} that does not verify")
            if key is ours:
                signed = True
            else:
                self.seen[name] = at
        if not signed:
            raise Wrong("is not signed by the ledger")

    def refuse_other(self, log):
        """Raises Wrong unless this is the checkpoint of the log, by Kafka's id of the topic and by the partition."""
        topic_id, partition = self.origin.split("/")[-2:]
        if not log.endswith(f"-{partition}-{topic_id}"):
            raise Wrong("is the checkpoint of another log")

    def refuse_beyond(self, entry):
        """Raises Wrong unless the entry, where it is shown, is of this very log."""
        if entry.place is not None and not self.origin.endswith(entry.place):
            raise Wrong("is the entry of another log than its checkpoint's")


class Entry:
    """One line of entries: which log, which number, its leaf where it is shown, its hash, and what it holds."""

    FIELDS = {
        ("leaf", "log", "offset", "proof", "salt", "value"),
        ("leaf", "log", "offset", "proof", "unopened"),
        ("hash", "log", "offset", "proof", "withheld"),
    }

    def __init__(self, value):
        if tuple(sorted(value)) not in self.FIELDS:
            raise Wrong("has not the fields that it must have")
        self.log, self.offset = value["log"], number(value["offset"])
        if not isinstance(self.log, str):
            raise Wrong("has not the fields that it must have")
        # Within a range that is proved as a whole an entry needs no proof of its own.
        self.proof = None if value["proof"] is None else hashes_of(value["proof"])
        self.leaf = bytes_of(value["leaf"]) if "leaf" in value else None
        self.hash = leaf_hash(self.leaf) if self.leaf is not None else hash_of(value["hash"])
        self.why = value.get("unopened") or value.get("withheld")
        self.value, self.at_ms, self.key, self.topic, self.place = None, None, None, None, None
        if self.leaf is not None:
            self._read_leaf(value)
        elif not isinstance(self.why, str):
            raise Wrong("does not say why it is withheld")

    def _read_leaf(self, value):
        head, body = self.leaf.split(b"\n", 5)[:5], self.leaf.split(b"\n", 5)[-1]
        said = [part.decode("utf-8") for part in head]
        if len(said) != 5 or said[0] != "lifeguard entry v1" or len(body) < 61:
            raise Wrong("is no entry of a ledger")
        if f"{said[2]}-{said[4]}-{said[3]}" != self.log or int.from_bytes(body[1:9], "big") != self.offset:
            raise Wrong("is the entry of another place")
        self.topic, self.place = said[2], "/" + "/".join((said[1], said[3], said[4]))
        self.at_ms, self.key = int.from_bytes(body[9:17], "big"), body[29:-32].decode("utf-8", "replace")
        if "value" in value:
            salt, self.value = bytes_of(value["salt"]), bytes_of(value["value"])
            if len(salt) != 32 or hashlib.sha256(salt + self.value).digest() != body[-32:]:
                raise Wrong("holds another content than the one it commits to")
        elif not isinstance(self.why, str):
            raise Wrong("does not say why its content is not here")

    def record(self):
        try:
            found = json.loads(self.value.decode("utf-8"), object_pairs_hook=unlike)
        except (ValueError, RecursionError, Wrong):
            return {}
        return found if isinstance(found, dict) else {}


class Verification:
    """All checks over the files of one export; `wrong` says file, entry and what."""

    def __init__(self, files, pinned_ledger=None, pinned_witnesses=()):
        self.files, self.wrong = files, []
        self.pinned_ledger, self.pinned_witnesses = pinned_ledger, list(pinned_witnesses)
        self.manifest, self.ledger, self.witnesses = {}, None, []
        self.checkpoints, self.entries, self.ranges, self.anchor = {}, [], [], None

    def run(self):
        for check in (self._keys, self._manifest, self._anchor, self._checkpoints, self._entries, self._ranges):
            check()
        if not self.wrong:
            self._posts()
        return not self.wrong

    def _held(self, where, check, *values):
        """What a check gives; where it raises, the place is named, and None comes back."""
        try:
            return check(*values)
        except Wrong as reason:
            self.wrong.append(f"{where}: {reason}")
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError):
            self.wrong.append(f"{where}: is not what it must be")
        except MemoryError:
            self.wrong.append(f"{where}: is too large for the memory of this computer")
        return None

    def _file(self, name):
        if name not in self.files:
            raise Wrong("is missing")
        return self.files[name]

    def _lines(self, name):
        data = self._held(name, self._file, name)
        lines = (data or b"").split(b"\n")
        if lines.pop():
            self.wrong.append(f"{name}: its last line has no end")
        return lines

    def _keys(self):
        def read():
            value = parsed(self._file("ledger/keys.json"), "ledger", "public", "witnesses")
            self.ledger, self.witnesses = hash_of(value["public"]), [vkey(one["vkey"]) for one in value["witnesses"]]
            if len({key.name for key in self.witnesses} | {""}) <= len(self.witnesses):
                raise Wrong("has two witnesses of one name, or one without a name")
            if len({key.public for key in self.witnesses} | {self.ledger}) <= len(self.witnesses):
                raise Wrong("has one key under two names: nobody is his own witness")
            self.about = {key.name: one["protects"] for key, one in zip(self.witnesses, value["witnesses"])}
            if self.pinned_ledger not in (None, self.ledger.hex()):
                raise Wrong("has another key of the ledger than the one you gave")
            unknown = [key.name for key in self.witnesses if key.public.hex() not in self.pinned_witnesses]
            if self.pinned_witnesses and unknown:
                raise Wrong(
                    "has other keys of witnesses than those you gave: {}".format(", ".join(map(shown, unknown)))
                )
            if not set(self.pinned_witnesses) <= {key.public.hex() for key in self.witnesses}:
                raise Wrong("has not every key of a witness that you gave")

        self._held("ledger/keys.json", read)

    def _manifest(self):
        def read():
            value = parsed(self._file("manifest.json"))
            if value.get("format") != FORMAT:
                raise Wrong(f"is of another format than this verify.py knows: {FORMAT}")
            if not all(isinstance(one["name"], str) for one in value["files"]):
                raise Wrong("names a file in no words")
            if len({one["name"] for one in value["files"]}) != len(value["files"]):
                raise Wrong("names a file twice")
            return value, {one["name"]: one for one in value["files"]}

        found = self._held("manifest.json", read)
        if found is None:
            return
        self.manifest, named = found
        for name in sorted(set(self.files) - set(named) - set(OUTSIDE)):
            self.wrong.append(f"{shown(name)}: was added, the manifest does not name it")
        for name, said in sorted(named.items()):
            self._held(shown(name), self._as_said, name, said)

    def _as_said(self, name, said):
        data = self._file(name)
        if len(data) == said["size_bytes"] and hashlib.sha256(data).hexdigest() == said["sha256"]:
            return
        lines, told = data.split(b"\n"), said.get("lines", [])
        for at, line in enumerate(told):
            if at >= len(lines) or hashlib.sha256(lines[at]).hexdigest()[:16] != line:
                raise Wrong(f"line {at + 1} is not the one that was exported")
        raise Wrong("is not the file that was exported")

    def _anchor(self):
        def read():
            value = parsed(self._file("anchor.json"), "checkpoint", "entry")
            checkpoint = self._checkpoint(value["checkpoint"].encode())
            entry = Entry(value["entry"])
            checkpoint.refuse_other(entry.log)
            self._included(entry, checkpoint)
            said = entry.record()
            manifest = hashlib.sha256(self._file("manifest.json")).hexdigest()
            digest = said.get("detail") if said.get("kind") == "export" else None
            if entry.topic != "audit" or digest != "sha256 " + manifest:
                raise Wrong("speaks of another manifest.json than this one")
            if self.manifest and said.get("staff_id") != self.manifest.get("made_by"):
                raise Wrong("was made by somebody else than manifest.json says")
            return checkpoint, entry, said

        self.anchor = self._held("anchor.json", read)

    def _checkpoints(self):
        for name in sorted(self.files):
            if name.startswith("ledger/checkpoints/"):
                log = name[len("ledger/checkpoints/") : -len(".txt")]
                found = self._held(shown(name), lambda: self._checkpoint(self._file(name)))
                if found is not None:
                    self._held(shown(name), found.refuse_other, log)
                    self.checkpoints[log] = found

    def _checkpoint(self, data):
        found = Checkpoint(data, self.ledger, self.witnesses)
        if self.pinned_witnesses and len(found.seen) < len(set(self.pinned_witnesses)):
            raise Wrong("was not cosigned by every witness whose key you gave")
        return found

    def _included(self, entry, checkpoint):
        checkpoint.refuse_beyond(entry)
        if root_by_proof(entry.hash, entry.offset, checkpoint.size, entry.proof) != checkpoint.root:
            raise Wrong("is not in the tree under the checkpoint")

    def _entries(self):
        seen = set()
        for at, line in enumerate(self._lines("ledger/entries.jsonl"), 1):
            entry = self._held(f"ledger/entries.jsonl: line {at}", lambda: Entry(parsed(line)))
            if entry is None:
                continue
            where = f"ledger/entries.jsonl: line {at}, entry {entry.offset} of {shown(entry.log)}"
            if (entry.log, entry.offset) in seen:
                self.wrong.append(f"{where}: stands there twice")
            seen.add((entry.log, entry.offset))
            if entry.proof is not None:
                self._held(where, lambda: self._included(entry, self._checkpoint_of(entry.log)))
            self.entries.append(entry)

    def _checkpoint_of(self, log):
        if log not in self.checkpoints:
            raise Wrong("has no checkpoint that holds")
        return self.checkpoints[log]

    def _ranges(self):
        by_place = {(entry.log, entry.offset): entry for entry in self.entries}
        proved = {place for place, entry in by_place.items() if entry.proof is not None}
        for at, line in enumerate(self._lines("ledger/ranges.jsonl"), 1):
            where = f"ledger/ranges.jsonl: line {at}"
            found = self._held(where, self._range, line, by_place)
            if found is not None:
                self.ranges.append(found)
                proved.update((found[0], offset) for offset in range(found[1], found[2]))
        for log, offset in sorted(set(by_place) - proved):
            self.wrong.append(f"ledger/entries.jsonl: entry {offset} of {shown(log)}: has no proof")

    def _range(self, line, by_place):
        value = parsed(line, "beside", "from", "log", "until")
        log, start, until = value["log"], number(value["from"]), number(value["until"])
        checkpoint = self._checkpoint_of(log)
        missing = [
            offset for offset in range(start, min(until, start + len(by_place) + 1)) if (log, offset) not in by_place
        ]
        if missing:
            raise Wrong(f"is not complete: entry {missing[0]} of {shown(log)} is missing")
        if any(other == log and start < end and until > begin for other, begin, end in self.ranges):
            raise Wrong("has entries of another range")
        for offset in range(start, until):
            checkpoint.refuse_beyond(by_place[log, offset])
        hashes = [by_place[log, offset].hash for offset in range(start, until)]
        beside = hashes_of(value["beside"])
        if root_by_range(hashes, start, checkpoint.size, beside) != checkpoint.root:
            raise Wrong(f"is not what the checkpoint of {shown(log)} says: an entry of it was changed")
        return log, start, until

    def _posts(self):
        said = {}
        for entry in self.entries:
            if entry.value is not None and entry.topic == "posts":
                record = entry.record()
                if isinstance(record.get("text"), str) and record.get("post_id") == entry.key:
                    said.setdefault(entry.key, set()).add(record["text"])
        for at, line in enumerate(self._lines("posts.jsonl") if "posts.jsonl" in self.files else [], 1):
            self._held(f"posts.jsonl: line {at}", self._post, line, said)

    @staticmethod
    def _post(line, said):
        post = json.loads(line.decode("utf-8"), object_pairs_hook=unlike)
        for revision in post["what"]["revisions"]:
            if revision.get("text") is not None and revision["text"] not in said.get(post["post_id"], ()):
                raise Wrong("has a text of {} that no proven entry says".format(shown(str(post["post_id"]))))


def shown(text):
    """A name from the export, with nothing in it that a terminal would obey."""
    return "".join(char if 32 <= ord(char) < 127 else f"\\u{ord(char):04x}" for char in text)[:200]


def at(seconds):
    try:
        return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return "a time that no calendar has"


def told(done):
    """What was proved, and what was not, a sentence a line."""
    opened = sum(entry.value is not None for entry in done.entries)
    kind = shown(str(done.manifest.get("kind")))
    yield "This is an export of the kind {}, made {} by {}; asked for: {}".format(
        kind, *(shown(str(done.manifest.get(name))) for name in ("made_at", "made_by", "asked"))
    )
    checkpoint, entry, _ = done.anchor
    when = at(entry.at_ms / 1000)
    yield f"It is as it was when it entered the ledger, {when}: entry {entry.offset} of {shown(entry.log)}."
    yield f"{len(done.entries)} entries are proved, {opened} of them with their content."
    for why, count in sorted(Counter(entry.why for entry in done.entries if entry.why).items()):
        yield f"  without: {count} {shown(why)}"
    by_place = {(entry.log, entry.offset): entry for entry in done.entries}
    named = {entry.log for entry in done.entries if entry.topic is not None}
    for log, found in sorted(list(done.checkpoints.items()) + [(entry.log, checkpoint)]):
        seen = ", ".join(f"{shown(name)} at {at(when)}" for name, when in sorted(found.seen.items()))
        yield "  {}: up to {} entries, {}".format(
            shown(log), found.size, "cosigned by " + seen if seen else "cosigned by nobody"
        )
    for log, start, until in done.ranges:
        first, last = by_place[log, start], by_place[log, until - 1]
        when = f" (recorded {at(first.at_ms / 1000)} to {at(last.at_ms / 1000)})" if first.at_ms and last.at_ms else ""
        yield f"  {shown(log)}: entries {start} to {until - 1} are complete, none is missing{when}"
        if log not in named:
            yield "    (none of them is shown: that they are of this partition is proved, not the name of the topic)"
    if kind == "not_captured":
        yield "So this answer was given then, and its sources had said of their watching what is in the entries."
        yield "Not proved: that it was never on the site: it may have been where, or when, nothing was watched."
    yield "Not proved: anything recorded later; who the authors really are; that the site showed these words to anyone;"
    yield "  that everything was captured; what dossiers say beyond the posts' own texts and ledger/entries.jsonl;"
    yield "  that pages and tables say the same as posts.jsonl. All of it is as its maker made it, and signed as such."
    if not any(found.seen for found in done.checkpoints.values()) and not checkpoint.seen:
        yield "  No witness has cosigned: whoever holds the ledger's key could have made all of this afterwards."
    yield "Believed were these keys; compare them with what you were told by another way:"
    yield "  the ledger   {}{}".format(done.ledger.hex(), " (as you gave it)" if done.pinned_ledger else "")
    for key in done.witnesses:
        yield f"  witness {shown(key.name)}   {key.public.hex()}: {shown(str(done.about.get(key.name)))}"


class Stored(Mapping):
    """The files of a folder or a ZIP by their names, each read when it is asked for; raises Wrong."""

    def __init__(self, names, read):
        self.names, self.read = names, read

    def __len__(self):
        return len(self.names)

    def __iter__(self):
        return iter(self.names)

    def __contains__(self, name):
        return name in self.names

    def __getitem__(self, name):
        found = self.names[name]
        if isinstance(found, Wrong):
            raise found
        try:
            return self.read(found)
        except UNREADABLE:
            raise Wrong("cannot be read")


def files_of(path):
    """Every file of a folder or a ZIP, by its name; raises Wrong."""
    try:
        if os.path.isdir(path):
            return Stored(dict(files_in(path)), bytes_in)
        archive = zipfile.ZipFile(path)
    except UNREADABLE:
        raise Wrong("cannot be read")
    infos = [info for info in archive.infolist() if info.file_size or not info.filename.endswith("/")]
    if len({info.filename for info in infos}) != len(infos):
        raise Wrong("holds a name twice")
    return Stored({info.filename: fitting(info, info.file_size) for info in infos}, archive.read)


def fitting(found, size):
    if getattr(found, "compress_type", zipfile.ZIP_DEFLATED) not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Wrong("is compressed in another way than by this export")
    return found if size <= FILE_BYTES_MAX else Wrong(f"is larger than {FILE_BYTES_MAX} bytes")


def bytes_in(path):
    with open(path, "rb") as opened:
        return opened.read(FILE_BYTES_MAX)


def files_in(folder):
    """Name and path of each, or what is wrong with it: a link may lead anywhere, a pipe or a device never ends."""

    def fails(error):
        raise error

    for where, folders, names in os.walk(folder, onerror=fails):
        for name in names + [one for one in folders if os.path.islink(os.path.join(where, one))]:
            path = os.path.join(where, name)
            about = os.lstat(path)
            found = fitting(path, about.st_size) if stat.S_ISREG(about.st_mode) else Wrong("is no plain file")
            yield os.path.relpath(path, folder).replace(os.sep, "/"), found


def main(words):
    """Prints PASS or FAIL and why; the exit code is 0 for PASS, 1 for FAIL, 2 where it was called in another way."""
    ledger, witnesses, path = None, [], None
    words = list(words)
    while words:
        word = words.pop(0)
        if word in ("--ledger-key", "--witness-key") and words:
            value = words.pop(0).lower()
            if len(value) != 64 or not set(value) <= HEX:
                print(f"{word} takes 64 hexadecimal digits")
                return 2
            ledger = value if word == "--ledger-key" else ledger
            witnesses += [value] if word == "--witness-key" else []
        elif word.startswith("-") or path is not None:
            print(__doc__)
            return 2
        else:
            path = word
    path = path or os.path.dirname(os.path.abspath(__file__))
    try:
        done = Verification(files_of(path), ledger, witnesses)
    except Wrong as reason:
        print(f"FAIL\n  {shown(path)}: {reason}")
        return 1
    if done.run():
        print("PASS")
        print("\n".join(told(done)))
        return 0
    print("FAIL")
    for said in done.wrong[:NAMED_MAX]:
        print("  " + said)
    if len(done.wrong) > NAMED_MAX:
        print(f"  and {len(done.wrong) - NAMED_MAX} more")
    return 1


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "ascii", "backslashreplace")
    sys.exit(main(sys.argv[1:]))
