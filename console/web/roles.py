"""The roles as people read them: what each is called in the console, and what it may do."""

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


def role_does(role: str) -> str:
    """What it may do, after "you may"."""
    return DOES[role]
