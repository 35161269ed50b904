"""One cosigned checkpoint an hour, each whole, also after a crash in the middle of one."""

import os
import time
from pathlib import Path

from ingest.keeper import history

NOTE = b"origin\n5\nroot\n\n\xe2\x80\x94 keeper sig\n\xe2\x80\x94 witness sig\n"


def test_a_note_an_hour_is_appended(tmp_path: Path) -> None:
    """And one at the end of a log, whenever that is."""
    assert history.keep(tmp_path, NOTE)
    assert not history.keep(tmp_path, NOTE)
    assert history.keep(tmp_path, NOTE, always=True)
    an_hour_ago = time.time() - history.EVERY_SECONDS
    os.utime(tmp_path / history.NAME, (an_hour_ago, an_hour_ago))
    assert history.keep(tmp_path, NOTE)
    assert history.notes((tmp_path / history.NAME).read_bytes()) == [NOTE] * 3


def test_what_a_crash_tore_is_cut_off(tmp_path: Path) -> None:
    """At every byte of it."""
    whole = NOTE + b"\n"
    for size in range(len(whole)):
        path = tmp_path / history.NAME
        path.write_bytes(whole + whole[:size])
        assert history.notes(path.read_bytes()) == [NOTE]
        assert history.keep(tmp_path, NOTE, always=True)
        assert path.read_bytes() == whole * 2
