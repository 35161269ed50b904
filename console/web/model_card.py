"""The page of the model: its card, which model this console would use, and which have judged the posts."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response

from console.web.desk import Desk
from console.web.markdown import Block, blocks
from console.web.reliability import Diagram, diagram_in
from console.web.rendering import page
from console.web.route import Asked
from moderation.scorer.load import SHIPPED_FOLDER
from moderation.scorer.settings import ModelUnusable, read_settings
from records.settings import Settings
from search.totals import judging

CARD = "CARD.md"
OTHERS = {
    "hugging_face": "A model in Hugging Face format judges here; its card is kept by whoever made it.",
    "constant": "No model judges here: every text gets the same scores, as in a measurement.",
    "none": "No model judges here: every post is unscored, and a person looks.",
}


@dataclass(frozen=True, slots=True)
class Model:
    """The model of the settings: its digest, as verdicts name it, its card, and what keeps it from being used.

    `text` is the card as it stands in its file, in Markdown; `diagram` is the picture that it names, where that is.
    """

    digest: str
    card: tuple[Block, ...]
    problem: str
    text: str = ""
    diagram: Diagram | None = None


async def model(desk: Desk, asked: Asked) -> Response:
    """The card as it stands beside the model that is in use."""
    used, known = await asyncio.gather(asyncio.to_thread(model_of, desk.settings), judging(desk.search))
    return page(asked, "model.html", model=used, known=known)


def model_of(settings: Settings) -> Model:
    """The model that the settings name, as far as its folder tells."""
    if settings.scorer != "onnx":
        return Model("", (), f"{OTHERS[settings.scorer]} {settings.model or ''}".strip())
    return _in_folder(settings.model_dir or SHIPPED_FOLDER)


@lru_cache(maxsize=1)
def _in_folder(folder: Path) -> Model:
    """Read once: a process uses the model that was there when it began."""
    try:
        text = (folder / CARD).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    card = tuple(blocks(text))
    try:
        return Model(read_settings(folder).digest, card, "", text, diagram_in(folder))
    except ModelUnusable as unusable:
        return Model("", card, f"The model cannot be used: {unusable}", text)
