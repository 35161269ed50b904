"""Finds reports of harm or side effects that somebody puts down to a medicine, vaccine, device or supplement."""

from collections.abc import Iterable

from moderation.rules.context import Context
from moderation.rules.mention import asked, denied, quoted
from moderation.rules.patterns import Pattern, phrases
from records.posts import Post
from records.verdicts import Finding

LABELS = ("adverse_event",)
_HARM = (
    "(?:rash(?:es)?|dry mouth|stomach cramps|groggy|swollen lips|hives|nausea|nauseous|vomit(?:ing|ed)?|throwing up|"
    "threw up|dizz(?:y|iness)|headaches?|"
    "migraines?|seizures?|fainted|fainting|"
    "passed out|palpitations|insomnia|diarrh?o?ea|swelling|swollen|swelled up|itch(?:ing|y)|cramps?|chest pains?|"
    "heart attack|stroke|"
    "blood clots?|bleeding|blurred vision|hair loss|weight gain|fatigue|exhausted|tremors?|hallucinat(?:ions?|ing)|"
    "anaphyla(?:xis|ctic shock)|"
    "allergic reaction|bad reaction|severe reaction|reaction|side effects?|liver damage|numbness|numb|"
    "panic attacks?|drowsy|very ill|really ill|so sick|"
    "violently sick|very sick|hospitali[sz]ed|hospital|a&e|emergency room)"
)
_MEDICINE = (
    "(?:pills?|tablets?|medicines?|medications?|meds|drugs?|vaccines?|vaccination|jab|jabs|booster|shot|injections?|"
    "doses?|supplements?|capsules?|"
    "antibiotics?|statins?|inhaler|ointment|patch(?:es)?|implant|pump|insulin|ibuprofen|paracetamol|aspirin|"
    "antidepressants?|[a-z]{3,12}(?:mycin|cillin|"
    "statin|prazole|oxetine|azepam|sartan|pril|formin|olol|idone|apine)|starting it|taking (?:it|this|these|them)|"
    "started (?:it|this|these|them)|\\d+ ?mg|the cream|your cream|your product|this product)"
)
_REPORT = phrases(
    f"(?:after|since|from|thanks to|because of|due to|on|with) (?:[^\\s.!?;:]+ ){{0,4}}{_MEDICINE},? "
    f"(?:[^\\s.!?;:]+ ){{0,7}}{_HARM}",
    f"(?:had|have|having|got|gave|gives|giving|get|getting|developed|suffered|suffering|experienced|experiencing|"
    f"caused|causing|ended up|broke out|felt|"
    f"feel|feeling|been|made me|makes me|left me|am|was) (?:[^\\s.!?;:]+ ){{0,5}}{_HARM} (?:[^\\s.!?;:]+ "
    f"){{0,6}}(?:after|since|from|because of|due to|on|when) "
    f"(?:[^\\s.!?;:]+ ){{0,4}}{_MEDICINE}",
    f"{_MEDICINE} (?:[^\\s.!?;:]+ ){{0,2}}(?:gave|gives|made|makes|caused|causes|is giving|are giving|is making|"
    f"left|put|sent) "
    f"(?:me|him|her|us|my \\w+|them) (?:[^\\s.!?;:]+ ){{0,4}}{_HARM}",
    f"{_HARM} (?:[^\\s.!?;:]+ ){{0,8}}(?:after|since|from) (?:starting|taking|using|swallowing|trying|i started|"
    f"i took|i began) (?:[^\\s.!?;:]+ ){{0,3}}"
    f"(?:{_MEDICINE}|this|these|them|it|one)",
    "(?:dizzy|sick|nauseous|groggy|rash|hives|cramps|headaches?|itchy|faint|unwell|"
    "ill) (?:[^\\s.!?;:]+ ){0,4}(?:after this|after these|from this|from these)",
)
_NOT_A_PERSON = phrases("(?:dog|cat|puppy|kitten|horse|rabbit|hamster|vet|pet|guinea pig)s?")
_LEAFLET = phrases(
    "(?:leaflet|may cause|can cause|could cause|listed|lists|common side effects|possible side effects|worried|"
    "afraid|scared|in case|clinical trials?|study|studies)"
)
_BETTER = Pattern(r"\b(?:cured|cleared|relieved|helped|stopped|gone|better|no more|eased|no|not|without|never)\b")


def side_effect(post: Post, context: Context) -> Iterable[Finding]:
    """Each report, unless it is about an animal, a fear, a leaflet, or about harm that did not come."""
    text = post.text or ""
    for span in _REPORT.spans(text):
        around = text[max(0, span[0] - 60) : span[1] + 40]
        excused = _NOT_A_PERSON.found(around) or _LEAFLET.found(around) or _BETTER.found(text[slice(*span)])
        if not (excused or quoted(text, span) or denied(text, span) or asked(text, span)):
            yield context.finding("adverse_event", "side_effect", span)
