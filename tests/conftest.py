"""What the tests share: recorded strokes, a tiny data folder made of them, detectors that are told what to say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from detectors import Detections, Detector
from ink.ink import ink_bounds
from ink.sheet import Sheet, inked
from training.drawings import DEFAULT_DATA
from training.render import Stroked, draw_ink

STROKES = json.loads((Path(__file__).parent / "strokes.json").read_text())["digits"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the real data run where the data is."""
    if not DEFAULT_DATA.is_dir():
        for item in items:
            if item.get_closest_marker("data"):
                item.add_marker(pytest.mark.skip(reason="the data folder is not here"))


def digit_strokes(digit: int, centre: tuple[float, float], size: float) -> list[np.ndarray]:
    """A recorded digit, its longer side ``size`` pixels, as float32 strokes ``[n, 2]``."""
    return [(np.array(s) * size + centre).astype(np.float32) for s in STROKES[str(digit)]]


def sheet(*digits: tuple[int, tuple[float, float], float], pen: float = 10.72, side: int = 400) -> np.ndarray:
    """Black digits (value, centre, size) on a white square, uint8 ``[side, side, 3]``."""
    ink = draw_ink([Stroked(digit_strokes(d, at, size), d, pen) for d, at, size in digits], side, side)
    return np.repeat(255 - ink[..., None], 3, 2)


def detections(*rows: tuple[list[float], int, float]) -> Detections:
    """Detections from (box, class, confidence)."""
    if not rows:
        return Detections.empty()
    boxes, classes, scores = zip(*rows, strict=True)
    return Detections(np.array(boxes), np.array(scores), np.array(classes), np.eye(12)[list(classes)])


class Told(Detector):
    """A detector that finds one object of a given class around all the ink."""

    def __init__(self, name: str, approach: str, class_id: int, confidence: float = 0.9) -> None:
        self.name, self.approach, self.label = name, approach, f"Told {class_id}"
        self.class_id, self.confidence = class_id, confidence

    def candidates(self, sheets: Sequence[Sheet]) -> list[Detections]:
        found = []
        for sheet in sheets:
            box = ink_bounds(sheet.once(inked)[0])
            found.append(
                detections(([float(v) for v in box], self.class_id, self.confidence)) if box else Detections.empty()
            )
        return found


def _archive(path: Path, drawings: list[list[np.ndarray]], **columns: np.ndarray) -> None:
    strokes = [s for d in drawings for s in d]
    np.savez_compressed(
        path,
        points=np.concatenate(strokes).astype(np.int16),
        stroke_offsets=np.concatenate([[0], np.cumsum([len(s) for s in strokes])]).astype(np.int32),
        drawing_offsets=np.concatenate([[0], np.cumsum([len(d) for d in drawings])]).astype(np.int32),
        **columns,
    )


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the real layout with a handful of drawings in each file."""
    folder = tmp_path_factory.mktemp("data")
    digits = [digit_strokes(d, (250, 250), 300) for d in range(10) for _ in range(4)]
    label = np.repeat(np.arange(10), 4)
    split = np.tile(["train", "train", "val", "val"], 10)
    writer = np.tile([1, 2, 3, 4], 10)
    _archive(folder / "pendigits_strokes_train.npz", digits, label=label, writer=writer, split=split)
    site = np.full(40, "abc")
    _archive(
        folder / "unipen_digits.npz", digits, label=label, writer=np.char.add("abc/", writer.astype(str)), site=site,
        split=split,
    )  # fmt: skip
    zigzag = np.array([[0, 0], [300, 100], [0, 200], [300, 300], [0, 400]], np.float32)
    others = [[zigzag + 10 * k, zigzag[::-1, ::-1] + k] for k in range(8)]
    eight = np.tile(["train", "val"], 4)
    _archive(
        folder / "unipen_letters_symbols.npz", others, label=np.array(list("AAWWOOMM")), writer=np.array(["w"] * 8),
        site=np.array(["abc"] * 8), ambiguous=np.array([0, 0, 0, 0, 1, 1, 0, 0], bool), split=eight,
    )  # fmt: skip
    _archive(
        folder / "omniglot_strokes.npz", others, split=eight, writer=np.array(["g"] * 8),
        label=np.array(["Greek/character01"] * 4 + ["Greek/character15"] * 4),
    )  # fmt: skip
    _archive(folder / "quickdraw_strokes.npz", others, label=np.array(["house"] * 4 + ["circle"] * 4), split=eight)
    _archive(folder / "censored_strokes.npz", others, label=np.array(["censored"] * 8), split=eight)
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    np.savez_compressed(
        folder / "mnist_train.npz", images=images, label=np.arange(20, dtype=np.uint8) % 10,
        split=np.array(["train"] * 10 + ["val"] * 10),
    )  # fmt: skip
    return folder
