"""Whether naming a group alone raises scores: AUC within texts that name it, and against texts that do not.

Subgroup, BPSN and BNSP AUC as in Borkan et al. 2019, arXiv 1903.04561: BPSN compares the harmless texts that name a
group with the toxic ones that do not (low: the name alone is held against them), BNSP the other way round.
"""

import re
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.train import plan
from moderation.train.data import Rows
from moderation.train.figures.labels import auc
from moderation.train.points import places

ROWS_MIN = 10
"""Toxic and harmless texts each, that a group needs for a figure."""
SETS = (plan.JIGSAW, "hatexplain", "fox_news_comments", "own_abuse")
GROUPS = MappingProxyType(
    {
        "Muslim": r"muslims?|islam(?:ic)?",
        "Jewish": r"jew(?:s|ish)?",
        "Christian": r"christians?|catholics?",
        "Black": r"black (?:people|m[ae]n|wom[ae]n|guys?|kids?|folks?)|blacks|african[- ]americans?",
        "White": r"white (?:people|m[ae]n|wom[ae]n|guys?|kids?|folks?)|whites",
        "Asian": r"asians?|chinese|indians?|pakistanis?",
        "Latino": r"latin[oa]s?|mexicans?|hispanics?",
        "migrants": r"immigrants?|migrants?|refugees?",
        "women": r"wom[ae]n|females?|girls?",
        "men": r"m[ae]n|males?|boys?",
        "gay or lesbian": r"gays?|lesbians?|homosexuals?|lgbtq?",
        "trans": r"trans(?:gender)?|transsexuals?",
        "disabled": r"disabled|disabilit(?:y|ies)|autistic|deaf|blind|wheelchairs?",
        "old or young": r"elderly|pensioners?|old people|young people|boomers?|millennials?",
    }
)


def identity(logits: NDArray[np.float32], rows: Rows) -> dict[str, dict[str, Any]]:
    """By group: texts, and the three areas for toxicity."""
    column, at = plan.LABELS.index("toxicity"), places(rows, SETS)
    at = at[rows.weights[at, column] > 0]
    toxic = rows.targets[:, column] > 0
    found = {}
    for group, pattern in GROUPS.items():
        names = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
        within = np.array([bool(names.search(rows.texts[place])) for place in at])
        inside, outside = at[within], at[~within]
        if min(toxic[inside].sum(), (~toxic[inside]).sum()) < ROWS_MIN:
            continue
        bpsn = np.concatenate([inside[~toxic[inside]], outside[toxic[outside]]])
        bnsp = np.concatenate([inside[toxic[inside]], outside[~toxic[outside]]])
        areas = [auc(logits[:, column], rows, column, chosen) for chosen in (inside, bpsn, bnsp)]
        found[group] = {"rows": len(inside), "toxic": int(toxic[inside].sum()), "areas": areas}
    return found
