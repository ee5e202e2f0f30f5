"""Writes a labelled set of composed scenes: ``python -m training.compose --out FOLDER [settings]``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tqdm import tqdm

from comparison.datasets.coco import write_coco
from comparison.export import draw_labelled_boxes
from comparison.report.mistakes import contact_sheet
from detectors import Detections
from ink.drawing import png_bytes
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.settings import parse_settings, refusals_in_words
from training.scenes.composer import Scene, compose_validation_set
from training.scenes.kinds import KINDS


@dataclass(frozen=True)
class ComposeSettings:
    """What to write."""

    out: Path = Path("out/composed")  # the folder of the set
    data: Path = DEFAULT_DATA  # the data folder
    split: Literal["train", "val"] = "val"  # whose writers
    count: int = 807  # scenes, kinds in turn; 500 of these are of the kinds of the first evaluations
    seed: int = 2026  # of the scenes
    kind: str = ""  # one kind of scene, "first" or "added" for those kinds; all in turn where empty


def compose_scenes(settings: ComposeSettings) -> list[Scene]:
    """The scenes, kinds in turn; the same for the same settings."""
    glyphs = load_glyphs(settings.data, settings.split)
    made = compose_validation_set(glyphs, settings.count, settings.seed, settings.kind)
    return list(tqdm(made, total=settings.count, unit="scene"))


def main(argv: list[str] | None = None) -> None:
    """Writes ``annotations.json``, ``images/`` and ``contact-sheet.png``."""
    settings = parse_settings(ComposeSettings, argv, __doc__)
    if settings.kind not in ("", "first", "added", *KINDS):
        raise SystemExit(f"There is no kind {settings.kind!r}; there are first, added, {', '.join(KINDS)}.")
    with refusals_in_words():
        made = compose_scenes(settings)
    write_coco(settings.out, ((s.image, s.xyxy, s.class_id, s.kind) for s in made))
    tiles = []
    shown = [s for _, s in sorted(enumerate(made), key=lambda pair: (list(KINDS).index(pair[1].kind), pair[0]))]
    for scene in shown[:: max(1, len(made) // (len(KINDS) * 8))]:
        tiles.append(draw_labelled_boxes(scene.image, Detections.from_labels(scene.xyxy, scene.class_id)))
    overview = contact_sheet(tiles, columns=len(KINDS), side=160)
    (settings.out / "contact-sheet.png").write_bytes(png_bytes(overview))
    print(f"{len(made)} scenes in {settings.out}")


if __name__ == "__main__":
    main()
