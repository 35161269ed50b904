"""Rules about numbers and addresses: what identifies a private person is found, numbers that are nobody's are not."""

from collections.abc import Callable

import pytest

from records.verdicts import Finding

Check = Callable[..., None]

CARDS = [
    "My card is ⟦4111 1111 1111 1111⟧, charge it.",
    "⟦5500000000000004⟧",
    "amex ⟦3782-822463-10005⟧ exp 01/29",
    "card ⟦6011.1111.1111.1117⟧ and ⟦4012888888881881⟧",
    "order 12 ⟦4111 1111 1111 1111⟧ and then 2026",
    "é😀 ⟦4111\u00a01111\u00a01111\u00a01111⟧",
    "⟦4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1⟧",
]
NO_CARDS = [
    "4111 1111 1111 1112 fails its check digit",
    "Order 1234 5678 9012 3456 has not arrived",
    "ISBN 978 0 306 40615 7, part 9780306406157",
    "The number 0000 0000 0000 0000 is a placeholder",
    "https://site.example/p/4111111111111111 and ?id=4111111111111111",
    "411111111111111 is too short, 41111111111111111111111 too long",
    "In 2019 2020 2021 2022 the fund returned 4 5 6 7 per cent",
    "٤١١١١١١١١١١١١١١١ in other digits",
]
PHONES = [
    "Call me on ⟦+44 20 7946 0958⟧ tonight",
    "her number is ⟦(212) 664-7665⟧.",
    "⟦212-664-7665⟧",
    "ring ⟦020 7946 0958⟧ or text ⟦07700900123⟧",
    "📞 ⟦+1 212 664 7665⟧",
    "from abroad ⟦+49 30 901820⟧ or ⟦0033 1 42 68 53 00⟧",
    "⟦(020) 7946 0958⟧, ask for Jo",
    "call ⟦6647665⟧",
    "Call me on ⟦07700 900142⟧ or write",
]
NO_PHONES = [
    "Call our helpline on 1-800-555-0199, it is free",
    "Use 0800 123 4567 for claims",
    "It cost £1,234,567.89 in 2019-2020, up 12.5%",
    "Order 212-664-76653 was shipped on 2026-03-02",
    "On 02/03/2026 at 14:30, flight BA 0123",
    "the number 555-0123 in films, and (212) 555-0123",
    "version 1.2.3.4567 of the app",
    "192.168.100.200 is an address",
    "Policy 12345678901 is mine",
    "DE89 3704 0044 0532 0130 00 is an account",
    "From 2000 - 2010 I paid 100 200 300",
    "order 0012345678, parcel +999 1234 5678",
    "Ref 020 12345 678 and 212-064-7665",
    "09 12 34 56 78 are my lottery numbers, 01 42 68 53 00 is no British number",
]
EMAILS = [
    "write to ⟦jane.doe@mail-box.io⟧.",
    "⟦jane (at) mailbox.io⟧",
    "é😀<⟦j+1@sub.mailbox.co.uk⟧>",
]
NO_EMAILS = [
    "complain to info@bigbank.io or support@bigbank.io",
    "someone@example.com is an example",
    "meet me at noon, @jane",
    "a@b",
    "your.name or name@mailbox.io as a user",
    "look at https://site.example/@jane",
]
IBANS = [
    "pay to ⟦GB82 WEST 1234 5698 7654 32⟧ please",
    "⟦DE89370400440532013000⟧",
    "é ⟦de89 3704 0044 0532 0130 00⟧ is it",
]
NO_IBANS = ["GB82 WEST 1234 5698 7654 33", "Ref AB12 3456 7890 1234", "model DE89 with 3704 parts", "GB12"]
SECRETS = [
    "my password is ⟦hunter2⟧, do it for me",
    "My account number is ⟦00734521⟧.",
    "My member id: ⟦A-1234567⟧",
]
NO_SECRETS = [
    "Should my password be changed every month?",
    "my password is long enough",
    "They said my account number was 12345678 in the example",
    "My policy is 3 years old",
]
NATIONAL_IDS = [
    "his ssn ⟦536-90-4399⟧",
    "é😀 ⟦AB 12 34 56 C⟧ is my wife's",
    "National Insurance number: ⟦ab123456c⟧",
    "Meine Steuer-ID: ⟦36 574 261 809⟧.",
    "⟦2 95 10 99 126 111 93⟧, she wrote",
    "mi DNI es ⟦54362315K⟧",
    "NIE ⟦X2482300W⟧",
    "⟦RCCMNL83S18D969H⟧",
    "BSN ⟦111222333⟧",
    "AHV ⟦756.9217.0769.85⟧",
    "SVNR ⟦1237 010180⟧",
    "⟦85.07.30-033 28⟧",
    "PESEL ⟦44051401359⟧",
    "my social insurance number is ⟦123-456-782⟧",
]
NO_NATIONAL_IDS = [
    "123-45-6789 and 078-05-1120 are specimens, 000-12-3456 is invalid",
    "Order AB123456C, order 36574261809 and order 111222333 have not come",
    "My flight GB 12 34 56 C does not exist",
    "part 54362315K, 44051401359 views, 1237 010180 sold",
    "It is a sin to charge 123-456-782",
    "Steuer-ID 36 574 261 808 is wrong by one",
    "https://shop.example/756.9217.0769.85 and #36574261809",
    "756.9217.0769.84 fails its check digit",
    "DNI 54362315X fails too, and bsn 111222334",
    "In 2019 2020 2021 2022 the fund returned 4 5 6 7 per cent",
]


