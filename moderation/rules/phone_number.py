"""Finds telephone numbers; free numbers of companies, prices, dates, order numbers and examples are none."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

CANDIDATES_MAX = 100
_NUMBER = Pattern(
    r"(?:^|[^\w+.,/$€£#=-])("
    r"\+\d{1,3}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{2,5}(?:[ .-]?\d{2,5}){1,4}"  # +44 20 7946 0958
    r"|(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]\d{4}"  # (212) 664-7665
    r"|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"  # 212-664-7665
    r"|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5}"  # 020 7946 0958
    r")\b",
)
_DIALLED = Pattern(
    r"\b(?:call|text|phone|ring|whatsapp|number is|mobile|cell|tel)[ :.]{1,3}(?:me |us |him |her )?(?:on |"
    r"at )?(\d{7,12})\b"
)
_FREE = (
    "800",
    "888",
    "877",
    "866",
    "855",
    "844",
    "833",
    "1800",
    "1888",
    "1877",
    "1866",
    "1855",
    "1844",
    "1833",
    "0800",
    "0808",
    "0300",
    "0870",
    "0871",
    "090",
)
DIGITS_MIN = 7
DIGITS_MAX = 15


def phone_number(post: Post, context: Context) -> Iterable[Finding]:
    """Each number that rings somewhere private."""
    text = post.text or ""
    for pattern in (_NUMBER, _DIALLED):
        for start, end in pattern.spans(text, group=1, most=CANDIDATES_MAX):
            whole = not (
                _digit_at(text[max(0, start - 3) : start].rstrip(" -"), -1)
                or _digit_at(text[end : end + 3].lstrip(" -"), 0)
            )
            if whole and _private("".join(char for char in text[start:end] if char.isdigit())):
                yield context.finding("personal_data", "phone_number", (start, end), "telephone number")


def _digit_at(text: str, place: int) -> bool:
    return bool(text) and text[place].isdigit()


def _private(digits: str) -> bool:
    fictitious = digits[-7:-2] == "55501"
    return DIGITS_MIN <= len(digits) <= DIGITS_MAX and not digits.startswith(_FREE) and not fictitious
