"""Rules about money: promises, calls to trade, instructions to the firm, and calls to go on elsewhere."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]

PROMISES = [
    "Join us: ⟦guaranteed 9% returns⟧ every month!",
    "é😀 This is a ⟦risk-free investment return⟧ for all",
    "You ⟦can't lose money⟧ with these people",
    "It will ⟦double your money⟧ in a week",
    "⟦No risk⟧, all gain",
    "This coin ⟦will triple in⟧ a month",
    "The herb ⟦cures cancer⟧",
    "Returns are great. ⟦Profits are guaranteed⟧.",
    "Don't miss it: ⟦guaranteed profit⟧ for everyone",
    "Want ⟦guaranteed returns⟧? Talk to me",
    "é ⟦d0uble y0ur m0ney⟧ in a day",
    "He showed me how to ⟦turn 500 into 6,200⟧ in a week",
    "⟦1000 % gains before Easter, GUARANTEED⟧",
    "it ⟦cures hay fever for life⟧",
]
NO_PROMISES = [
    "There are no guaranteed returns in this world",
    "He said it was \u201cguaranteed returns\u201d and I laughed",
    "The advert claimed guaranteed profits, so I reported it",
    "Is the income guaranteed?",
    "Are there any guaranteed returns here?",
    "The bond pays 4.2 % until 2029",
    "Beware of anyone who offers guaranteed returns",
    "I hope it goes well, last year it made 6%",
    "Never believe people who say you can't lose money",
    "You could lose money on this",
    "Scammers promise to double your money",
    "My deposit is protected up to the legal limit",
    "The 30 year mortgage has a 5 year fixed rate of 3.4 %",
    "It made 400 last month and lost 500 the month before",
    "He promises that 500 becomes 6,200 with no risk, do not write to him",
]
PERFORMANCE = [
    "The fund ⟦was up 300% last year⟧",
    "é😀 ⟦up 12 % this year⟧ again",
    "It ⟦returned 12% per year⟧ since then",
    "We ⟦beat the market⟧, every time",
    "My picks ⟦outperformed the S&P 500⟧ by far",
    "an ⟦average annual return of 14%⟧",
    "look at our ⟦track record of double-digit returns⟧",
    "it ⟦tripled in the last six months⟧",
    "⟦42% gains in 2023⟧ for my clients",
    "we ⟦never had a down year⟧",
]
NO_PERFORMANCE = [
    "Inflation was up 8% last year",
    "My rent went up 30% this year, and premiums rose by 5% in 2023",
    "Did the fund beat the market?",
    "It did not beat the market",
    "They advertise with \u201cup 300% last year\u201d",
    "The bond pays 4.2 % until 2029",
    "Past performance is no guide to future returns",
    "The team beat the other team",
    "I lost 20% last year",
    "No fund has beaten the market for ever",
    "I was up at 6 last year",
    "I hope that it is up 10% this year",
]
CALLS = [
    "⟦Everyone should buy this stock⟧ before Friday",
    "⟦Sell your shares now⟧",
    "⟦Don't take the fix⟧, rates will fall",
    "⟦buy the dip⟧ 🚀",
    "é ⟦I'd recommend switching to a tracker⟧ instead",
    "⟦Put all your savings in⟧ gold",
    "⟦buy $TSLA⟧",
    "⟦Sell your bond funds now⟧",
    "⟦Sell Northlight and buy Kestrel, all of you⟧.",
]
NO_CALLS = [
    "Should I buy this stock?",
    "I own a tracker and two funds",
    "Analysts raised their rating to buy",
    "My neighbour said everyone should buy gold now",
    "I sold my shares last year",
    "You should buy the blue sofa",
    "How does a pension work?",
    "The article explains index funds well",
    "Please move the fund into the short bond today",
    "Take the number out, everyone can read it",
]
INSTRUCTIONS = [
    "⟦Please cancel my policy⟧ with effect from May",
    "⟦I want to close my savings account⟧.",
    "é😀 ⟦please transfer $500⟧ to my wife",
    "⟦Freeze my card immediately⟧!",
    "⟦Can you please cancel my direct debit⟧?",
    "⟦Block all of my cards at once⟧, they were stolen",
    "⟦Cancel my card ending 0042 with effect from today⟧",
]
NO_INSTRUCTIONS = [
    "How do I cancel my policy?",
    "I cancelled my policy last week",
    "Can my account be closed online?",
    "I will close my account myself",
    "They told me to please cancel my order by phone",
    "To close an account, go to settings and press the button",
    "Please call me back about this",
    "I moved my account to the other bank today",
    "We will close my account today",
]
ELSEWHERE = [
    "⟦write me on WhatsApp⟧ for details",
    "é ⟦message her on telegram⟧ now",
    "join ⟦t.me/richquick⟧",
    "⟦dm me for⟧ signals",
    "⟦link in my bio⟧",
    "⟦Write to him: collins.reed@example.net⟧",
]
BAIT = [
    "⟦Verify your account⟧ today at http://x.example",
    "é ⟦your card will be suspended⟧ within a day",
    "I ⟦recover any account⟧ in ten minutes",
    "⟦You have won a free iphone⟧!",
]
NO_BAIT = [
    "Got a text saying verify your account, is it real?",
    "Beware of messages that say your account will be closed",
    "How do I verify my account?",
    "The bank will never ask you to confirm your card number",
    "My account was closed last year",
]
NOT_ELSEWHERE = [
    "Never answer people who say write me on WhatsApp",
    "I found you on Facebook, nice page",
    "Does the bank have a WhatsApp service?",
    "They message me by post, not by mail",
    "Her Facebook page is down",
    "I will write to him on Monday",
    "Scammers write: message me on Telegram",
]


@pytest.mark.parametrize("marked", PROMISES + NO_PROMISES)
def test_promises(check: Check, marked: str) -> None:
    """Who promises is found; who quotes, denies, doubts or warns is not."""
    check("promissory_claim", marked)


@pytest.mark.parametrize("marked", PERFORMANCE + NO_PERFORMANCE)
def test_performance_claims(check: Check, marked: str) -> None:
    """Past returns and beaten markets are found; costs that rise, losses, questions and quotations are not."""
    check("performance_claim", marked)


def test_a_promise_is_no_tale_of_the_past(check: Check) -> None:
    """The two rules do not find one another's words."""
    check("performance_claim", "guaranteed 9% returns every month, you can't lose money")
    check("promissory_claim", "The fund was up 12% last year and beat the market")


@pytest.mark.parametrize("marked", CALLS + NO_CALLS)
def test_calls_to_trade(check: Check, marked: str) -> None:
    """A call on others is found; a question, an own holding or news is not."""
    check("call_to_trade", marked)


@pytest.mark.parametrize("marked", INSTRUCTIONS + NO_INSTRUCTIONS)
def test_instructions(check: Check, marked: str) -> None:
    """An order to the firm is found; asking how, or having done it, is not."""
    check("instruction", marked)


@pytest.mark.parametrize("marked", BAIT + NO_BAIT)
def test_phishing(check: Check, marked: str) -> None:
    """Bait for an account is found; a warning of it, or a question, is not."""
    check("phishing", marked)


@pytest.mark.parametrize("marked", ELSEWHERE + NOT_ELSEWHERE)
def test_calls_to_go_on_elsewhere(check: Check, marked: str) -> None:
    """A call to a messenger is found; a warning of one is not."""
    check("off_site_contact", marked)
