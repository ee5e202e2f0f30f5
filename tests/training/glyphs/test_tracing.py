import cv2
import numpy as np
import pytest

from training.glyphs.reader import load_glyphs, load_mnist
from training.glyphs.tracing import add_traced_images, strokes_from_image, thin_mask


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
        (written([(6, 6), (22, 22)], [(22, 6), (6, 22)]), 3),  # a cross: thinning makes a bridge of the crossing
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


def test_traced_images_join_the_drawings(data_folder: str) -> None:
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    more = add_traced_images(glyphs, mnist, seed=1, count=7)
    assert len(more) - len(glyphs) == 7
    assert (more.source[len(glyphs) :] == "mnist").all()
    assert len(set(more.writer[len(glyphs) :].tolist())) == 7
    np.testing.assert_array_equal(more.class_id[len(glyphs) :], mnist[1][more.row[len(glyphs) :]])
    assert set(add_traced_images(glyphs, mnist, seed=2, count=7).row[len(glyphs) :]) != set(more.row[len(glyphs) :])
    last = len(more) - 1
    for given, kept in zip(strokes_from_image(mnist[0][more.row[last]]), more.strokes(last), strict=True):
        np.testing.assert_array_equal(given, kept)


def test_nothing_to_trace(data_folder: str) -> None:
    glyphs = load_glyphs(data_folder)
    blank = np.zeros((3, 28, 28), np.uint8), np.zeros(3, np.int64)
    none = blank[0][:0], blank[1][:0]
    for mnist in (blank, none):
        assert add_traced_images(glyphs, mnist, seed=1) is glyphs
