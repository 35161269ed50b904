"""Rules about people: danger, harm, grievances and praise."""

from collections.abc import Callable

import pytest

from moderation.policy import Policy
from moderation.rules.context import context_of
from moderation.rules.impersonation import impersonation
from moderation.surroundings import Surroundings
from records.posts import Author, Post

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
PRETENDED = [
    "⟦I am from the customer support team⟧, send me your number",
    "é😀 ⟦This is the official support account⟧",
    "⟦I'm your account manager at the bank⟧",
    "I am ⟦posting on behalf of the bank⟧",
    "⟦We at Harbour Bank⟧ can help",
    "⟦I work for Harbour Bank⟧",
    "Hi, ⟦this is Anna from Harbour Bank⟧",
    "⟦This is Harbour Bank support⟧.",
]
NOT_PRETENDED = [
    "Is this the official support account?",
    "He said I am from the support team",
    "I called the support team twice, and thank you to the support team",
    "I am a customer of Harbour Bank, I'm with Harbour Bank since 1999",
    "I am at Harbour Bank in Mill Street and the queue is long",
    "This is typical of Harbour Bank",
    "I am not an official representative",
    "Beware of anyone who says I work for Harbour Bank",
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


@pytest.fixture
def pretended(policy: Policy, post: Callable[..., Post]) -> Callable[..., list[str]]:
    """What the rule finds where Harbour Bank is a name of ours, and staff-7 may speak for it."""
    ours = policy.model_copy(update={"own_names": ("Harbour Bank",), "own_authors": ("staff-7",)})

    def found(text: str, author: Author | None = None) -> list[str]:
        one = post(text, author=author)
        spans = [finding.span for finding in impersonation(one, context_of([one], ours, Surroundings()))]
        return [text[span.start : span.end] for span in spans if span]

    return found


@pytest.mark.parametrize("marked", PRETENDED + NOT_PRETENDED)
def test_who_pretends_to_speak_for_us(pretended: Callable[..., list[str]], marked: str) -> None:
    """A claim to be staff is found; a question, a customer, or talk about staff is not."""
    text = marked.replace("⟦", "").replace("⟧", "")
    assert pretended(text) == ([marked[marked.index("⟦") + 1 : marked.index("⟧")]] if "⟦" in marked else [])


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("Official Support", True),
        ("Customer Service", True),
        ("Harbour Bank", True),
        ("HARBOUR-BANK helpdesk", True),
        ("H\u0430rbour B\u0430nk Support", True),
        ("Mod\u200berator", True),
        ("Dana M.", False),
        ("Lotta Staff", False),
        ("Admiral", False),
        ("I bank in the harbour", False),
        ("", False),
    ],
)
def test_a_name_that_speaks_for_us(pretended: Callable[..., list[str]], name: str, *, is_found: bool) -> None:
    """However it is dressed; a person's own name is nobody's claim."""
    assert bool(pretended("Hello all", Author(author_id="u1", name=name))) is is_found


def test_whom_we_named_may_speak_for_us(pretended: Callable[..., list[str]]) -> None:
    """Staff that the policy lists are no impersonators."""
    assert pretended("I work for Harbour Bank", Author(author_id="staff-7", name="Harbour Bank")) == []


def test_danger_carries_a_way_to_reach_help(policy: Policy) -> None:
    """Whoever looks at such a post can offer it at once."""
    said = policy.labels["self_harm"].help or ""
    assert "112" in said
    assert "988" in said
