"""Detection: the whole drawing through YOLOv3 once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from classifiers.calibration import logit, sigmoid
from detectors.context import Shares, in_context
from detectors.detections import Detections
from detectors.detector import LOWEST, Detector
from detectors.suppression import suppress
from detectors.yolov3.decode import decode_proposals
from detectors.yolov3.letterbox import Frame, frame_ink, render_frame
from explain.context import context_stages
from explain.stages import Picture, Stage, heat_map, ink_on_paper
from ink.palette import PALETTE
from ink.sheet import Sheet, inked
from weights.engine import Engine, TorchEngine
from weights.store import WEIGHTS_FOLDER, Weights, load_weights

if TYPE_CHECKING:
    from torch import nn

    from models.yolov3 import YOLOv3

MAX_PROPOSALS = 300
"""Candidates kept a drawing, the most confident ones."""


TRAINING_SHARES: Shares = (0.785, 0.067, 0.148)
"""Shares of digits, censored and other drawings on the sheets that the network learned from, crowded ones included."""

STRIDES = (32, 16, 8)
"""Of the three grids, as in ``models.yolov3``; repeated here so that serving need not import PyTorch."""


def build_network(config: dict[str, Any]) -> YOLOv3:
    """The network that a card's config describes."""
    from models.yolov3 import YOLOv3, YOLOv3Config

    anchors = tuple(tuple(tuple(a) for a in scale) for scale in config["anchors"])
    return YOLOv3(YOLOv3Config(**(config | {"anchors": anchors})))


def _anchor_picture(shape: tuple[int, ...], anchors: np.ndarray) -> np.ndarray:
    """All anchors, float ``[3, 3, 2]``, around one centre on a sheet of the input's size, or a larger one."""
    times = 2
    width, height = np.maximum(shape[1::-1], anchors.max((0, 1)) + 4).astype(int)
    sheet = np.full((height * times, width * times, 3), 255, np.uint8)
    middle = np.array([sheet.shape[1], sheet.shape[0]]) / 2
    for colour, scale in zip(PALETTE, anchors, strict=False):
        for size in scale * times:
            low, high = (tuple(np.round(v).astype(int).tolist()) for v in (middle - size / 2, middle + size / 2))
            cv2.rectangle(sheet, low, high, colour, 2)
    return sheet


