"""Non-maximum suppression: of boxes that overlap too much only the surest one stays."""

from __future__ import annotations

import cv2
import numpy as np


def suppress(xyxy: np.ndarray, confidence: np.ndarray, iou: float, class_id: np.ndarray | None = None) -> np.ndarray:
    """The rows that stay, the surest first, int64.

    Args:
        xyxy: float ``[N, 4]``.
        confidence: float ``[N]``.
        iou: overlap above which the less sure one goes.
        class_id: int ``[N]``; with it only boxes of one class compete.
    """
    if not len(xyxy):
        return np.zeros(0, np.int64)
    boxes = np.hstack([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]]).astype(np.float64).tolist()
    scores = confidence.astype(np.float32).tolist()
    if class_id is None:
        kept = cv2.dnn.NMSBoxes(boxes, scores, 0.0, iou)
    else:
        kept = cv2.dnn.NMSBoxesBatched(boxes, scores, class_id.tolist(), 0.0, iou)
    return np.array(kept, np.int64).reshape(-1)
