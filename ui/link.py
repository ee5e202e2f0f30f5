"""A view of the page, drawing and settings, as text that fits into a link or a file."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import asdict, dataclass, fields
from typing import Any

import cv2
import numpy as np

from detectors import CONFIDENCE, IOU
from ink.drawing import MAX_PIXELS, DrawingError

MAX_LINK_CHARACTERS = 12_000
"""Characters; servers and chat programs cut longer ones off.  A drawing from the pad takes 3,000 to 8,000."""

MAX_VIEW_CHARACTERS = 30_000_000
"""Characters of a view that are looked at at all."""


@dataclass(frozen=True)
class View:
    """The settings of the page: what is shown of the readings."""

    methods: list[str]
    confidence: float = CONFIDENCE
    iou: float = IOU
    uncensored: bool = False


def pack_view(image: np.ndarray, view: View) -> str:
    """A drawing, uint8 ``[H, W, 3]`` RGB, and its settings as letters, digits, ``-`` and ``_``; nothing is lost."""
    grey = bool((image[..., 0] == image[..., 1]).all() and (image[..., 1] == image[..., 2]).all())
    pixels = image[..., 0] if grey else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    png = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()
    settings = json.dumps({k: v for k, v in asdict(view).items() if k != "uncensored"}).encode()
    packed = zlib.compress(len(settings).to_bytes(2, "big") + settings + png, 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack_view(text: str, known: list[list[str]]) -> tuple[np.ndarray, View]:
    """What :func:`pack` packed.

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
        data = unzip.decompress(raw, 40_000_000)
        if unzip.unconsumed_tail:
            raise ValueError("too large")
        end = 2 + int.from_bytes(data[:2], "big")
        settings: Any = json.loads(data[2:end])
        if not isinstance(settings, dict):
            raise TypeError("no settings")
        kept = {f.name: settings[f.name] for f in fields(View) if f.name in settings and f.name != "uncensored"}
        confidence, iou = float(kept.get("confidence", CONFIDENCE)), float(kept.get("iou", IOU))
        wished = [str(m) for m in kept.get("methods", [])]
        pixels = _decode(data[end:])
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error, zlib.error, cv2.error) as error:
        raise DrawingError("This link or file holds no drawing that can be read; it may have been cut off.") from error
    methods = [wished[k] if k < len(wished) and wished[k] in names else names[0] for k, names in enumerate(known)]
    return pixels, View(methods, float(np.clip(confidence, 0.05, 0.95)), float(np.clip(iou, 0.1, 0.9)))


def _decode(png: bytes) -> np.ndarray:
    if png[:8] != b"\x89PNG\r\n\x1a\n" or len(png) < 33:
        raise ValueError("no PNG")
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    if not 0 < width * height <= MAX_PIXELS:
        raise ValueError("too large")
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("broken")
    return np.ascontiguousarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
