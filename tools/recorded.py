"""Digits that one hand drew with a pen, for tests, benchmarks and pictures: strokes whose longer side is one unit."""

from __future__ import annotations

import json
from pathlib import Path

RECORDED_DIGITS: dict[str, list[list[list[float]]]] = json.loads(Path(__file__).with_name("strokes.json").read_text())[
    "digits"
]
"""Digit -> its strokes, each a list of x, y."""
