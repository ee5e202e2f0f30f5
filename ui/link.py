"""A view of the page, drawing and settings, as text that fits into a link or a file."""

from __future__ import annotations

import base64
import json
import math
import zlib
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from detectors import CONFIDENCE, IOU
from ink.drawing import DrawingError, png_bytes, read_png

MAX_LINK_CHARACTERS = 12_000
"""Characters; servers and chat programs cut longer ones off.  A drawing from the pad takes 3,000 to 8,000."""

MAX_VIEW_CHARACTERS = 30_000_000
"""Characters of a link or a file that are unpacked at all."""

MAX_UNPACKED_BYTES = 40_000_000
"""Bytes that a view may unpack to: a short text can unpack to a very long one."""


ViewValues = tuple[float, float, bool, *tuple[str, ...]]
"""The values of the page's settings, in the order in which its events hand them over: see :meth:`View.from_values`."""


@dataclass(frozen=True)
class View:
    """The settings of the page: what a visitor wants to see of the readings.

    Attributes:
        methods: name of the method in each panel.
        confidence: what a method is less sure of is left out, 0 to 1.
        iou: of two boxes that overlap more than this, the surer one is kept, 0 to 1.
        uncensored: nothing is blurred.
    """

    methods: list[str]
    confidence: float = CONFIDENCE
    iou: float = IOU
    uncensored: bool = False

    @classmethod
    def from_values(cls, confidence: float, iou: float, uncensored: bool, *methods: str) -> View:
        """The view of what the page's settings say."""
        return cls(list(methods), confidence, iou, uncensored)


def pack_view(drawing: np.ndarray, view: View) -> str:
    """A drawing, uint8 ``[H, W, 3]`` RGB, and its settings as letters, digits, ``-`` and ``_``; nothing is lost."""
    red, green, blue = cv2.split(drawing)
    grey = np.array_equal(red, green) and np.array_equal(green, blue)
    png = png_bytes(red if grey else drawing, smallest=True)
    settings = json.dumps({k: v for k, v in asdict(view).items() if k != "uncensored"}).encode()
    packed = zlib.compress(len(settings).to_bytes(2, "big") + settings + png, 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack_view(text: str, known: list[list[str]]) -> tuple[np.ndarray, View]:
    """What :func:`pack_view` packed.

    Args:
        text: from a link or a file; anyone can write one.
        known: for each panel the methods that it offers; the first stands in for one that is not there.

    Raises:
        DrawingError: it is no view.
    """
    try:
        if len(text) > MAX_VIEW_CHARACTERS:
            raise ValueError("too long")
        raw = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
        unzip = zlib.decompressobj()
        data = unzip.decompress(raw, MAX_UNPACKED_BYTES)
        if unzip.unconsumed_tail:
            raise ValueError("too large")
        end = 2 + int.from_bytes(data[:2], "big")
        settings: Any = json.loads(data[2:end])
        if not isinstance(settings, dict):
            raise TypeError("no settings")
        confidence, iou = float(settings.get("confidence", CONFIDENCE)), float(settings.get("iou", IOU))
        if math.isnan(confidence + iou):
            raise ValueError("no numbers")
        wanted = [str(m) for m in settings.get("methods", [])]
        drawing = read_png(data[end:])
    except (
        ValueError,
        TypeError,
        KeyError,
        OverflowError,
        AttributeError,
        RecursionError,
        zlib.error,
    ) as error:
        raise DrawingError("This link or file holds no drawing that can be read; it may have been cut off.") from error
    # Whether anything is blurred is never a link's to say.
    methods = [wanted[k] if k < len(wanted) and wanted[k] in names else names[0] for k, names in enumerate(known)]
    return drawing, View(methods, float(np.clip(confidence, 0.05, 0.95)), float(np.clip(iou, 0.1, 0.9)))
