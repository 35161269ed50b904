"""A small export out of a real ledger in a folder, with a real witness's signatures and no server."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from console.proving import verify
from console.proving.lines import canonical
from console.proving.prover import Prover, Range, Where
from console.proving.writing import Anchored, Export, Keys
from records.audit import Audit
from records.ledger.notes import COSIGNATURE, Signer, parse_note
from records.ledger.reading import Folder
from records.ledger.store import Ledger
from records.posts import Collector, Post, revision_of
from tests.records.ledger.kept import keep, message

WITNESS = "witness.example"
SEEN_AT = 1_790_000_000
NOW = datetime(2026, 11, 2, 9, 14, tzinfo=UTC)
Files = dict[str, bytes]
TEXTS = ("quince marmalade", "medlar jelly", "sloe gin", "rowan wine", "elder syrup")


def post(number: int) -> Post:
    """A sighting of a post."""
    text = TEXTS[number % len(TEXTS)]
    return Post(
        kind="seen",
        post_id=f"forum:{number}",
        source="forum",
        native_id=str(number),
        text=text,
        revision_id=revision_of(text),
        seen_at=NOW,
        collector=Collector(source="forum", version="1", config_digest="0" * 64),
    )


@dataclass
class Made:
    """A ledger with posts, and the keys that a stranger was told."""

    folder: Path
    witness: Signer
    public: bytes = b""

    def keep(self, *records: Post | Audit) -> None:
        """Puts records at the end, signs, and has it cosigned."""
        topics = {Post: "posts", Audit: "audit"}
        keep(
            self.folder,
            [message(topics[type(one)], one, append_ms=1_700_000_000_000 + n) for n, one in enumerate(records)],
        )
        with closing(Ledger(self.folder, "test")) as ledger:
            self.public = ledger.signer.public()
            for log in ledger:
                note = parse_note((log.folder / "checkpoint").read_bytes())
                log.keep_cosigned(note.with_signatures([self.witness.cosign(WITNESS, note.text, SEEN_AT)]).encode())

    @property
    def keys(self) -> Keys:
        """Whom the export asks to be believed."""
        verifier = self.witness.verifier(WITNESS, COSIGNATURE)
        return Keys("test", self.public, [(verifier, "run by somebody else")])

    def prover(self) -> Prover:
        """Of what is there now."""
        return Prover(Folder(self.folder), self.public, [verifier for verifier, _ in self.keys.witnesses])

    def anchored(self, asked: str, digest: str) -> Anchored:
        """As the keeper of a real ledger would have it after a moment."""
        said = {"staff_id": "ann", "idempotency_key": digest, "subject": asked, "happened_at": NOW}
        self.keep(Audit(kind="export", detail=f"sha256 {digest}", **said))
        prover = self.prover()
        [state] = [state for state in prover.logs() if state.log.topic == "audit"]
        [entry] = prover.prove([(state.log.topic_id, 0, state.size - 1)])
        return Anchored(entry, prover.checkpoints()[state.log.path])


def made(folder: Path, posts: int = 5) -> Made:
    """A ledger that has some posts."""
    found = Made(folder, Signer.made())
    found.keep(*(post(number) for number in range(posts)))
    return found


def exported(ledger: Made, path: Path, offsets: Iterable[int] = (1, 3), *, complete: bool = False) -> Path:
    """An export of the posts at these offsets; `complete` shows that no entry between them was left out."""
    prover, shown = ledger.prover(), list(offsets)
    places: list[Where] = [("id-of-posts", 0, offset) for offset in shown]
    ranges: list[Range] = []
    with Export(path, "export", "two posts", "ann") as export:
        if complete:
            [state] = [state for state in prover.logs() if state.log.topic == "posts"]
            stretch = dict.fromkeys(shown)
            found, entries = prover.prove_range(
                state, min(shown), max(shown) + 1, stretch, "not part of what was asked"
            )
            export.add_proofs(prover, entries, ledger.keys, [found])
        else:
            export.add_proofs(prover, prover.prove(places), ledger.keys, ranges)
        export.add_lines("posts.jsonl", [_line(offset) for offset in shown])
        export.add("README.txt", b"For whoever opens this.\n")
        export.finish(partial(ledger.anchored, "two posts"))
    return path


def _line(number: int) -> bytes:
    return canonical({"post_id": f"forum:{number}", "what": {"revisions": [{"text": TEXTS[number % len(TEXTS)]}]}})


def wrong(files: Files, *pinned: str) -> list[str]:
    """What is wrong with these files, for somebody who was told this key of the ledger."""
    done = verify.Verification(files, *pinned)
    done.run()
    found: list[str] = done.wrong
    return found
