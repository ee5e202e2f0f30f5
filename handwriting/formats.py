"""Written strokes as files: SVG, PNG and the JSON of live ink."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from ink.drawing import DrawingError
from ink.pen import draw_strokes
from ink.strokes import MAX_SIDE, MIN_SIDE, Stroke, stroke_bounds

MARGIN_SHARE = 0.08
"""White around the writing, per width of the writing."""

FORMATS = (".svg", ".png", ".json")
"""Endings of the files that can be written."""


def fit_sheet(strokes: Sequence[Stroke]) -> tuple[int, list[Stroke]]:
    """The strokes in the middle of a square sheet as large as they need: its side in pixels, and the strokes.

    What would need more than the largest sheet is scaled down, the pen with it.
    """
    if not strokes:
        return MIN_SIDE, []
    low, high = stroke_bounds([stroke.points for stroke in strokes])
    pen = max(stroke.width for stroke in strokes)
    needed = float((high - low).max()) * (1 + 2 * MARGIN_SHARE) + 2 * pen
    scale = min(1.0, MAX_SIDE / needed)
    side = int(np.clip(np.ceil(needed * scale), MIN_SIDE, MAX_SIDE))
    shift = side / 2 - (low + high) / 2 * scale
    return side, [Stroke((s.points * scale + shift).astype(np.float32), s.width * scale) for s in strokes]


def svg_text(strokes: Sequence[Stroke]) -> str:
    """The strokes as an SVG picture, one path each in the order they are drawn, coloured as the text around it is."""
    paths = []
    low, high = stroke_bounds([s.points for s in strokes]) if strokes else (np.zeros(2), np.ones(2))
    room = max((s.width for s in strokes), default=0.0) + 2 * MARGIN_SHARE * float((high - low).min())
    for stroke in strokes:
        # A path of one point has no length, and is not drawn: a dot goes nowhere and back.
        points = np.repeat(stroke.points, 2, 0) if len(stroke.points) == 1 else stroke.points
        data = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist())
        paths.append(f'<path d="{data}" stroke-width="{stroke.width:.1f}"/>')
    box = f"{low[0] - room:.1f} {low[1] - room:.1f} {high[0] - low[0] + 2 * room:.1f} {high[1] - low[1] + 2 * room:.1f}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" fill="none" stroke="currentColor" '
    return head + 'stroke-linecap="round" stroke-linejoin="round">' + "".join(paths) + "</svg>\n"


def ink_json(strokes: Sequence[Stroke]) -> str:
    """The strokes as live ink saves them; :func:`ink.strokes.read_strokes` reads them."""
    side, fitted = fit_sheet(strokes)
    rows = [{"w": round(s.width, 2), "p": np.round(s.points, 1).tolist()} for s in fitted]
    return json.dumps({"side": side, "strokes": rows}) + "\n"


def png_bytes(strokes: Sequence[Stroke]) -> bytes:
    """The strokes as a PNG picture, black on a white square."""
    side, fitted = fit_sheet(strokes)
    return cv2.imencode(".png", draw_strokes(fitted, side))[1].tobytes()


def save_strokes(strokes: Sequence[Stroke], path: Path) -> None:
    """Writes a file in the format that its ending names; DrawingError where that is none of :data:`FORMATS`."""
    if path.suffix.lower() not in FORMATS:
        raise DrawingError(f"{path.name}: a file must end in {', '.join(FORMATS)}.")
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".png":
        path.write_bytes(png_bytes(strokes))
    else:
        path.write_text(svg_text(strokes) if path.suffix.lower() == ".svg" else ink_json(strokes), encoding="utf-8")