@pytest.mark.parametrize("marked", CARDS + NO_CARDS)
def test_payment_cards(check: Check, marked: str) -> None:
    """A card number has the right check digit, issuer, length and grouping; nothing else is one."""
    check("payment_card", marked)


def test_a_card_number_is_never_repeated_in_the_finding(found: Callable[..., list[Finding]]) -> None:
    """The detail says what it is, not the number."""
    (finding,) = found("payment_card", "4111 1111 1111 1111")
    assert finding.detail == "payment card, 16 digits"
    assert (finding.label, finding.severity, finding.clause) == ("personal_data", 3, "4.3")


@pytest.mark.parametrize("marked", PHONES + NO_PHONES)
def test_phone_numbers(check: Check, marked: str) -> None:
    """Private telephones are found; free numbers, dates, prices and examples are not."""
    check("phone_number", marked)


@pytest.mark.parametrize("marked", EMAILS + NO_EMAILS)
def test_email_addresses(check: Check, marked: str) -> None:
    """A person's address is found; an office's is public."""
    check("email_address", marked)


def test_addresses_at_the_site_itself_are_not_private(check: Check) -> None:
    """The host that the post stands on counts as ours."""
    check("email_address", "ask jane.doe@ourbank.io", url="https://www.ourbank.io/blog/1")


@pytest.mark.parametrize("marked", IBANS + NO_IBANS)
def test_ibans(check: Check, marked: str) -> None:
    """Account numbers are found by their check digits."""
    check("iban", marked)


@pytest.mark.parametrize("marked", SECRETS + NO_SECRETS)
def test_credentials(check: Check, marked: str) -> None:
    """A secret that is given away is found; talk about secrets is not."""
    check("credentials", marked)


@pytest.mark.parametrize("marked", NATIONAL_IDS + NO_NATIONAL_IDS)
def test_national_ids(check: Check, marked: str) -> None:
    """Form and check digits must be right; where chance passes them too often, a word must say what it is."""
    check("national_id", marked)


def test_a_finding_names_the_country_and_not_the_number(found: Callable[..., list[Finding]]) -> None:
    """Whoever reads it knows what was exposed."""
    assert [one.detail for one in found("national_id", "PESEL 44051401359")] == ["Polish register number"]
