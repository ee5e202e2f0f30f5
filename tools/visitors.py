"""What made-up visitors draw: scrawls that no other visitor draws, for benchmarks that need many different drawings."""

from __future__ import annotations

from typing import Any

import numpy as np


def scrawls(visitor: int, count: int) -> list[dict[str, Any]]:
    """Drawings as live ink sends them, one to three wavy strokes each, equal for equal arguments.

    Args:
        visitor: number of whoever draws; another number gives other drawings.
        count: of drawings.
    """
    rng = np.random.default_rng([visitor, 9])
    drawings = []
    for _ in range(count):
        strokes = []
        for _ in range(int(rng.integers(1, 4))):
            start, heading = rng.uniform(60, 340, 2), rng.uniform(0, 6.28)
            points = [start]
            for _ in range(14):
                heading += rng.normal(0, 0.6)
                points.append(np.clip(points[-1] + 16 * np.array([np.cos(heading), np.sin(heading)]), 5, 395))
            strokes.append({"w": float(rng.integers(3, 14)), "p": np.round(points, 1).tolist()})
        drawings.append({"side": 400, "strokes": strokes})
    return drawings
