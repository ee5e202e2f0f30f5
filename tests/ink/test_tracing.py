"""Strokes of ink: as many as were drawn, inside the ink, whatever the pen and the size."""

import cv2
import numpy as np
import pytest

from ink.pen import draw_ink
from ink.strokes import Stroke, densify_stroke
from ink.tracing import strokes_from_image, thin_mask, trace_ink
from tests.helpers import digit_strokes


def written(*lines: list[tuple[int, int]], width: int = 3) -> np.ndarray:
    """White strokes on a black scene of 28x28."""
    image = np.zeros((28, 28), np.uint8)
    for line in lines:
        cv2.polylines(image, [np.array(line, np.int32)], False, 255, width)
    return image


def redrawn(strokes: list[np.ndarray], width: int) -> np.ndarray:
    scene = np.zeros((28, 28), np.uint8)
    cv2.polylines(scene, [np.round(s).astype(np.int32) for s in strokes], False, 255, width)
    return scene > 0


def test_a_bar_thins_to_a_line() -> None:
    mask = np.zeros((12, 24), np.uint8)
    mask[4:9, 3:21] = 1
    line = thin_mask(mask)
    assert line.sum(0).max() == 1
    assert 12 <= line.sum() <= 18
    assert cv2.connectedComponents(line)[0] == 2


@pytest.mark.parametrize(
    ("image", "count"),
    [
        (np.zeros((28, 28), np.uint8), 0),  # nothing
        (written([(14, 4), (14, 24)]), 1),  # a one
        (written([(5, 5), (20, 5), (10, 24)]), 1),  # a seven
        (cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), 8, 255, 3), 1),  # a zero: a loop has no ends
        (written([(5, 6), (22, 6)], [(14, 6), (14, 24)]), 2),  # a T: straight on where strokes meet
        (written([(6, 6), (22, 22)], [(22, 6), (6, 22)]), 2),  # a cross: thinning makes a bridge of the crossing
        (written([(6, 5), (6, 22)], [(20, 5), (20, 22)]), 2),  # two bars apart
    ],
)
def test_strokes_of_an_image(image: np.ndarray, count: int) -> None:
    strokes = strokes_from_image(image)
    assert len(strokes) == count
    if count:  # the line runs inside the ink, and all ink is near it: thinning shortens ends by half a pen's width
        line, near, ink = redrawn(strokes, 1), redrawn(strokes, 7), image > 110
        assert (line & ink).sum() > 0.95 * line.sum()
        assert (near & ink).sum() > 0.97 * ink.sum()


@pytest.mark.parametrize("pen", [2.72, 10.72, 40.72])
@pytest.mark.parametrize("size", [120, 900])
def test_a_tracing_lies_where_the_pen_went(pen: float, size: int) -> None:
    path = digit_strokes(2, (size, size), size)[0]
    traced = trace_ink(draw_ink([Stroke(path, pen)], 2 * size, 2 * size))
    assert traced[0].width == pytest.approx(pen, rel=0.35)
    points, dense = np.concatenate([stroke.points for stroke in traced]), densify_stroke(path, size / 50)
    away = np.hypot(*(points[:, None] - dense[None]).transpose(2, 0, 1)).min(1)
    assert np.quantile(away, 0.9) < 0.25 * pen + 0.02 * size


@pytest.mark.parametrize(
    "ink", [np.zeros((40, 40), np.uint8), np.full((300, 300), 255, np.uint8), np.zeros((1, 1), np.uint8)]
)
def test_paper_and_blots_are_no_trouble(ink: np.ndarray) -> None:
    assert all(np.isfinite(stroke.points).all() for stroke in trace_ink(ink))


def test_a_mesh_is_no_line_of_a_pen() -> None:
    """Its hundreds of forks would be walked and joined for minutes."""
    mesh = np.zeros((200, 300), np.uint8)
    mesh[::8] = mesh[:, ::8] = mesh[1::8] = mesh[:, 1::8] = 255
    assert trace_ink(mesh) == []
