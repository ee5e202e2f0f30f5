"""The page's endpoints for programs: typed functions with documentation, one a result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from comparison.reading import read, to_json
from detectors import Detector, DrawingError, as_drawing

log = logging.getLogger("digit-duel")


def drawing_of(image: FileData) -> Any:
    """The drawing in an uploaded picture, uint8 ``[H, W, 3]`` RGB; gr.Error in the user's words where there is none."""
    path = image.get("path") if isinstance(image, dict) else getattr(image, "path", image)
    try:
        return as_drawing(path if path is None else str(path))
    except DrawingError as error:
        log.warning("refused: %s", error)
        raise gr.Error(str(error), print_exception=False) from error


def build(detectors: Mapping[str, Detector]) -> None:
    """Adds the endpoints to the page that is being built."""

    def recognize(image: FileData) -> dict[str, Any]:
        """Reads a picture by every method.

        Args:
            image: a picture file (PNG, JPEG, WebP, BMP, GIF or TIFF) of any size and background.

        Returns:
            {"methods": {name: {"reading", "milliseconds", "detections": [{"label", "confidence",
            "box": [x1, y1, x2, y2], "probabilities"}]}}, "agreement": {...}}; boxes in the picture's pixels.
        """
        return to_json(read(drawing_of(image), detectors))

    gr.api(recognize, api_name="recognize", concurrency_limit=2)
