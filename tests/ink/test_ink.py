import time

import cv2
import numpy as np

from ink.ink import pool_ink, scale_ink


def test_pooled_ink_loses_no_line() -> None:
    ink = np.zeros((101, 99), np.uint8)
    ink[50] = 200
    pooled = pool_ink(ink, 7)
    assert pooled.shape == (15, 15)
    assert (pooled[50 // 7] == 200).all()
    assert np.count_nonzero(pooled) == 15
    assert pool_ink(ink, 1) is ink


def test_huge_ink_is_reduced_quickly_and_stays_visible() -> None:
    """Thickened at full size, this took a fifth of a second each, and a photograph asks for hundreds."""
    ink = cv2.circle(np.zeros((1600, 1600), np.uint8), (800, 800), 700, 255, 4)
    begun = time.process_time()
    small = scale_ink(ink, 26, 26)
    assert time.process_time() - begun < 0.1
    ring = cv2.circle(np.zeros((26, 26), np.uint8), (13, 13), 11, 255, 1)
    assert small[ring > 0].mean() > 100
