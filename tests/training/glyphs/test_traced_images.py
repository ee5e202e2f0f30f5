"""Some of MNIST's scans become strokes."""

import numpy as np

from ink.tracing import strokes_from_image
from training.glyphs.reader import load_glyphs, load_mnist
from training.glyphs.traced_images import add_traced_images


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
