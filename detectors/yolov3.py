"""Detection: the whole drawing through YOLOv3 once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.ops import batched_nms

from detectors.boxes import decode
from detectors.canvas import ink_map, to_work_size
from detectors.detections import Detections
from detectors.detector import LOWEST, Detector
from detectors.letterbox import Frame, cut_out, look_closer
from detectors.stages import PALETTE, Picture, Stage, heat, on_paper
from models.yolov3 import STRIDES, ConvBlock, YOLOv3, YOLOv3Config
from weights import WEIGHTS_FOLDER, load_weights

MOST_CANDIDATES = 300
"""Candidates kept a drawing, the most confident ones."""


def fuse_batch_norms(net: YOLOv3) -> YOLOv3:
    """Folds every batch norm into the convolution before it; equal results, fewer passes over memory."""
    for block in [m for m in net.modules() if isinstance(m, ConvBlock)]:
        convolution, norm = block[0], block[1]
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        block[0] = fuse_conv_bn_eval(convolution, norm)
        block[1] = nn.Identity()
    return net


def _anchor_picture(shape: tuple[int, ...], anchors: np.ndarray) -> np.ndarray:
    """All anchors, float ``[3, 3, 2]``, around one centre on a sheet of the input's size."""
    times = 2
    sheet = np.full((shape[0] * times, shape[1] * times, 3), 255, np.uint8)
    middle = np.array([sheet.shape[1], sheet.shape[0]]) / 2
    for colour, scale in zip(PALETTE, anchors, strict=False):
        for size in scale * times:
            low, high = (tuple(np.round(v).astype(int).tolist()) for v in (middle - size / 2, middle + size / 2))
            cv2.rectangle(sheet, low, high, colour, 2)
    return sheet


class YOLOv3Detector(Detector):
    """YOLOv3 on the ink of a drawing, framed closely.

    Args:
        net: the network, in evaluation mode.
        calibration: ``scale`` and ``shift`` of the confidence's logit; see ``training.calibrate``.
    """

    name = "yolov3"
    approach = "Detection"
    label = "YOLOv3"

    def __init__(self, net: YOLOv3, calibration: dict[str, float] | None = None) -> None:
        self.net = net.eval().to(memory_format=torch.channels_last)
        self.calibration = {"scale": 1.0, "shift": 0.0} | (calibration or {})
        self.anchors = torch.tensor(net.config.anchors, dtype=torch.float32)

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> YOLOv3Detector:
        """From the shipped weights; WeightsError where they can't be used."""
        weights = load_weights("yolov3", folder)
        anchors = tuple(tuple(tuple(a) for a in scale) for scale in weights.config["anchors"])
        net = YOLOv3(YOLOv3Config(**(weights.config | {"anchors": anchors})))
        weights.into(net)
        return cls(fuse_batch_norms(net), weights.calibration)

    def frame(self, image: np.ndarray) -> tuple[np.ndarray, Frame]:
        """A drawing as network input: ink uint8 ``[h, w]`` of one of ``SHAPES``, and what of the drawing it shows."""
        small, scale = to_work_size(image)
        ink = ink_map(small)
        frame = look_closer(ink)
        return cut_out(ink, frame), frame.enlarged(1 / scale)

    @torch.inference_mode()
    def candidates(self, images: Sequence[np.ndarray]) -> list[Detections]:
        if not images:
            return []
        frames = [self.frame(image) for image in images]
        found = [Detections.empty() for _ in images]
        for shape in {frame.shape for _, frame in frames}:
            alike = [k for k, (seen, frame) in enumerate(frames) if frame.shape == shape and cv2.countNonZero(seen)]
            if alike:
                self._read(images, frames, alike, found)
        return found

    @torch.inference_mode()
    def stages(self, image: np.ndarray) -> list[Stage]:
        ink, frame = self.frame(image)
        size = f"{frame.shape[0]} x {frame.shape[1]}"
        batch = torch.from_numpy(ink[None, None]).float() / 255
        maps = [
            Picture(
                heat(ink, scale[0, ..., 4].sigmoid().amax(0).numpy()),
                f"cells of {stride} pixels, for {kind} objects: up to {float(scale[..., 4].sigmoid().max()):.0%}",
            )
            for scale, stride, kind in zip(self.net(batch), STRIDES, ("large", "middling", "small"), strict=True)
        ]
        return [
            Stage(
                "What the network sees",
                "The ink without its colours, framed closely; blank paper between far drawings is folded away.",
                [Picture(on_paper(ink), size)],
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
                [Picture(_anchor_picture(ink.shape, self.anchors.numpy()), "nine anchors at their size")],
            ),
        ]

    def _read(
        self,
        images: Sequence[np.ndarray],
        frames: Sequence[tuple[np.ndarray, Frame]],
        inked: Sequence[int],
        found: list[Detections],
    ) -> None:
        """Puts what the network finds in the drawings numbered ``inked``, framed in one shape, into ``found``."""
        batch = torch.from_numpy(np.stack([frames[k][0] for k in inked])[:, None]).float() / 255
        device = next(self.net.parameters()).device
        raw = self.net(batch.to(device).contiguous(memory_format=torch.channels_last))
        outputs = [scale.float().cpu() for scale in raw]
        boxes, objectness, probabilities = decode(outputs, self.anchors, STRIDES)
        best, class_id = probabilities.max(-1)
        logit = torch.logit((objectness * best).clamp(1e-6, 1 - 1e-6))
        confidence = torch.sigmoid(logit * self.calibration["scale"] + self.calibration["shift"])
        for row, k in enumerate(inked):
            keep = (confidence[row] >= LOWEST).nonzero().squeeze(1)
            # Only exact copies of one object from several anchors go here; what the page's slider decides stays.
            keep = keep[batched_nms(boxes[row, keep], confidence[row, keep], class_id[row, keep], 0.9)]
            keep = keep[:MOST_CANDIDATES]
            height, width = images[k].shape[:2]
            sheet = frames[k][1].to_sheet(boxes[row, keep].numpy())
            found[k] = Detections(
                np.clip(sheet, 0, [width, height, width, height]),
                confidence[row, keep].numpy(),
                class_id[row, keep].numpy(),
                probabilities[row, keep].numpy(),
            )
