"""What the words of the console mean: one idea, one word, in the order in which a person meets them."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Term:
    """A word, by the name of its place on the page of terms, and what it means in a sentence or two."""

    name: str
    title: str
    meaning: str


TERMS: tuple[Term, ...] = (
    Term("post", "post", "What a third party wrote on one of our sites: a comment, a review, a reply."),
    Term("author", "author", "The third party who wrote it, as the site names them. Anybody may take any name there."),
    Term("source", "source", "A platform or feed that we collect posts from, with a configuration of its own."),
    Term("surface", "surface", "The place on our site where posts appear, such as the comments under one article."),
    Term(
        "static",
        "static, interactive",
        "Static is what we publish in our own wording and approve before it is shown. Interactive is a conversation: "
        "its posts are never held back or approved by us, they are looked at afterwards.",
    ),
    Term("revision", "revision", "One text of a post. A post that was edited has several, and all of them are kept."),
    Term("rule", "rule", "A fixed test for one thing, such as a card number. It says where it found it."),
    Term("score", "score", "How sure the model is of one label, from 0 to 1. It is shown beside its threshold."),
    Term("threshold", "threshold", "From this score on a label counts as found. Each label has one of its own."),
    Term(
        "label",
        "label",
        "The name of something notable, such as spam. The policy says who owns it and how soon to look.",
    ),
    Term("tag", "tag", "A label that we have defined ourselves, by posts that are examples of it."),
    Term(
        "list", "list of words", "Words and phrases that we have put together ourselves; a post that has one is found."
    ),
    Term(
        "finding", "finding", "One reason why a post is here: a label, its score or rule, and the words that show it."
    ),
    Term("severity", "severity", "How pressing a finding is, from slight to urgent. The queues are in this order."),
    Term(
        "unscored",
        "unscored",
        "The model could not judge it: another language, a picture, or no model. Rules have run.",
    ),
    Term("case", "case", "The review file of a post: it waits, somebody has it, it is decided, it comes back."),
    Term("queue", "queue", "A search for cases that wait, in an order, with an owner. Any search can become one."),
    Term("webhook", "webhook", "How another program is told, at once and signed, that something happened to a case."),
    Term(
        "lease",
        "lease",
        "Whoever looks at a case has it for five minutes; colleagues see who, and cannot decide on it.",
    ),
    Term(
        "version", "version", "How often something was decided about a case. A decision counts only for the one it saw."
    ),
    Term(
        "decision",
        "decision",
        "A moderator's answer on a case: leave, hide, remove, reply, pass on or put off, with a reason. It is on "
        "record for good; taking it back is another decision.",
    ),
    Term("clause", "clause", "One numbered sentence of the policy. Every decision names one as its reason."),
    Term("scope", "about the post, its author, the report", "Three questions that are decided apart from one another."),
    Term("order", "order", "What a site is asked to do after a decision, once its time for undoing is over."),
    Term(
        "desired",
        "decided and seen",
        "What we decided, and what a visitor of the site sees. Where they differ, the case comes back.",
    ),
    Term(
        "due", "due", "By when a person should have looked, as the policy says of the label, or the queue of its cases."
    ),
    Term("dossier", "dossier", "The answer to how a post came to be on our site, with everything that proves it."),
    Term("record", "record", "One fact, written down once and never changed: a post, a finding, a decision, a look."),
    Term("ledger", "ledger", "All records in their order, signed, so that nobody can change or remove one unnoticed."),
    Term(
        "witness", "witness", "Somebody else who signs that the ledger has only grown. The more strangers, the better."
    ),
    Term("proof", "proof", "What shows that a record is in the ledger; anybody can check it, without us."),
    Term(
        "coverage",
        "coverage, gap",
        "When a source was watched, and when it was not: what came and went in a gap is unknown.",
    ),
    Term(
        "as-of",
        "as of, as it stood at",
        "What had been seen by a time, and how it stood then: without anything that was recorded later.",
    ),
    Term("digest", "digest", "A number made of every byte of something. Where one byte differs, it is another number."),
    Term("hold", "legal hold", "Must not be deleted, whatever its retention says, until the hold is released."),
    Term("retention", "retention", "How long a record is kept, by its class; afterwards its content is erased."),
    Term("erasure", "erasure", "Its content is made unreadable for good, and every proof stays as it was."),
    Term("attestation", "attestation", "A worker's statement, on record, of having read one version of the policy."),
    Term("dead-letter", "dead letter", "Bytes that could not be read as a record. They are kept whole, and why."),
    Term(
        "integration",
        "integration",
        "A program that uses the API on the authority of a member of staff: with a token, within scopes, until a day.",
    ),
    Term("audit", "on record", "Who looked at what, searched, exported, signed in or was refused is itself a record."),
)
_TITLES = {term.name: term.title for term in TERMS}


def term(name: str, said: str = "") -> Markup:
    """A word as a link to what it means; raises KeyError for one without a meaning."""
    return Markup('<a class="term" href="/help/terms#{}">{}</a>').format(name, said or _TITLES[name])
