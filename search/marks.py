"""Where a match begins and ends in a fragment: two private-use characters, never markup, so that callers can escape."""

START, END = "\ue000", "\ue001"


def pieces(fragment: str) -> list[tuple[str, bool]]:
    """The fragment cut into stretches, each with whether it matched; a mark that a post brings itself is dropped."""
    found: list[tuple[str, bool]] = []
    for number, part in enumerate(fragment.split(START)):
        inside, closed, outside = part.partition(END) if number else ("", "", part)
        if not closed:
            inside, outside = "", inside + outside
        found += [(inside, True), (outside.replace(END, ""), False)]
    return [(text, matched) for text, matched in found if text]


def plain(fragment: str) -> str:
    """The fragment without its marks."""
    return "".join(text for text, _ in pieces(fragment))
