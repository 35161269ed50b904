"""Finds national identity, tax and insurance numbers, by their form and check digits, of the countries in one list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stdnum.at import vnr
from stdnum.be import nn
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.us import ssn

from moderation.rules.context import Context
from moderation.rules.patterns import Pattern
from records.posts import Post
from records.verdicts import Finding

LABELS = ("personal_data",)
CANDIDATES_MAX = 100
NEAR_CHARS = 60
_BEFORE = r"(?:^|[^\w./=#&%+$€£-])"
_AFTER = r"(?:$|[^\w/=#&%-])"


@dataclass(frozen=True, slots=True)
class _Number:
    """One country's number: how it is written, whether it can be one, and the words that stand near weak ones."""

    name: str
    form: str
    valid: Callable[[str], bool]
    near: str | None = None

    @property
    def whole(self) -> str:
        """Its form as a group, with nothing around it that would make it part of something longer."""
        return f"{_BEFORE}({self.form}){_AFTER}"


def _is_nino(number: str) -> bool:
    """British numbers have no check digit; some beginnings are never given out."""
    return number[:2].upper() not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")


_SPECIMENS = ("078-05-1120", "219-09-9999", "123-45-6789")
_NUMBERS = (
    _Number("US social security", r"\d{3}-\d{2}-\d{4}", lambda it: it not in _SPECIMENS and ssn.is_valid(it)),
    _Number("UK national insurance", r"[a-ceghj-prtw-z][a-ceghj-nprtw-z] \d\d \d\d \d\d [a-d]", _is_nino),
    _Number(
        "UK national insurance",
        r"[a-ceghj-prtw-z][a-ceghj-nprtw-z]\d{6}[a-d]",
        _is_nino,
        r"national insurance|\bni (?:number|no)|\bnino\b",
    ),
    _Number(
        "German tax",
        r"\d{2} ?\d{3} ?\d{3} ?\d{3}",
        idnr.is_valid,
        r"steuer|\bidnr\b|identifikationsnummer|\btin\b|\btax (?:id|number)",
    ),
    _Number("French insurance", r"[12] ?\d\d ?(?:0[1-9]|1[0-2]) ?\d[\dab] ?\d{3} ?\d{3} ?\d\d", nir.is_valid),
    _Number("Spanish identity", r"\d{8}[ -]?[a-z]", dni.is_valid, r"\b(?:dni|nif|identidad|identity|id)\b"),
    _Number(
        "Spanish foreigner's", r"[xyz]-?\d{7}-?[a-z]", nie.is_valid, r"\b(?:nie|dni|nif|extranjer\w+|residen\w+)\b"
    ),
    _Number("Italian tax", r"[a-z]{6}\d\d[abcdehlmprst]\d\d[a-z]\d{3}[a-z]", codicefiscale.is_valid),
    _Number("Dutch citizen's", r"\d{9}|\d{4}\.\d\d\.\d{3}", bsn.is_valid, r"\bbsn\b|burgerservice|sofi-?nummer"),
    _Number("Swiss insurance", r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d\d", ahv.is_valid),
    _Number("Austrian insurance", r"\d{4} ?\d{6}", vnr.is_valid, r"versicherungsn|\bsvnr\b|\bsv-?n|e-?card"),
    _Number("Belgian register", r"\d\d\.\d\d\.\d\d-\d{3}[. ]\d\d", nn.is_valid),
    _Number("Polish register", r"\d{11}", pesel.is_valid, r"\bpesel\b"),
    _Number(
        "Canadian insurance", r"\d{3}[ -]\d{3}[ -]\d{3}", sin.is_valid, r"social insurance|\bsin (?:number|is|card)"
    ),
)
_ANY = Pattern("|".join(number.whole for number in _NUMBERS))
_EACH = [(number, Pattern(number.whole), Pattern(number.near) if number.near else None) for number in _NUMBERS]


def national_id(post: Post, context: Context) -> Iterable[Finding]:
    """Each number that a person could have; where many numbers pass the check, only beside a word that says so."""
    text = post.text or ""
    if not _ANY.found(text):
        return
    for number, form, near in _EACH:
        for start, end in form.spans(text, group=1, most=CANDIDATES_MAX):
            around = text[max(0, start - NEAR_CHARS) : end + NEAR_CHARS]
            if number.valid(text[start:end]) and (near is None or near.found(around)):
                yield context.finding("personal_data", "national_id", (start, end), f"{number.name} number")
