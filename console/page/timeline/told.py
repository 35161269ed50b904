"""What a dossier says of times, as a timeline."""

from collections.abc import Iterator, Sequence

from console.dossier.content import Observation, Visible
from console.dossier.handling import Decided, Judgement
from console.dossier.values import Dossier
from console.page.timeline.values import Moment, Stretch, Timeline
from console.telling_short import KINDS
from console.words import counted

HEARD_MAX = 12
_HEARD = ("reported", "reacted")


def told(dossier: Dossier) -> Timeline:
    """Everything with an instant that a reader looks for; single looks that saw nothing new are left to the table."""
    moments = (*_by_the_site(dossier), *_seen(dossier), *_judged(dossier), *_decided(dossier), *_done(dossier))
    periods = dossier.gaps.periods if dossier.gaps else ()
    watched = tuple(Stretch(one.from_at, one.until_at, one.state) for one in periods)
    visible = tuple(part for one in dossier.when.visible for part in _visible(one))
    return Timeline(moments, visible, watched)


def _by_the_site(dossier: Dossier) -> Iterator[Moment]:
    when = dossier.when
    if when.posted_at:
        yield Moment(when.posted_at, "site", "posted", "site")
    for edit in when.edits:
        if edit.site_at:
            yield Moment(edit.site_at, "site", f"changed to text {edit.revision}", "site")
    for stretch in when.visible:
        if stretch.removed_at:
            yield Moment(stretch.removed_at, "site", "removed", "site")


def _seen(dossier: Dossier) -> Iterator[Moment]:
    when = dossier.when
    if when.observations:
        yield Moment(min(one.recorded_at for one in when.observations), "seen", "first recorded", "recorded")
    if when.first_seen_at:
        yield Moment(when.first_seen_at, "seen", "first seen")
    for edit in when.edits:
        yield Moment(edit.at_latest, "seen", f"text {edit.revision} first seen")
    if when.last_seen_at and when.last_seen_at != when.first_seen_at:
        yield Moment(when.last_seen_at, "seen", "last seen")
    missing = dict.fromkeys(at for at in (*(one.missing_at for one in when.visible), when.missing_at) if at)
    yield from (Moment(at, "seen", "first seen missing") for at in missing)
    for kind in _HEARD:
        yield from _heard([one for one in when.observations if one.kind == kind])


def _heard(all_of: Sequence[Observation]) -> Iterator[Moment]:
    """Each report or reaction; of very many only the first and the last."""
    if len(all_of) <= HEARD_MAX:
        yield from (_one(one, KINDS[one.kind]) for one in all_of)
        return
    ordered = sorted(all_of, key=lambda one: one.site_at or one.seen_at)
    for one, which in ((ordered[0], "first"), (ordered[-1], "last")):
        yield _one(one, f"{KINDS[one.kind]}, the {which} of {len(all_of):,}")


def _one(one: Observation, what: str) -> Moment:
    return Moment(one.site_at, "seen", what, "site") if one.site_at else Moment(one.seen_at, "seen", what)


def _judged(dossier: Dossier) -> Iterator[Moment]:
    return (Moment(one.judged_at, "judged", _found(one)) for one in dossier.how_it_was_judged.verdicts)


def _found(verdict: Judgement) -> str:
    which = f"text {verdict.revision}" if verdict.revision else "a text"
    count = len(verdict.findings)
    reasons = f"{counted(count, 'reason')} to look" if count else "nothing found"
    return f"{which} judged: {'not scored, ' if verdict.unscored else ''}{reasons}"


def _decided(dossier: Dossier) -> Iterator[Moment]:
    yield from (Moment(one.made_at, "decided", _act(one)) for one in dossier.how_it_was_judged.decisions)
    erased = dossier.what.erased
    if erased and erased.keys_overwritten_at:
        yield Moment(erased.keys_overwritten_at, "decided", "made unreadable in the ledger", "recorded")


def _act(one: Decided) -> str:
    became = " (refused)" if one.accepted is False else ""
    return f"{one.kind.replace('_', ' ')}{f': {one.action}' if one.action else ''}, by {one.staff_id}{became}"


def _done(dossier: Dossier) -> Iterator[Moment]:
    done = dossier.what_was_done
    yield from (Moment(one.ordered_at, "done", f"the site was asked to {one.action}") for one in done.requests)
    yield from (Moment(one.happened_at, "done", f"the site: {one.result}") for one in done.answers)


def _visible(one: Visible) -> Iterator[Stretch]:
    """What is certain, and before and after it what is possible; bounds in the wrong order bound nothing."""
    if one.at_latest is None:
        return
    if one.not_before and one.not_before < one.at_latest:
        yield Stretch(one.not_before, one.at_latest, "perhaps")
    last = max(one.last_seen_at or one.at_latest, one.at_latest)
    yield Stretch(one.at_latest, last, "visible")
    if one.missing_at is None or one.missing_at > last:
        yield Stretch(last, one.missing_at, "perhaps")
