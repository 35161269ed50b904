"""Finds telephone numbers that ring; numbers of companies, prices, dates, order numbers and examples are none."""

from collections.abc import Iterable, Iterator

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    ValidationResult,
    is_possible_number_with_reason,
    is_valid_number,
    number_type,
    parse,
)

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
CANDIDATES_MAX = 100
NO_REGION = None
_NUMBER = Pattern(
    r"(?:^|[^\w+.,/$€£#=-])("
    r"(?:\+|\b00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,5}"  # +44 20 7946 0958
    r"|(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]\d{4}"  # (212) 664-7665
    r"|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"  # 212-664-7665
    r"|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5}"  # 020 7946 0958
    r"|0\d(?:[ .]\d{2}){4}"  # 01 42 68 53 00
    r"|\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,5}"  # (020) 7946 0958
    r")\b",
)
_CALL = r"\b(?:call|text|phone|ring|whatsapp|number is|mobile|cell|tel)[ :.]{1,3}(?:me |us |him |her )?(?:on |at )?"
_DIALLED = Pattern(rf"{_CALL}(\d{{7,12}})\b")
_CALLED = Pattern(f"{_CALL}$")
CALL_CHARS_MAX = 30
_PUBLIC = (
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
)
_LOCAL = (ValidationResult.IS_POSSIBLE, ValidationResult.IS_POSSIBLE_LOCAL_ONLY)


def phone_number(post: Post, context: Context) -> Iterable[Finding]:
    """Each number that rings somewhere private."""
    text, regions = post.text or "", context.policy.rules.phone_regions
    for pattern in (_NUMBER, _DIALLED):
        for start, end in pattern.spans(text, group=1, most=CANDIDATES_MAX):
            whole = not (
                _digit_at(text[max(0, start - 3) : start].rstrip(" -"), -1)
                or _digit_at(text[end : end + 3].lstrip(" -"), 0)
            )
            called = _CALLED.found(text[max(0, start - CALL_CHARS_MAX) : start])
            if whole and _private(text[start:end], regions, called=called):
                yield context.finding("personal_data", "phone_number", (start, end), "telephone number")


def _digit_at(text: str, place: int) -> bool:
    return bool(text) and text[place].isdigit()


def _private(written: str, regions: tuple[str, ...], *, called: bool) -> bool:
    """Whether it is given out in a region, and not to a company; one that is to be called need only be possible."""
    numbers = list(_readings(written, regions))
    valid = [number for number in numbers if is_valid_number(number)]
    if any(number_type(number) in _PUBLIC or _is_fictitious(number) for number in valid):
        return False
    return bool(valid) or (called and any(is_possible_number_with_reason(number) in _LOCAL for number in numbers))


def _readings(written: str, regions: tuple[str, ...]) -> Iterator[PhoneNumber]:
    abroad = written.startswith(("+", "00"))
    for region in (NO_REGION,) if abroad else regions:
        try:
            yield parse("+" + written.lstrip("+0") if abroad else written, region)
        except NumberParseException:
            continue


def _is_fictitious(number: PhoneNumber) -> bool:
    """American numbers for films: 555-0100 to 555-0199."""
    return number.country_code == 1 and str(number.national_number)[3:8] == "55501"
