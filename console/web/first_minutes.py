"""The first ten minutes of each role, and the walk through the bundled sample: steps, each with its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: its title, what it shows, and where; `path` is empty where there is no page for it."""

    title: str
    text: str
    path: str = ""


READ = Step(
    "Read the policy, and say so",
    "Nobody decides without it. Your statement is on record, with the version and the digest of the text that you saw.",
    "/policy",
)
CARE = Step(
    "Set the console up for yourself",
    "Light or dark, which kinds of text are hidden until you ask for them, and whether you are reminded of a break. "
    "What you choose and how long you looked is yours alone.",
    "/you",
)
WHY = Step(
    "Ask how a post came to be on our site",
    "Open any post and press d: who wrote it, when and where it stood, how it reached us, what was judged and decided "
    "about it by whom, what the site did, and the proofs of all of that.",
    "/search",
)

MINUTES: dict[str, tuple[Step, ...]] = {
    "reviewer": (
        READ,
        CARE,
        Step(
            "Begin with what is flagged",
            "Press j on the page of a queue. A case shows the post with its findings, each with its clause; the "
            "conversation around it; its author's other posts; who else said the same.",
            "/queue?queue=flagged",
        ),
        Step(
            "Decide by keyboard",
            "l leaves it, h hides it, r removes it; a digit chooses the reason; Enter decides, and the next case is "
            "there. a replies, e passes it on, f puts it off, n writes a note. Every button shows its key.",
        ),
        Step(
            "Take one back",
            "u takes your last decision back. For half a minute the site was not asked for anything yet; later it is "
            "asked to show the post again. Both stay on record.",
        ),
        Step(
            "What you may count on",
            "A case that you look at is yours for five minutes. If somebody decided before you, yours does not count, "
            "the page says what happened, and what you typed is still there. Criticism of the firm is no reason to "
            "take a post away. ? shows all keys.",
        ),
    ),
    "supervisor": (
        READ,
        Step(
            "See how it goes",
            "What came in, was flagged and decided, what waits and what is late, over a time.",
            "/overview",
        ),
        Step(
            "Make a queue",
            "Search for what somebody should look at, and make the search a queue: with a service level, and with a "
            "webhook or an e-mail when something enters it.",
            "/search",
        ),
        Step(
            "Prepare replies",
            "Templates with placeholders in braces; one that is left unfilled is not sent.",
            "/templates",
        ),
        Step(
            "Decide on many at once",
            "All of a queue, of an author, or that say the same: a frozen list with a sample, one decision for each "
            "post, one undo.",
            "/queue?queue=flagged",
        ),
        Step("Take up what was passed on", "Cases that somebody passed to a role or to you.", "/queue?queue=escalated"),
    ),
    "compliance": (
        READ,
        Step(
            "See what was watched", "Coverage and its gaps, per source; what is late; how the pipeline is.", "/overview"
        ),
        WHY,
        Step(
            "Export it",
            "A dossier or the result of a search leaves as an archive that carries its proofs and the program that "
            "checks them. That it left is on record.",
            "/search",
        ),
        Step(
            "Hold, keep, erase",
            "Legal holds, retention and erasures are commands of whoever may run them: lifeguard hold, retention and "
            "erase. Two people are needed to erase.",
        ),
    ),
    "examiner": (
        Step(
            "Look at everything, change nothing",
            "Your access ends by itself. Everything that you open is on record, as everybody's is.",
        ),
        Step(
            "Search by the words of a screenshot",
            "Paste what it says, misread letters and all; what says it comes first, then what means the same.",
            "/search",
        ),
        WHY,
        Step(
            "Check it without us",
            "An exported archive has a program, verify.py, that needs nothing but Python. It says what is proved, by "
            "whom it was witnessed, and what that does not prove.",
            "/search",
        ),
        Step(
            "Read the policy of the time",
            "A decision names the version of the policy that it was made under.",
            "/policy",
        ),
    ),
    "administrator": (
        Step(
            "Say who may do what",
            "lifeguard staff add NAME --role ROLE --as YOU makes an account; lifeguard staff role gives a role to "
            "somebody whom your provider signs in. A role that is taken away counts within a second.",
        ),
        Step("Connect a source", "README.md says how, for each kind of site; until then the bundled sample is here."),
        Step(
            "See that everything runs",
            "Workers, what is still to be read, the model, the ledger and its witnesses.",
            "/overview",
        ),
        Step(
            "Find a witness",
            "As long as the only witness runs on this machine, the ledger protects against strangers and mistakes, and "
            "not against whoever runs the machine. deploy/README.md says how somebody else becomes one.",
        ),
    ),
}

WALK: tuple[Step, ...] = (
    Step(
        "One scam, posted twelve times",
        "From twelve accounts, on eight surfaces, in 42 minutes, twice retyped; and a neighbour who warns of it. Open "
        "one: “The same elsewhere” has the others, to be decided on at once.",
        "/search?words=collins+reed",
    ),
    Step(
        "A person in danger",
        "The first of all queues. The policy asks for help and for a person, not for removal: try to remove it for "
        "that clause, and the console says no.",
        "/queue?queue=flagged",
    ),
    Step(
        "A card number, edited out",
        "Its author took it out after a few minutes; both texts are kept, and the difference is marked.",
        "/case?post=sample%3Ar-5008",
    ),
    Step(
        "A harmless remark that became a scam",
        "Edited four days later. What was decided about the first text does not hold for the second.",
        "/search?words=doubled+my+deposit",
    ),
    Step(
        "A complaint", "To be passed on, however rude; criticism is no reason for removal.", "/queue?queue=complaints"
    ),
    Step(
        "What the model could not judge",
        "Another language, or too few words. Nothing is silently passed.",
        "/queue?queue=unscored",
    ),
    Step("What needs nobody", "Most of what people write.", "/search?words=bibs"),
    Step(
        "How did this appear on our site?",
        "The dossier of the card number, with its proofs.",
        "/dossier?post=sample%3Ar-5008",
    ),
)
