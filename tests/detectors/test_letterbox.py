import numpy as np
import pytest

from detectors.letterbox import MAX_ZOOM, Window, cut_out, look_closer, whole_sheet


@pytest.mark.parametrize("window", [Window(0, 0, 1), Window(-30.5, 12, 0.37), Window(5, 5, 4)])
def test_boxes_go_there_and_back(window: Window) -> None:
    boxes = np.array([[0, 0, 10, 10], [33.3, 4, 90, 61]], np.float32)
    np.testing.assert_allclose(window.to_sheet(window.to_input(boxes)), boxes, atol=1e-3)
    assert window.to_sheet(np.zeros((0, 4), np.float32)).shape == (0, 4)


CASES = [
    # sheet (h, w), inked box (x1, y1, x2, y2)
    ((400, 400), (100, 120, 300, 250)),  # the usual
    ((400, 400), (0, 0, 400, 400)),  # all of it
    ((500, 800), (700, 400, 790, 495)),  # in a corner
    ((40, 800), (10, 5, 780, 35)),  # very wide
    ((28, 28), (10, 4, 18, 24)),  # an MNIST image
    ((400, 400), (200, 200, 203, 203)),  # a speck
]


@pytest.mark.parametrize(("shape", "box"), CASES)
def test_ink_ends_up_inside_and_large(shape: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    ink = np.zeros(shape, np.uint8)
    ink[box[1] : box[3], box[0] : box[2]] = 255
    square, window = cut_out(ink, look_closer(ink, 192), 192)
    assert square.shape == (192, 192)
    x1, y1, x2, y2 = window.to_input(np.array([box], np.float32))[0]
    assert min(x1, y1) > -0.5
    assert max(x2, y2) < 192.5
    assert window.scale <= MAX_ZOOM + 0.1
    longest = max(x2 - x1, y2 - y1)
    assert longest > 150 or window.scale > MAX_ZOOM - 0.1
    # The pixels are where the box says.
    ys, xs = np.nonzero(square > 128)
    np.testing.assert_allclose([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], [x1, y1, x2, y2], atol=2.1)


def test_an_empty_sheet_is_shown_whole() -> None:
    ink = np.zeros((100, 300), np.uint8)
    square, _ = cut_out(ink, look_closer(ink, 64), 64)
    assert square.max() == 0
    assert whole_sheet(ink, 64).scale == pytest.approx(64 / 300)


def test_thin_pens_stay_visible_when_reduced() -> None:
    ink = np.zeros((1600, 1600), np.uint8)
    ink[100:1500, 800:802] = 255
    square, _ = cut_out(ink, whole_sheet(ink, 192), 192)
    assert square[96].max() > 140
