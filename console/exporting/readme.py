"""README.txt of an export: what a person who has never seen us needs to know to read and to check it."""

from typing import Literal

_ABOUT = {
    "export": """\
WHAT THIS IS

Posts that third parties left on a company's site (comments, reviews, replies), as they stand in the company's record,
with everything that is on record about them. Lifeguard, the program that keeps the record, made this file.

  index.html       begin here: what was asked for, and a list of the posts. It opens in any browser, without a network.
  dossiers/        a page for each post: what, who, when, where, how it came into the record, how it was judged, what
                   was decided and done, and how far all that is proved. Every term is explained where it stands.
  posts.jsonl      the same dossiers for programs, a line each; schema.json describes them (JSON Schema 2020-12).
  posts.csv        a table with a row for each post; posts.csv-metadata.json describes its columns (CSV on the Web).
                   An apostrophe stands before a cell that a spreadsheet would take for a formula.
  captures/        the bytes of the posts as they came from the site, where they were kept; each file is named by its
                   SHA-256. Strangers wrote them, and nothing in them was made harmless: do not open them in a browser.
""",
    "not_captured": """\
WHAT THIS IS

The answer that something is not in a company's record of the posts that third parties leave on its site, and what was
being watched at the time. Lifeguard, the program that keeps the record, made this file.

  answer.html      begin here: what was asked for, and the answer in words. It opens in any browser, without a network.
  answer.json      the same for programs.

The records in ledger/entries.jsonl are what the sources of posts reported of their watching at that time: heartbeats
("all was seen from .. until .."), and gaps.
""",
    "certificate": """\
WHAT THIS IS

The certificate that the content of a post was erased: by whom and on what ground, what nobody can read any more, and
until when a copy of it may last. Lifeguard, the program that keeps the record, made this file.

  certificate.html  begin here. It opens in any browser, without a network.
  certificate.json  the same for programs.

The records in ledger/entries.jsonl are everything that the ledger has about the post. That each is there is proved; the
key that could open them was overwritten. Two of them say who had it erased, and that the key is gone, and are readable.
""",
}

_CHECK = """
HOW TO CHECK IT

Unpack it into an empty folder. With Python 3.8 or newer, and nothing else, not even a network:

    python -I -S verify.py

It prints PASS with what is proved, or FAIL with the file and the entry that is wrong. verify.py is short and meant to
be read; who does not trust the copy in here can take it from where Lifeguard is published, or write another one.

  manifest.json    every other file with its size and its SHA-256 (a digest: other bytes give another number).
  anchor.json      the proof that the SHA-256 of manifest.json stands in the ledger, so that whoever signed the ledger
                   has signed all of this.
  ledger/          the proofs. The ledger is a list of records that only ever grows. A checkpoint is its length and one
                   digest over all of it, signed; witnesses, kept elsewhere, sign that each one they see continues the
                   one before. keys.json has the keys, checkpoints/ the signed checkpoints, entries.jsonl the records
                   (or why one is not shown), each with the digests that lead from it to its checkpoint, and
                   ranges.jsonl the stretches of the ledger of which nothing was left out.

Compare the keys that verify.py prints with those that you were told by another way: whoever forges all of this could
put in keys of his own.
"""

_NOT = {
    "export": """
WHAT IS NOT PROVED

Who the authors really are; that the site showed these words to anyone; that everything on the site was captured;
anything recorded later. What is derived from records, such as the state of a case, is shown as the index had it.
""",
    "not_captured": """
WHAT IS NOT PROVED

That it was never on the site. The record has what the sources saw: where nothing was watched, in the gaps, or in other
words than those asked for, it may have been there. Only the current text of each post was searched, and nobody can
search what was erased. What is proved is that this answer was given then, and what the sources had reported by then.
""",
    "certificate": "",
}


def readme(kind: Literal["export", "not_captured", "certificate"]) -> bytes:
    """The text, for this kind of file."""
    return (_ABOUT[kind] + _CHECK + _NOT[kind]).encode("ascii")
