"""What hangs together in a mask."""

from __future__ import annotations

import cv2
import numpy as np


def find_connected(mask: np.ndarray, connectivity: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """The connected parts of a mask and their measures; only where there are any is looked, as measuring is dear.

    Args:
        mask: uint8 ``[h, w]``, 0 where there is nothing.
        connectivity: 8 where parts that meet at a corner are one, else 4.

    Returns:
        Which part every pixel is of, int32 ``[h, w]``, 0 for none; and of each part left, top, width, height and area
        in pixels, int32 ``[N, 5]``.  Row 0 stands for what is of no part.
    """
    x, y, width, height = cv2.boundingRect(mask)
    labels = np.zeros(mask.shape, np.int32)
    if not width:
        return labels, np.zeros((1, 5), np.int32)
    window = np.s_[y : y + height, x : x + width]
    labels[window], stats = cv2.connectedComponentsWithStats(mask[window], connectivity=connectivity)[1:3]
    stats[:, :2] += (x, y)
    return labels, stats
