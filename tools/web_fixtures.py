"""What each step of reading gives on some two hundred drawings, for the page without a server to be held to.

``python -m tools.web_fixtures`` writes them into ``web/build/fixtures`` from the drawings in the repository and the
weights as they are, with what a dozen hands write (``python -m tools.web_fixtures hands``: that alone);
``python -m tools.web_fixtures compose --data FOLDER`` composes the drawings in ``web/tests/drawings`` anew, from the
strokes of writers whom no training saw.
"""

from __future__ import annotations

import argparse
import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from classifiers.classifier import Classifier
from comparison.agreement import compare_readings
from comparison.censor import censored_boxes
from comparison.objects import match_readings
from comparison.together import reading_together
from detectors import DETECTORS, Detections, Detector, keep_best, load_detectors
from detectors.referee import Referee, merge_decisions
from detectors.segmentation.detector import SegmentationDetector
from detectors.segmentation.grouping import cut_sheet_piece
from detectors.segmentation.pieces import sheet_pieces
from detectors.segmentation.scoring import ScoreConfig
from detectors.segmentation.search import SheetReading
from detectors.yolov3.detector import YOLOv3Detector
from detectors.yolov3.letterbox import Frame
from ink.sheet import Sheet
from tools.golden_values import COMPARED, read
from tools.web_constants import IN_FLOAT
from tools.web_hands import write_hands
from weights.precision import forced_precision, has_fast_int8
from weights.store import load_weights

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "web" / "build" / "fixtures"
COMPOSED = ROOT / "web" / "tests" / "drawings"

HANDS = "hands.json"
"""Of the fixtures: what a dozen hands write."""

COMPOSED_COUNT, SEED = 62, 25
"""Composed drawings, and the seed of their scenes."""

MAX_PNG_BYTES = 40_000
"""Composed drawings that take more are kept as JPEG."""

MAX_PIECES_CUT = 24
"""Pieces of one sheet whose cuts are written, at most."""


def drawing_files() -> dict[str, Path]:
    """Every drawing by its name: the golden record, the built-in set, the examples, hard cases and composed scenes."""
    folders = {
        "golden": ROOT / "tests" / "golden" / "drawings",
        "builtin": ROOT / "comparison" / "datasets" / "builtin" / "images",
        "example": ROOT / "ui" / "examples",
        "case": ROOT / "tests" / "detectors" / "cases",
        "composed": COMPOSED,
    }
    return {f"{kind}-{path.stem}": path for kind, folder in folders.items() for path in sorted(folder.glob("*.*"))}


class Record:
    """What is told of one drawing: values as JSON, and arrays, packed one after the other, that these refer to."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._length = 0

    def add(self, array: np.ndarray) -> dict[str, Any]:
        """Packs an array; where it lies, and its shape and type."""
        data = zlib.compress(np.ascontiguousarray(array).tobytes(), 1)
        place = {
            "type": str(array.dtype),
            "shape": list(array.shape),
            "start": self._length,
            "end": self._length + len(data),
        }
        self._packed.append(data)
        self._length += len(data)
        return place

    def add_detections(self, found: Detections) -> dict[str, Any]:
        """Packs detections."""
        return {
            "boxes": self.add(found.xyxy),
            "confidence": self.add(found.confidence),
            "classes": found.class_id.tolist(),
            "probabilities": self.add(found.probabilities),
            "reading": found.reading(),
        }

    def save(self, path: Path, values: dict[str, Any]) -> None:
        """Writes ``path`` with the suffixes .json and .bin."""
        path.with_suffix(".json").write_text(json.dumps(values), encoding="utf-8")
        path.with_suffix(".bin").write_bytes(b"".join(self._packed))


def _page_precision(name: str) -> str:
    """What the page runs a method's network in.

    Float, too, where Python may saturate in eight bits: the page doesn't, so there would be nothing to hold it to.
    """
    return "float" if DETECTORS[name].weights in IN_FLOAT or not has_fast_int8() else "int8"


def load_page_detectors() -> dict[str, Detector]:
    """Every method by its name, its network in the page's precision."""
    found: dict[str, Detector] = {}
    for precision in ("float", "int8"):
        names = [name for name in DETECTORS if _page_precision(name) == precision]
        with forced_precision(precision):
            found |= load_detectors(names) if names else {}
    return {name: found[name] for name in DETECTORS}


def int8_networks() -> list[str]:
    """Networks that :func:`load_page_detectors` runs in eight bits."""
    methods = [each for each in DETECTORS.values() if not each.rests_on and _page_precision(each.name) == "int8"]
    return [each.weights for each in methods if load_weights(each.weights).int8 is not None]


def _frame_values(frame: Frame) -> dict[str, Any]:
    return {
        "shape": list(frame.shape),
        "left": frame.left,
        "top": frame.top,
        "width": frame.width,
        "height": frame.height,
        "columns": len(frame.columns),
        "rows": len(frame.rows),
    }


