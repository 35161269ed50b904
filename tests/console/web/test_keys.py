"""One key per act, the same in the scripts, on the buttons, and on the sheet."""

import re
from importlib.resources import files

from console.web.batching import ACTS as AT_ONCE
from console.web.case import DIGITS_MAX
from console.web.rendering import environment
from console.web.saying import KEYS
from moderation.gate import ACTS
from tests.console.page.reading import Page

STATIC = files("console.web").joinpath("static")
KEY = re.compile(r'^  (?:"(.)"|(\w+)): ', re.MULTILINE)
PAIR = re.compile(r'\["(\w)", "(\w+)"\]')
ACT = re.compile(r'^  (\w): .*?(?:open|decide)\("(\w+)"', re.MULTILINE)


def listened(name: str) -> str:
    """The table of keys in a script."""
    script = STATIC.joinpath(name).read_text(encoding="utf-8")
    return "".join(re.findall(r"^(?:  )?listen\(\{.*?^(?:  )?\}\);", script, re.MULTILINE | re.DOTALL))


def keys(name: str) -> set[str]:
    """Those to which a script listens, without the digits."""
    table = listened(name)
    found = {one or other for one, other in KEY.findall(table)} | {key for key, _ in PAIR.findall(table)}
    return found | ({"j"} if "{ j:" in STATIC.joinpath(name).read_text(encoding="utf-8") else set())


def sheet() -> Page:
    """What `?` shows."""
    return Page(environment().get_template("_sheet.html").render())


def test_the_key_on_a_button_is_the_key_that_does_it() -> None:
    """Of those that the page of a case has; a note is written with `n`, and undone with `u`."""
    table = listened("case.js")
    does = {act: key for key, act in [*PAIR.findall(table), *ACT.findall(table)]}
    assert does == {act: key for act, key in KEYS.items() if act not in ("note", "undo")}
    assert "n: () => form()?.elements.note.focus()" in table
    assert "u: undo" in table
    assert KEYS.keys() == set(ACTS)
    assert len(set(KEYS.values())) == len(KEYS)


def test_every_key_is_on_the_sheet_and_does_something() -> None:
    """And nothing else is; digits are the reasons."""
    of_cases, of_searches, of_dossiers = (
        set(re.findall(r"<kbd>([^<]+)</kbd>", part)) for part in sheet().html.split("<h3>")
    )
    assert of_cases == keys("case.js") | keys("main.js") | keys("breaks.js") | {"1", str(DIGITS_MAX), "Esc"}
    assert of_searches == keys("search.js")
    assert of_dossiers == keys("dossier.js")
    assert "[1, 2, 3, 4, 5, 6, 7, 8, 9].map" in listened("case.js")


def test_keys_can_be_switched_off_on_the_sheet() -> None:
    """Single keys get in the way of whoever speaks to their computer (WCAG 2.1.4)."""
    assert ("id", "keys-on") in sheet().attributes
    assert "if (!keys.on" in STATIC.joinpath("keys.js").read_text(encoding="utf-8")


def test_what_is_done_at_once_is_an_act_that_can_be() -> None:
    """No reply goes to many at once."""
    assert set(AT_ONCE) < set(ACTS)
    assert "reply" not in AT_ONCE


def test_no_script_loads_or_runs_anything_else() -> None:
    """No address of somebody else, nothing made of text, and no markup from anywhere but our own templates."""
    for script in STATIC.iterdir():
        if script.name.endswith(".js"):
            said = script.read_text(encoding="utf-8")
            assert not re.search(
                r"\beval\b|new Function|document\.write|insertAdjacentHTML|outerHTML|https?://", said
            ), script.name
            made = re.findall(r"innerHTML = (.*?);", said)
            assert set(made) <= {"found.html", '"Undo <kbd>u</kbd>"'}, (script.name, made)
