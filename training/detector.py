"""Trains YOLOv3 on composed scenes: ``python -m training.detector [settings]``."""

from __future__ import annotations

from dataclasses import dataclass

from models.yolov3 import YOLOv3, slim_config
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import LabelledImages, load_glyphs
from training.runs.anchor_clusters import ANCHORS
from training.runs.detector_module import DetectorModule, validation_scenes
from training.runs.recipe import run_recipe
from training.runs.settings import RunSettings, parse_settings


@dataclass(frozen=True)
class DetectorSettings(RunSettings):
    """Settings of the detector's run; ``samples`` are scenes."""

    epochs: int = 40  # passes over so many fresh scenes, each validated at its end
    samples: int = 16_384  # composed scenes per epoch
    width: float = 0.25  # of the network: factor on the paper's channels
    depth: float = 1.5  # of the network: factor on the paper's residual blocks
    easy: float = 1.0  # share that is taken of the scenes that the shipped detector reads without a fault
    validation: int = 600  # scenes to validate on, an equal number of each kind


def main(argv: list[str] | None = None) -> None:
    """Trains, calibrates the confidence on validation scenes, and writes the weights."""
    settings = parse_settings(DetectorSettings, argv, __doc__)

    def begin(glyphs: GlyphSet, _: LabelledImages) -> DetectorModule:
        scenes = validation_scenes(load_glyphs(settings.data, "val"), settings.validation)
        shape = slim_config(ANCHORS, settings.width, settings.depth)
        return DetectorModule(settings, lambda: YOLOv3(shape), glyphs, scenes, settings.easy)

    easy = {"scenes read without a fault": settings.easy} if settings.easy < 1 else {}
    run_recipe(settings, "detector", "yolov3", begin, easy)


if __name__ == "__main__":
    main()
