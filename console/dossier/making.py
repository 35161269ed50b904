"""The dossier of one post from what was found about it: pure, and without a clock."""

from functools import cache
from importlib.metadata import version

from console.dossier.material import Known, Material
from console.dossier.of_arrival import how_it_got_in, where
from console.dossier.of_content import numbers_of, what, who
from console.dossier.of_handling import what_was_done, what_we_did_to_it
from console.dossier.of_judging import how_it_was_judged
from console.dossier.of_rules import gaps, under_which_rules
from console.dossier.of_times import when
from console.dossier.part import LEARNT_LATER
from console.dossier.values import AsOf, Dossier


def dossier(material: Material, known: Known, as_of: AsOf | None = None) -> Dossier:
    """Everything but the integrity, which the ledger has to be asked for."""
    numbers = numbers_of(material)
    return Dossier(
        post_id=material.post_id,
        asked=material.asked,
        made_at=known.now,
        made_by=_made_by(),
        as_of=as_of,
        what=what(material, known),
        who=who(material, known),
        when=when(material, numbers),
        where=where(material, known),
        how_it_got_in=how_it_got_in(material),
        what_we_did_to_it=what_we_did_to_it(material),
        how_it_was_judged=how_it_was_judged(material, known, numbers),
        what_was_done=what_was_done(material),
        under_which_rules=under_which_rules(material, known),
        gaps=gaps(material.watched) if material.watched else None,
        absent={"gaps": LEARNT_LATER} if material.past else {},
    )


@cache
def _made_by() -> str:
    """Looking it up takes longer than half of a dossier."""
    return f"lifeguard {version('lifeguard')}"
