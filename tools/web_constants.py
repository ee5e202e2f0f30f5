"""The numbers and words that the page without a server shares with this code: ``python -m tools.web_constants``.

Writes ``web/src/constants.json``, so that tuning never forks them.  What training decides of the networks (anchors,
temperatures, calibration) is not in it: the page reads the weights' cards.  The referee has no network, and its few
numbers are in it.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from detectors import DETECTORS
from detectors.referee import Referee
from detectors.segmentation.scoring import ScoreConfig
from handwriting.line import MARKS
from handwriting.style import StyleSettings
from ui.html.objects import CONFIDENCE_WORDS
from ui.html.panels import CENSORED_WORD, DIFFERENCE_MARKS, DIFFERENCE_WORDS, EMPTY_READING, LINES, SIGNS
from ui.tabs.handwriting import ALL_DIGITS, MAX_SEED, MIN_SAME_OVERLAP
from weights.store import WEIGHTS_FOLDER

PATH = Path(__file__).resolve().parents[1] / "web" / "src" / "constants.json"

MODULES = (
    "models.classes",
    "ink.drawing",
    "ink.edges",
    "ink.ink",
    "ink.drawn",
    "ink.holes",
    "ink.lines",
    "ink.mending",
    "ink.outlines",
    "ink.patches",
    "ink.pores",
    "ink.shading",
    "ink.shadows",
    "ink.paper",
    "ink.pen",
    "ink.strikethrough",
    "ink.combs",
    "ink.specks",
    "ink.rulings",
    "ink.erasing",
    "ink.strokes",
    "weights.engine",
    "classifiers.classifier",
    "classifiers.crop",
    "detectors.detections",
    "detectors.detector",
    "detectors.context",
    "detectors.reading_order",
    "detectors.matching",
    "detectors.yolov3.detector",
    "detectors.yolov3.ghosts",
    "detectors.yolov3.letterbox",
    "detectors.yolov3.pages",
    "detectors.yolov3.second_look",
    "detectors.segmentation.cuts",
    "detectors.segmentation.detector",
    "detectors.segmentation.neighbours",
    "detectors.segmentation.grouping",
    "detectors.segmentation.pieces",
    "detectors.segmentation.place",
    "detectors.segmentation.scoring",
    "detectors.segmentation.search",
    "detectors.fusion",
    "detectors.referee",
    "comparison.agreement",
    "comparison.reading",
    "comparison.together",
    "ui.link",
    "handwriting.features",
    "handwriting.bank",
    "handwriting.warp",
    "handwriting.wobble",
    "handwriting.style",
    "handwriting.line",
    "handwriting.examples",
    "handwriting.hand",
    "handwriting.formats",
    "ui.html.handwriting",
    "ui.html.tags",
)
"""Modules whose public constants the page has, too."""


IN_FLOAT = ("vit",)
"""Networks that the page runs in float; the others in eight bits, where Python ships a graph in eight bits.

YOLOv3 and the CNN come out as here, to the sixth digit.  Of the ViT the browser's runtime rounds some step otherwise:
its probabilities are off by up to 0.05, and it is loaded only when somebody asks for it."""


def _plain(value: Any) -> Any:
    """A constant as JSON has it; None for what is none."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def collect_constants() -> dict[str, dict[str, Any]]:
    """The public constants of each of :data:`MODULES`, and those that other values hold: costs, marks, the methods."""
    found: dict[str, dict[str, Any]] = {}
    for name in MODULES:
        module = importlib.import_module(name)
        own = {key: _plain(value) for key, value in vars(module).items() if key.isupper() and key[0] != "_"}
        # What a module imports stands with its owner, which comes first.
        known = [each for others in found.values() for each in others.items()]
        found[name] = {key: value for key, value in own.items() if value is not None and (key, value) not in known}
    found["detectors.segmentation.scoring"]["COSTS"] = _plain(ScoreConfig())
    weighed = Referee.load(WEIGHTS_FOLDER).parameters.arrays()
    found["detectors.referee"]["PARAMETERS"] = {name: _plain(value) for name, value in weighed.items()}
    found["handwriting.style"]["SETTINGS"] = _plain(StyleSettings())
    found["handwriting.line"]["MARKS"] = MARKS
    found["ui.tabs.handwriting"] = {
        "ALL_DIGITS": ALL_DIGITS, "MAX_SEED": MAX_SEED, "MIN_SAME_OVERLAP": MIN_SAME_OVERLAP
    }  # fmt: skip
    found["ui.html.objects"] = {"CONFIDENCE_WORDS": CONFIDENCE_WORDS}
    found["weights"] = {"IN_FLOAT": _plain(IN_FLOAT)}
    found["detectors"] = {
        "METHODS": [
            {"name": each.name, "approach": each.approach, "label": each.label, "colour": each.colour}
            for each in DETECTORS.values()
        ]
    }
    found["ui.html.panels"] = {
        "DIFFERENCE_MARKS": DIFFERENCE_MARKS, "DIFFERENCE_WORDS": DIFFERENCE_WORDS, "EMPTY_READING": EMPTY_READING,
        "CENSORED_WORD": CENSORED_WORD,
        "LINES": LINES,
        "SIGNS": SIGNS,
    }  # fmt: skip
    return found


def render_constants() -> str:
    """What the file holds."""
    return json.dumps(collect_constants(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the file."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(render_constants(), encoding="utf-8")
    print(f"{PATH.name}: {sum(map(len, collect_constants().values()))} constants")


if __name__ == "__main__":
    main()
