from pathlib import Path

import cv2
import numpy as np
import pytest

from models.classes import NO_SYMBOL
from training.batches.crop_batches import CropStream, fixed_crops
from training.batches.crops import crowd_crop, mnist_crop
from training.batches.scene_crops import ADDED_SCENE_KINDS, crop_rightness, scene_crops
from training.glyphs.reader import load_glyphs, load_mnist


def test_stream_is_inputs_and_repeats(data_folder: Path) -> None:
    glyphs, mnist = load_glyphs(data_folder), load_mnist(data_folder)
    items = list(CropStream(glyphs, mnist, 400, (1, 0)))
    assert len(items) == 400
    for square, _ in items:
        assert (square.shape, square.dtype) == ((3, 32, 32), np.uint8)
        assert square[0].max() == 255
    classes = [class_id for _, class_id in items]
    assert set(classes) == set(range(13))
    assert any(square[1].any() for square, _ in items)
    assert 40 < classes.count(NO_SYMBOL) < 200
    again = next(iter(CropStream(glyphs, mnist, 400, (1, 0))))
    np.testing.assert_array_equal(items[0][0], again[0])


def test_crops_of_scenes_are_met_several_times(data_folder: Path) -> None:
    data = CropStream(load_glyphs(data_folder), load_mnist(data_folder), 400, (2, 0))
    data.FROM_SCENES = 1.0
    seen = [square.tobytes() for square, _ in data]
    assert 400 / data.TIMES < len(set(seen)) < 400
    assert len(set(seen[:50])) > 40  # but not at once


def test_crops_of_a_scene(data_folder: Path) -> None:
    glyphs = load_glyphs(data_folder)
    classes = [c for seed in range(12) for _, c in scene_crops(glyphs, np.random.default_rng(seed), "touching")]
    assert NO_SYMBOL in classes
    assert set(classes) <= {*range(10), NO_SYMBOL}
    assert classes.count(NO_SYMBOL) <= len(classes) / 2 + 24
    assert not scene_crops(glyphs, np.random.default_rng(0), "empty")
    # Digits that stand alone are all found, and only pieces of them are no symbols.
    scattered = [c for _, c in scene_crops(glyphs, np.random.default_rng(1), "scattered") if c != NO_SYMBOL]
    assert len(scattered) >= 2


@pytest.mark.parametrize(
    ("held", "inked", "expected"),
    [
        ([[100, 0]], [100, 40], [[1.0, 0.0]]),  # just the first object
        ([[80, 0]], [100, 40], [[0.8, 0.0]]),  # a fifth of it is missing
        ([[100, 40]], [100, 40], [[0.0, 0.0]]),  # the first swallowed the second: neither is shown
        ([[100, 10]], [100, 40], [[0.75, 0.0]]),  # a quarter of the second as well
        ([[100, 4]], [100, 400], [[100 / 104, 0.0]]),  # a bit of a large one
        ([[50]], [100], [[0.5]]),  # alone on the scene
        ([[0, 0]], [100, 40], [[0.0, 0.0]]),  # nobody's ink
    ],
)
def test_rightness(held: list, inked: list, expected: list) -> None:
    np.testing.assert_allclose(crop_rightness(np.array(held, float), np.array(inked)), expected, atol=1e-9)


def test_validation_crops_name_their_source(data_folder: Path) -> None:
    glyphs, mnist = load_glyphs(data_folder, "val"), load_mnist(data_folder, "val")
    inputs, classes, sources = fixed_crops(glyphs, mnist, per_class=8)
    assert len(inputs) == len(classes) == len(sources)
    assert set(sources) == {
        "crowds",
        *ADDED_SCENE_KINDS,
        "pendigits",
        "unipen-digits",
        "unipen-letters",
        "omniglot",
        "quickdraw",
        "censored",
        "mnist",
        "no symbol",
        "scenes",
    }


def test_crowds_stand_beside_above_and_inside_one_another(data_folder: Path) -> None:
    glyphs = load_glyphs(data_folder)
    crops = [crowd_crop(glyphs, np.random.default_rng(seed)) for seed in range(60)]
    wide = [crop.shape[1] / crop.shape[0] for crop in crops]
    assert min(wide) < 0.6
    assert max(wide) > 1.2
    assert all((crop < 128).any() for crop in crops)


def test_mnist_images_stay_in_one_piece_and_some_as_they_are(data_folder: Path) -> None:
    image = np.zeros((28, 28), np.uint8)
    cv2.circle(image, (13, 14), 8, 255, 2)
    rng = np.random.default_rng(0)
    crops = [mnist_crop(image, rng) for _ in range(200)]
    assert 30 < sum(np.array_equal(crop, 255 - image) for crop in crops) < 70
    assert {len(crop) for crop in crops} >= {28, 34, 55}
    for crop in crops:
        assert cv2.connectedComponents((crop < 160).astype(np.uint8))[0] == 2
        edges = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
        assert edges.min() > 200
