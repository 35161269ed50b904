"""The table of an export: no formula in it, a line a post, and a description that fits its columns."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.dossier.integrity import not_checked
from console.exporting import table
from tests.console.dossiers import NOW, made

DOSSIER = not_checked(made({"post_id": "site:c-1"}), "no ledger")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _row(**document: object) -> dict[str, str]:
    data = table.header() + b"\r\n" + table.row(7, {"post_id": "site:c-1", **document}, DOSSIER) + b"\r\n"
    (found,) = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    return found


def test_each_column_is_filled_from_the_document_and_the_dossier() -> None:
    """Numbers, lists and truth as other programs read them; what is missing is empty."""
    found = _row(labels=["complaint", "threat"], revisions=2, erased=False, posted_at=NOW.isoformat())
    assert (found["number"], found["post_id"], found["revisions"]) == ("7", "site:c-1", "2")
    assert (found["labels"], found["erased"], found["author_name"]) == ("complaint threat", "false", "")
    assert found["integrity"] == "NOT PROVED"


@pytest.mark.parametrize("start", FORMULAS)
def test_no_cell_is_a_formula(start: str) -> None:
    """A spreadsheet would run it; the apostrophe is documented in the description of the table."""
    assert table.unlike_a_formula(f'{start}HYPERLINK("http://evil")') == f'\'{start}HYPERLINK("http://evil")'
    assert _row(text=f"{start}1+1", author_name=f"{start}cmd|' /C calc'!A0")["text"].startswith("'")


@given(st.text())
def test_whatever_a_post_says_is_one_line_and_one_cell(text: str) -> None:
    """Quotes, commas and line ends too; no cell begins like a formula."""
    data = table.row(1, {"post_id": "site:c-1", "text": text}, DOSSIER)
    assert len(data.splitlines()) == 1
    found = _row(text=text)["text"]
    assert not found.startswith(FORMULAS)
    assert found.removeprefix("'").split() == " ".join(text.splitlines()).split() or text.startswith("'")


def test_the_description_names_the_columns_in_their_order() -> None:
    """As CSV on the Web asks, with the type of each and the escape."""
    told = json.loads(table.metadata())
    assert told["@context"] == "http://www.w3.org/ns/csvw"
    assert told["url"] == table.NAME
    assert [one["name"] for one in told["tableSchema"]["columns"]] == table.header().decode().split(",")
    assert all(one["dc:description"] and one["datatype"] for one in told["tableSchema"]["columns"])
    assert "apostrophe" in told["dc:description"]
