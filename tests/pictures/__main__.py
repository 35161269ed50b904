"""`python -m tests.pictures [NAME ...]`: every page into `.pictures/`, or those named; the README's beside it."""

import sys
from pathlib import Path

from tests.pictures.album import Album
from tests.pictures.recipes import shots
from tests.pictures.scene import letters, set_up
from tests.pictures.world import world

FOLDER = Path(__file__).parents[2] / ".pictures"
README_FOLDER = Path(__file__).parent / "readme"


def main() -> None:
    """Says where they are, and what is wider than its window."""
    wanted = sys.argv[1:]
    taken = tuple(shot for shot in shots() if not wanted or shot.name in wanted)
    for folder in (FOLDER, README_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    with world() as console:
        set_up(console)
        album = Album(console, FOLDER, README_FOLDER, {"letter": letters(console)[-1]})
        wide = [said for shot in taken for said in album.take(shot)]
        album.lay_out(taken)
    print("\n".join([*wide, f"Look at {FOLDER / 'index.html'}"]))
    sys.exit(1 if wide else 0)


if __name__ == "__main__":
    main()