class YOLOv3Detector(Detector):
    """YOLOv3 on the ink of a drawing, framed closely.

    Args:
        engine: gives the network's maps; see ``models.yolov3.YOLOv3.forward``.
        anchors: of the network.
        calibration: ``scale`` and ``shift`` of the confidence's logit; see ``training.runs.calibrate``.
    """

    name = "yolov3"
    approach = "Detection"
    label = "YOLOv3"

    def __init__(self, engine: Engine, anchors: Any, calibration: dict[str, float] | None = None) -> None:
        self.engine = engine
        self.anchors = np.array(anchors, np.float32)
        self.calibration = {"scale": 1.0, "shift": 0.0} | (calibration or {})

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> YOLOv3Detector:
        """From the shipped weights; WeightsError where they can't be used."""
        weights: Weights = load_weights("yolov3", folder)

        def module() -> nn.Module:
            from models.yolov3 import fold_batch_norms

            net = build_network(weights.config)
            weights.into(net)
            return fold_batch_norms(net)

        return cls(weights.engine(module), weights.config["anchors"], weights.calibration)

    @classmethod
    def of(cls, net: YOLOv3, calibration: dict[str, float] | None = None) -> YOLOv3Detector:
        """Around a network in PyTorch, which is changed: its batch norms are folded in."""
        from models.yolov3 import fold_batch_norms

        return cls(TorchEngine(fold_batch_norms(net)), net.config.anchors, calibration)

    def frame(self, sheet: Sheet) -> tuple[np.ndarray, Frame]:
        """A drawing as network input: ink uint8 ``[h, w]`` of one of ``SHAPES``, and what of the drawing it shows."""
        ink, scale = sheet.once(inked)
        frame = frame_ink(ink)
        return render_frame(ink, frame), frame.enlarged(1 / scale)

    def candidates(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [in_context(found, TRAINING_SHARES) for found in self.alone(sheets)]

    def alone(self, sheets: Sequence[Sheet]) -> list[Detections]:
        """As :meth:`candidates`, each object taken by itself."""
        if not sheets:
            return []
        frames = [self.frame(sheet) for sheet in sheets]
        found = [Detections.empty() for _ in sheets]
        for shape in {frame.shape for _, frame in frames}:
            alike = [k for k, (seen, frame) in enumerate(frames) if frame.shape == shape and cv2.countNonZero(seen)]
            if alike:
                self._read(sheets, frames, alike, found)
        return found

    def stages(self, image: np.ndarray) -> list[Stage]:
        sheet = Sheet(image)
        ink, frame = self.frame(sheet)
        size = f"{frame.shape[0]} x {frame.shape[1]}"
        maps = [
            Picture(
                heat_map(ink, grid.max(0)),
                f"cells of {stride} pixels, for {kind} objects: up to {float(grid.max()):.0%}",
            )
            for grid, stride, kind in zip(self.objectness(ink), STRIDES, ("large", "middling", "small"), strict=True)
        ]
        return [
            Stage(
                "What the network sees",
                "The ink without its colours, framed closely; blank paper between far drawings is folded away.",
                [Picture(ink_on_paper(ink), size)],
            ),
            Stage(
                "Where is something?",
                "Three grids lie over the sheet. Every cell says how sure it is that an object has its centre there "
                "(objectness): the darker, the surer.",
                maps,
            ),
            Stage(
                "Which size does it have?",
                "Every cell starts from three boxes (anchors) and bends one of them to fit.",
                [Picture(_anchor_picture(ink.shape, self.anchors), "nine anchors at their size")],
            ),
            *context_stages(image, self.alone([sheet])[0], TRAINING_SHARES),
        ]

    def objectness(self, ink: np.ndarray) -> list[np.ndarray]:
        """How sure each cell is of an object, one float32 ``[3, h, w]`` a stride, for an input uint8 ``[H, W]``."""
        maps = self.engine(ink[None, None].astype(np.float32) / 255)
        return [sigmoid(raw[0].reshape(3, -1, *raw.shape[2:])[:, 4]) for raw in maps]

    def _read(
        self,
        sheets: Sequence[Sheet],
        frames: Sequence[tuple[np.ndarray, Frame]],
        alike: Sequence[int],
        found: list[Detections],
    ) -> None:
        """Puts what the network finds in the drawings numbered ``alike``, framed in one shape, into ``found``."""
        batch = np.stack([frames[k][0] for k in alike])[:, None].astype(np.float32) / 255
        scale, shift = self.calibration["scale"], self.calibration["shift"]
        # No class probability lifts the confidence above the objectness: what is lower need not be looked at.
        least = float(sigmoid(np.array((logit(LOWEST) - shift) / scale)))
        seen = decode_proposals(self.engine(batch), self.anchors, STRIDES, least)
        best, class_id = seen.probabilities.max(1), seen.probabilities.argmax(1)
        certain = np.clip(seen.objectness * best, 1e-6, 1 - 1e-6).astype(np.float64)
        confidence = sigmoid(np.log(certain / (1 - certain)) * scale + shift)
        for number, k in enumerate(alike):
            keep = np.flatnonzero((confidence >= LOWEST) & (seen.sample == number))
            # Only exact copies of one object from several anchors go here; what the page's slider decides stays.
            keep = keep[suppress(seen.boxes[keep], confidence[keep], 0.9, class_id[keep])[:MAX_PROPOSALS]]
            height, width = sheets[k].image.shape[:2]
            boxes = frames[k][1].to_sheet(seen.boxes[keep])
            found[k] = Detections(
                np.clip(boxes, 0, [width, height, width, height]),
                confidence[keep],
                class_id[keep],
                seen.probabilities[keep],
            )
