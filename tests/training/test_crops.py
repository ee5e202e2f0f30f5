from pathlib import Path

import numpy as np

from models import NO_SYMBOL
from training.crops import CropData, fixed_crops
from training.drawings import load_drawings, load_mnist


def test_items_are_inputs_and_repeat(data_folder: Path) -> None:
    drawings, mnist = load_drawings(data_folder), load_mnist(data_folder)
    data = CropData(drawings, mnist, 300, (1, 0))
    classes = []
    for item in range(300):
        square, class_id = data[item]
        assert (square.shape, square.dtype) == ((1, 32, 32), np.uint8)
        assert square.max() == 255
        classes.append(class_id)
    assert set(classes) == set(range(13))
    assert 15 < classes.count(NO_SYMBOL) < 60
    np.testing.assert_array_equal(data[7][0], CropData(drawings, mnist, 300, (1, 0))[7][0])


def test_validation_crops_name_their_source(data_folder: Path) -> None:
    drawings, mnist = load_drawings(data_folder, "val"), load_mnist(data_folder, "val")
    inputs, classes, sources = fixed_crops(drawings, mnist, per_class=1)
    assert len(inputs) == len(classes) == len(sources)
    assert set(sources) == {
        "pendigits",
        "unipen-digits",
        "unipen-letters",
        "omniglot",
        "quickdraw",
        "censored",
        "mnist",
        "no symbol",
    }
