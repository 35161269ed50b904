"""Rules about people: danger, harm, grievances and praise."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]

SELF_HARM = [
    "⟦I want to kill myself⟧",
    "é😀 some days ⟦I just want to die⟧ and nobody sees",
    "⟦I've been thinking about ending my life⟧",
    "⟦I don't want to be alive⟧ any more",
    "I am not joking with you, ⟦I'm suicidal⟧",
    "⟦just kill yourself⟧ already",
    "⟦kys⟧",
    "Loser! ⟦kill yourself⟧",
    "I ⟦don't see a way to go on⟧",
    "⟦Kill yourself⟧, thief",
]
NO_SELF_HARM = [
    "I nearly died laughing, I want to die lol",
    "If somebody is suicidal, call the helpline",
    "This queue makes me want to scream",
    "Does the policy pay after suicide in the first year?",
    "The charity works to prevent suicide",
    "He told me to go kill yourself, so I blocked him",
    "The deadline is killing me",
    "To wish that people kill themselves is vile, and to say kill yourself is worse",
]
THREATS = [
    "⟦I will kill you⟧ for this",
    "é ⟦we know where you live⟧",
    "⟦I'm going to burn your office down⟧",
    "⟦There is a bomb⟧ in the branch",
    "⟦somebody should shoot them⟧",
    "⟦Somebody ought to break his legs⟧",
]
NO_THREATS = [
    "See you in court",
    "He said he will kill you, please be careful, and I called the police",
    "She wrote \u201cI will kill you\u201d to my friend",
    "I'm never going to kill anybody",
    "I will kill you at chess tomorrow",
    "I'll move to another bank",
    "Your fees will be the death of me",
    "That was a killer offer",
]
HARM = [
    "I ⟦got a terrible rash after taking these pills⟧",
    "é My son ⟦developed hives after the second dose⟧",
    "⟦After starting the 20mg tablets I had constant dizziness⟧.",
    "A ⟦rash down both arms since starting these⟧",
    "⟦dizzy and sick all morning after this⟧, I had to lie down",
    "this ⟦medication gave me awful headaches⟧",
]
NO_HARM = [
    "Can this medication cause headaches?",
    "The leaflet lists nausea after taking the tablets",
    "I had headaches for years before I took the pills and now they are gone",
    "My dog got a rash after the tablets",
    "No side effects at all after the vaccine",
    "The oven gave me a headache when it broke",
    "I am worried that I get a rash after taking these pills",
]
GRIEVANCES = [
    "I ⟦still haven't received my refund⟧ after the flood",
    "This is the ⟦worst customer service⟧ in town",
    "é😀 ⟦I was charged twice⟧ for one order",
    "Your app ⟦keeps crashing⟧ on my phone",
    "⟦nobody answers⟧ the phone here",
    "My card ⟦was declined again⟧",
    "It is late, ⟦no answer to⟧ two mails",
    "On hold, ⟦cut off three times⟧",
    "⟦I want to make a formal complaint⟧, politely",
]
NO_GRIEVANCES = [
    "It would be nice if the app had a dark mode",
    "I was charged twice but it was my own mistake",
    "The app kept crashing, all sorted now, thanks",
    "The weather is the worst",
    "Great service from start to end",
    "Was I charged twice?",
    "I have never been charged twice here",
    "They quoted \u201cworst customer service\u201d in the article",
]
PRAISE = [
    "⟦I have had excellent service⟧ from day one",
    "é ⟦very happy with my adviser⟧",
    "⟦would highly recommend them⟧",
    "The ⟦team in Mill Street were brilliant⟧",
    "⟦best card I've had⟧",
    "⟦They really helped me⟧ when my house burned down",
    "I've ⟦been a happy customer⟧ since 1999",
]
NO_PRAISE = [
    "I have been a customer since 1999",
    "Has anyone had good service here?",
    "I am not very happy with my adviser",
    "\u201cexcellent service ever\u201d, my foot",
    "Lovely photo at the top of the article",
]


@pytest.mark.parametrize("marked", SELF_HARM + NO_SELF_HARM)
def test_self_harm(check: Check, marked: str) -> None:
    """An own wish, or urging another, is found; idiom, help and policy wording are not."""
    check("self_harm", marked)


@pytest.mark.parametrize("marked", THREATS + NO_THREATS)
def test_threats(check: Check, marked: str) -> None:
    """A threat that the author makes is found; one that somebody else made is not."""
    check("threat", marked)


@pytest.mark.parametrize("marked", HARM + NO_HARM)
def test_side_effects(check: Check, marked: str) -> None:
    """Harm put down to a medicine is found; a fear, a leaflet or a dog's rash is not."""
    check("side_effect", marked)


@pytest.mark.parametrize("marked", GRIEVANCES + NO_GRIEVANCES)
def test_complaints(check: Check, marked: str) -> None:
    """A grievance is found, however civil; a wish, a solved matter or a question is not."""
    check("complaint", marked)


@pytest.mark.parametrize("marked", PRAISE + NO_PRAISE)
def test_testimonials(check: Check, marked: str) -> None:
    """Own good experience is found; being a customer is not praise."""
    check("testimonial", marked)
