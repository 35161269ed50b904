"""The roles as people read them: what each is called in the console, and what it may do."""

from collections.abc import Collection

TITLES = {
    "reviewer": "moderator",
    "supervisor": "supervisor",
    "compliance": "compliance",
    "examiner": "examiner",
    "administrator": "administrator",
    "": "no role",
}
DOES = {
    "reviewer": "look at everything and decide on cases",
    "supervisor": "decide on cases, set up queues and templates, and place legal holds",
    "compliance": "decide on cases, release legal holds, and export",
    "examiner": "look at everything, and change nothing",
    "administrator": "look at everything, and say who may do what",
    "": "do nothing here yet",
}


def role_title(role: str) -> str:
    """What the console calls a role."""
    return TITLES[role]


def named(role: str) -> str:
    """A person of a role, as it stands in a sentence."""
    title = TITLES[role]
    return f"a{'n' if title[0] in 'ae' else ''} {title}" if role else "a person without a role"


def any_of(roles: Collection[str]) -> str:
    """What of several roles is needed."""
    return " or ".join(sorted(TITLES[role] for role in roles))


def role_does(role: str) -> str:
    """What it may do, after "you may"."""
    return DOES[role]
