"""Blank stripes through the ink, as matrix printers, worn ribbons and bad scans leave them."""

from __future__ import annotations

import numpy as np


def blank_stripes(ink: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A copy of the ink uint8 ``[H, W]`` with every few rows blank, or columns: a third of them at most."""
    striped = ink.copy()
    lines = striped if rng.random() < 0.75 else striped.T
    period = float(np.exp(rng.uniform(np.log(3), np.log(12))))
    lines[(np.arange(len(lines)) + rng.uniform(0, period)) % period < max(1.0, rng.uniform(0.12, 0.35) * period)] = 0
    return striped