def _segmentation_values(record: Record, sheet: Sheet, classifiers: dict[str, Classifier]) -> dict[str, Any]:
    """Pieces, cuts, first crops, and what the classifiers say of these."""
    pieces = sheet_pieces(sheet)
    candidates = SheetReading(sheet, ScoreConfig()).pending()
    values: dict[str, Any] = {
        "pieces": [list(piece.box) for piece in pieces],
        "parts": [
            [list(part.box) for part in cut_sheet_piece(sheet, number)[0]]
            for number in range(min(len(pieces), MAX_PIECES_CUT))
        ],
        "groups": [list(candidate.members) for candidate in candidates],
    }
    if candidates:
        crops = [candidate.crop for candidate in candidates]
        values["crops"] = record.add(Classifier.inputs(crops))
        for name, classifier in classifiers.items():
            probabilities, whole = classifier.judge(crops)
            values[name] = {"probabilities": record.add(probabilities), "whole": record.add(whole)}
    return values


def _referee_values(record: Record, referee: Referee, proposals: dict[str, Detections]) -> dict[str, Any]:
    """Every decision with its reason, and what a person is told of them."""
    decisions = referee.decide([proposals[way.name] for way in referee.ways])
    matched = match_readings([keep_best(found) for found in proposals.values()])
    return {
        "decisions": {
            **record.add_detections(merge_decisions(decisions)),
            "reasons": [decision.reason for decision in decisions],
            "ways": [decision.way for decision in decisions],
        },
        "together": reading_together(referee, proposals, matched),
    }


def write_fixture(path: Path, image: np.ndarray, detectors: dict[str, Detector], page: dict[str, Detector]) -> None:
    """Writes the steps of one drawing, uint8 ``[H, W, 3]`` RGB, and what the page's networks make of it.

    In float the page comes out as here to the sixth digit, in eight bits a number on the brink may be rounded the other
    way: steps are held in float, and in eight bits readings are.
    """
    record, sheet = Record(), Sheet(image)
    yolov3, referee = detectors["yolov3"], detectors["referee"]
    assert isinstance(yolov3, YOLOv3Detector)
    assert isinstance(referee, Referee)
    classifiers = {
        each.classifier.name: each.classifier for each in detectors.values() if isinstance(each, SegmentationDetector)
    }
    values: dict[str, Any] = {
        "drawing": record.add(image),
        "ink": record.add(sheet.ink),
        "scale": sheet.scale,
        "paper": {"even": bool(sheet.paper.even), "certain": bool(sheet.paper.certain)},
        "frames": [{**_frame_values(f), "input": record.add(seen)} for seen, f in yolov3.frames(sheet)],
        "segmentation": _segmentation_values(record, sheet, classifiers),
    }
    proposals = {name: each.proposals([sheet])[0] for name, each in detectors.items()}
    shown = {name: keep_best(found) for name, found in proposals.items()}
    first, second = (shown[name] for name in COMPARED)
    values["methods"] = {name: record.add_detections(found) for name, found in shown.items()}
    values["agreement"] = compare_readings(first, second).to_json()
    values["referee"] = _referee_values(record, referee, proposals)
    again = Sheet(image)
    values["page"] = {name: keep_best(each.proposals([again])[0]).reading() for name, each in page.items()}
    values["censored"] = record.add(censored_boxes([first, second, shown[referee.name]]))
    record.save(path, values)


def write_fixtures(out: Path, wanted: str) -> None:
    """Writes the steps of every drawing whose name begins so, and their index."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with forced_precision("float"):
        detectors = load_detectors()
    page = load_page_detectors()
    files = {name: path for name, path in drawing_files().items() if name.startswith(wanted)}
    for name, path in tqdm(files.items(), unit="drawing"):
        write_fixture(out / name, read(path), detectors, page)
    write_hands(out / HANDS)
    (out / "index.json").write_text(json.dumps({"names": list(files), "int8": int8_networks()}), encoding="utf-8")


def compose_drawings(data: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Composed scenes of every kind by their names, uint8 ``[H, W, 3]`` RGB."""
    from training.glyphs.reader import load_glyphs
    from training.scenes.composer import compose_validation_set

    glyphs = load_glyphs(data, "val")
    for number, scene in enumerate(compose_validation_set(glyphs, COMPOSED_COUNT, SEED, "")):
        yield f"{number:02d}-{scene.kind.replace(' ', '-')}", scene.image


def main(argv: list[str] | None = None) -> None:
    """Writes the fixtures, or a part of them, or composes drawings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("write", "hands", "compose"), default="write")
    parser.add_argument("--out", type=Path, default=FIXTURES, help="folder of the fixtures; what is in it goes")
    parser.add_argument("--only", default="", help="how the names of the drawings begin: golden, builtin, case, ...")
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data", help="the data folder")
    settings = parser.parse_args(argv)
    if settings.what == "write":
        write_fixtures(settings.out, settings.only)
        return
    if settings.what == "hands":
        write_hands(settings.out / HANDS)
        return
    COMPOSED.mkdir(parents=True, exist_ok=True)
    for path in COMPOSED.iterdir():
        path.unlink()
    for name, image in compose_drawings(settings.data):
        picture = Image.fromarray(image)
        picture.save(COMPOSED / f"{name}.png", optimize=True)
        if (
            COMPOSED / f"{name}.png"
        ).stat().st_size > MAX_PNG_BYTES:  # photographs, which come as JPEG from cameras, too
            (COMPOSED / f"{name}.png").unlink()
            picture.save(COMPOSED / f"{name}.jpg", quality=85)


if __name__ == "__main__":
    main()
