"""Detection: the whole drawing through YOLOv3, and once more what no box explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import ArrayLike

from classifiers.calibration import logit, sigmoid
from detectors.context import Shares, in_context
from detectors.detections import Detections
from detectors.detector import MIN_CONFIDENCE, Detector, keep_best
from detectors.suppression import suppress
from detectors.yolov3.decode import decode_proposals
from detectors.yolov3.ghosts import drop_ghosts
from detectors.yolov3.letterbox import Frame, render_frame
from detectors.yolov3.pages import frame_page
from detectors.yolov3.second_look import unexplained_ink
from ink.sheet import Sheet
from models.classes import STRIDES
from weights.engine import Engine, TorchEngine
from weights.store import WEIGHTS_FOLDER, load_weights

if TYPE_CHECKING:
    from torch import nn

    from models.yolov3 import YOLOv3

MAX_PROPOSALS = 300
"""Proposals kept of one frame, and of a drawing, the most confident ones."""

COPY_IOU = 0.9
"""Of two boxes of one class that overlap more than this, the less confident one is a copy of the other."""

TRAINING_SHARES: Shares = (0.81, 0.075, 0.115)
"""Shares of digits, censored and other drawings that probabilities reckon with, tried on composed scenes."""


def build_network(config: Mapping[str, Any]) -> YOLOv3:
    """The network that a card's config describes."""
    from models.yolov3 import YOLOv3, YOLOv3Config

    anchors = tuple(tuple(tuple(a) for a in scale) for scale in config["anchors"])
    return YOLOv3(YOLOv3Config(**(dict(config) | {"anchors": anchors})))


class YOLOv3Detector(Detector):
    """YOLOv3 on the ink of a drawing, framed closely.

    Args:
        engine: gives the network's maps; see ``models.yolov3.YOLOv3.forward``.
        anchors: of the network, float ``[3, 3, 2]``: width and height in input pixels, three per stride.
        calibration: ``scale`` and ``shift`` of the confidence's logit; see ``training.runs.calibrate``.
    """

    name = "yolov3"
    approach = "Detection"
    label = "YOLOv3"

    def __init__(self, engine: Engine, anchors: ArrayLike, calibration: Mapping[str, float] | None = None) -> None:
        self.engine = engine
        self.anchors = np.array(anchors, np.float32)
        self.calibration = {"scale": 1.0, "shift": 0.0} | dict(calibration or {})

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> YOLOv3Detector:
        """From the shipped weights; WeightsError where they can't be used."""
        weights = load_weights(cls.name, folder)

        def module() -> nn.Module:
            from models.yolov3 import fold_batch_norms

            return fold_batch_norms(weights.into(build_network(weights.config)))

        return cls(weights.engine(module), weights.config["anchors"], weights.calibration)

    @classmethod
    def from_module(cls, net: YOLOv3, calibration: Mapping[str, float] | None = None) -> YOLOv3Detector:
        """Around a network in PyTorch, which is changed: its batch norms are folded in."""
        from models.yolov3 import fold_batch_norms

        return cls(TorchEngine(fold_batch_norms(net)), net.config.anchors, calibration)

    def frames(self, sheet: Sheet, ink: np.ndarray | None = None) -> list[tuple[np.ndarray, Frame]]:
        """A drawing as network inputs; mostly one.

        Args:
            sheet: the drawing.
            ink: some of its ink, uint8 ``[h, w]``, instead of all.

        Returns:
            Of each the ink, uint8 ``[h, w]`` of one of ``INPUT_SHAPES``, and what of the drawing it shows.
        """
        shown = sheet.ink if ink is None else ink
        return [(render_frame(shown, frame), frame.enlarged(1 / sheet.scale)) for frame in frame_page(shown)]

    def propose(self, sheets: Sequence[Sheet]) -> list[Detections]:
        return [
            in_context(drop_ghosts(found, sheet.ink, sheet.scale), TRAINING_SHARES)
            for sheet, found in zip(sheets, self.propose_alone(sheets), strict=True)
        ]

    def propose_alone(self, sheets: Sequence[Sheet]) -> list[Detections]:
        """As :meth:`propose`, each object taken by itself."""
        found = self._look(sheets, [sheet.ink for sheet in sheets])
        left = {
            number: ink
            for number, (sheet, each) in enumerate(zip(sheets, found, strict=True))
            if len(shown := keep_best(each))
            and (ink := unexplained_ink(sheet.ink, shown.xyxy * sheet.scale)) is not None
        }
        again = self._look([sheets[number] for number in left], list(left.values()))
        for number, each in zip(left, again, strict=True):
            found[number] = Detections.concatenate([found[number], each])
        return [each if len(each) <= MAX_PROPOSALS else _surest(each) for each in found]

    def _look(self, sheets: Sequence[Sheet], inks: Sequence[np.ndarray]) -> list[Detections]:
        """What the network finds in some of the ink of each sheet."""
        alike: dict[tuple[int, int], list[tuple[int, np.ndarray, Frame]]] = {}  # by shape; with the sheet's number
        for number, (sheet, shown) in enumerate(zip(sheets, inks, strict=True)):
            for ink, frame in self.frames(sheet, shown):
                if cv2.countNonZero(ink):
                    alike.setdefault(frame.shape, []).append((number, ink, frame))
        parts: list[list[Detections]] = [[] for _ in sheets]
        for framed in alike.values():
            found = self.read_frames([each[1:] for each in framed], [sheets[k].image.shape[:2] for k, *_ in framed])
            for (number, *_), each in zip(framed, found, strict=True):
                parts[number].append(each)
        return [Detections.concatenate(found) for found in parts]

    def read_frames(
        self, frames: Sequence[tuple[np.ndarray, Frame]], sizes: Sequence[tuple[int, ...]]
    ) -> Iterator[Detections]:
        """What the network finds in frames of one shape, on drawings of these heights and widths."""
        batch = np.stack([ink for ink, _ in frames])[:, None].astype(np.float32) / 255
        scale, shift = self.calibration["scale"], self.calibration["shift"]
        # No class probability lifts the confidence above the objectness: what is lower need not be looked at.
        least = float(sigmoid((logit(MIN_CONFIDENCE) - shift) / scale))
        seen = decode_proposals(self.engine(batch), self.anchors, STRIDES, least)
        best, class_id = seen.probabilities.max(1), seen.probabilities.argmax(1)
        certain = np.clip(seen.objectness * best, 1e-6, 1 - 1e-6).astype(np.float64)
        confidence = sigmoid(logit(certain) * scale + shift)
        for number, ((_, frame), (height, width)) in enumerate(zip(frames, sizes, strict=True)):
            keep = np.flatnonzero((confidence >= MIN_CONFIDENCE) & (seen.sample == number))
            # Only exact copies of one object from several anchors go here; what the page's slider decides stays.
            keep = keep[suppress(seen.boxes[keep], confidence[keep], COPY_IOU, class_id[keep])[:MAX_PROPOSALS]]
            boxes = np.clip(frame.to_sheet(seen.boxes[keep]), 0, [width, height, width, height])
            yield Detections(boxes, confidence[keep], class_id[keep], seen.probabilities[keep])


def _surest(found: Detections) -> Detections:
    """The ``MAX_PROPOSALS`` most confident rows, in their order."""
    return found[np.sort(np.argsort(-found.confidence, kind="stable")[:MAX_PROPOSALS])]
