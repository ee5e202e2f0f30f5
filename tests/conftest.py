"""Fixtures, and which tests are left out where the data is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helpers import digit_strokes, write_glyph_file
from training.glyphs.reader import DEFAULT_DATA
from weights.precision import forced_precision


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the real data run where the data is."""
    if not DEFAULT_DATA.is_dir():
        for item in items:
            if item.get_closest_marker("data"):
                item.add_marker(pytest.mark.skip(reason="the data folder is not here"))


@pytest.fixture(scope="session", autouse=True)
def float_networks() -> Iterator[None]:
    """Networks run in float, on whatever processor, but where a test says otherwise."""
    with forced_precision("float"):
        yield


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the real layout with a handful of drawings in each file."""
    folder = tmp_path_factory.mktemp("data")
    digits = [digit_strokes(d, (250, 250), 300) for d in range(10) for _ in range(4)]
    label = np.repeat(np.arange(10), 4)
    split = np.tile(["train", "train", "val", "val"], 10)
    writer = np.tile([1, 2, 3, 4], 10)
    write_glyph_file(folder / "pendigits_strokes_train.npz", digits, label=label, writer=writer, split=split)
    site = np.full(40, "abc")
    write_glyph_file(
        folder / "unipen_digits.npz", digits, label=label, writer=np.char.add("abc/", writer.astype(str)), site=site,
        split=split,
    )  # fmt: skip
    zigzag = np.array([[0, 0], [300, 100], [0, 200], [300, 300], [0, 400]], np.float32)
    others = [[zigzag + 10 * k, zigzag[::-1, ::-1] + k] for k in range(8)]
    eight = np.tile(["train", "val"], 4)
    write_glyph_file(
        folder / "unipen_letters_symbols.npz", others, label=np.array(list("AAWWOOMM")), writer=np.array(["w"] * 8),
        site=np.array(["abc"] * 8), ambiguous=np.array([0, 0, 0, 0, 1, 1, 0, 0], bool), split=eight,
    )  # fmt: skip
    write_glyph_file(
        folder / "omniglot_strokes.npz", others, split=eight, writer=np.array(["g"] * 8),
        label=np.array(["Greek/character01"] * 4 + ["Greek/character15"] * 4),
    )  # fmt: skip
    write_glyph_file(
        folder / "quickdraw_strokes.npz", others, label=np.array(["house"] * 4 + ["circle"] * 4), split=eight
    )
    write_glyph_file(folder / "censored_strokes.npz", others, label=np.array(["censored"] * 8), split=eight)
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, 6:22, 12:16] = 255
    np.savez_compressed(
        folder / "mnist_train.npz", images=images, label=np.arange(20, dtype=np.uint8) % 10,
        split=np.array(["train"] * 10 + ["val"] * 10),
    )  # fmt: skip
    return folder
