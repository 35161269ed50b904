"""posts.csv: a row a post, what a spreadsheet needs of it; and what its columns mean, as W3C's CSV on the Web asks.

A cell that a spreadsheet would take for a formula begins with an apostrophe: the text itself stands in posts.jsonl.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.dossier.values import Dossier

NAME = "posts.csv"
METADATA_NAME = "posts.csv-metadata.json"
CELL_CHARS_MAX = 32_000
"""A spreadsheet takes 32,767 characters in a cell; what is longer is cut here, and whole in posts.jsonl."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With the full-width forms, which some spreadsheets take for the same."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in XML Schema's words, and what it says."""

    name: str
    kind: str
    said: str


COLUMNS = (
    Column("number", "integer", "number of its page, dossiers/NUMBER.html, and of its line in posts.jsonl"),
    Column("post_id", "string", "our id: source, colon, the site's own id"),
    Column("source", "string", "the platform or feed that it was collected from"),
    Column("surface", "string", "the place on the site where it appeared"),
    Column("url", "string", "its address, as the site gives it"),
    Column("author_id", "string", "the author's id, as the site says"),
    Column("author_name", "string", "the author's name, as the site says"),
    Column("posted_at", "dateTime", "when it was posted, by the site's clock"),
    Column("first_seen_at", "dateTime", "when it was first seen, by our clock"),
    Column("recorded_at", "dateTime", "when the newest fact about it was recorded, by Kafka's clock"),
    Column("removed_at", "dateTime", "when it was seen to be gone"),
    Column("language", "string", "the language of the text, as a code"),
    Column("revisions", "integer", "how many texts it has had"),
    Column("text", "string", "its current text"),
    Column("labels", "string", "what it was found to be, separated by spaces"),
    Column("severity", "integer", "the highest severity of a finding, 0 to 3"),
    Column("state", "string", "where its case stands"),
    Column("action", "string", "what a moderator decided"),
    Column("decided_by", "string", "the member of staff who decided"),
    Column("decided_at", "dateTime", "when it was decided"),
    Column("holds", "string", "the legal holds on it, separated by spaces"),
    Column("erased", "boolean", "whether its content was erased"),
    Column("integrity", "string", "how far the ledger proves its dossier"),
)


def header() -> bytes:
    """The first line."""
    return _line(column.name for column in COLUMNS)


def row(number: int, document: Mapping[str, Any], dossier: Dossier) -> bytes:
    """The line of a post."""
    told = {**document, "number": number, "integrity": dossier.integrity.result if dossier.integrity else None}
    return _line(_cell(told.get(column.name), column) for column in COLUMNS)


def metadata() -> bytes:
    """The table's description, after https://www.w3.org/TR/tabular-metadata/."""
    columns = [
        {"name": one.name, "titles": one.name, "datatype": one.kind, "dc:description": one.said} for one in COLUMNS
    ]
    said = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": NAME,
        "dc:title": "Posts of this export",
        "dc:description": (
            "A cell of text that begins with one of = + - @ TAB CR LF has an apostrophe before it, so that no "
            f"spreadsheet takes it for a formula. Cells are cut after {CELL_CHARS_MAX} characters; posts.jsonl has all."
        ),
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True, "encoding": "utf-8",
                    "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "post_id"},
    }  # fmt: skip
    return json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"


def _cell(value: Any, column: Column) -> str:  # noqa: ANN401  of any field
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    return unlike_a_formula(str(value)[:CELL_CHARS_MAX]) if column.kind == "string" else str(value)


def unlike_a_formula(text: str) -> str:
    """With an apostrophe before what a spreadsheet would compute."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> bytes:
    """One line without its end; line ends inside a cell become spaces, so that each post is one line."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([" ".join(cell.splitlines()) for cell in cells])
    return out.getvalue().encode("utf-8", "backslashreplace")
