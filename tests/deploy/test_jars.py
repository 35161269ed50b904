"""A jar is used only if it is the one that the lock names."""

import hashlib
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.jars import Jar
from deploy.local.trouble import Trouble

GOOD = b"the bytes that were locked"


def locked(content: bytes = GOOD) -> Jar:
    """A jar whose lock was written for some bytes."""
    return Jar("broker", "org.example:thing:1.0", hashlib.sha256(content).hexdigest())


def put(cache: Path, jar: Jar, content: bytes) -> Path:
    """Bytes in a cache, under the name of a jar."""
    file = cache / jar.path
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


def test_a_jar_in_a_cache_is_used_without_a_network(tmp_path: Path) -> None:
    """Whatever cache has it, nothing is downloaded."""
    file = put(tmp_path / "second", locked(), GOOD)
    assert jars.ensure([locked()], [tmp_path / "first", tmp_path / "second"]) == {locked(): file}


def test_a_tampered_jar_is_refused_by_name(tmp_path: Path) -> None:
    """One sentence names the file, and says what to do."""
    file = put(tmp_path, locked(), GOOD + b"!")
    with pytest.raises(
        Trouble, match=r"thing-1\.0\.jar is not the one .* delete .*thing-1\.0\.jar and run this again"
    ) as told:
        jars.ensure([locked()], [tmp_path])
    assert str(file) in str(told.value)


def test_no_network_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left behind that could be taken for a jar."""
    requests = pytest.importorskip("requests")
    pytest.importorskip("jgo")

    def nobody_there(*_: object, **__: object) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr("requests.request", nobody_there)
    with pytest.raises(Trouble, match=r"1 jars of the local broker and node are missing.*connect this machine"):
        jars.ensure([locked()], [tmp_path])
    assert list(tmp_path.rglob("*")) == []


def test_the_lock_names_every_group_and_no_host() -> None:
    """The committed lock: a SHA-256 for each jar, and nothing about where jars come from."""
    read = jars.read_lock()
    assert {jar.group for jar in read} == set(jars.GROUPS)
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in read)
    assert "://" not in jars.LOCK_FILE.read_text(encoding="utf-8")
