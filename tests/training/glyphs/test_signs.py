from pathlib import Path

import numpy as np
import pytest

from models.classes import OTHER
from tests.helpers import write_glyph_file
from training.glyphs.glyph_set import concatenate_glyphs, select_glyphs
from training.glyphs.lookalikes import looks_like_digit
from training.glyphs.reader import load_glyphs
from training.glyphs.sources import FIRST_FILES, SOURCES, missing_data_message

BAR = np.array([[0, 50], [100, 55]], np.float32)
POST = np.array([[50, 0], [52, 100]], np.float32)


@pytest.fixture
def folder_with_signs(data_folder: Path, tmp_path: Path) -> Path:
    """The tiny data folder, and three of the files that were added later."""
    for path in data_folder.iterdir():
        (tmp_path / path.name).symlink_to(path)
    drawn = [[BAR, POST], [BAR], [BAR, POST], [POST], [BAR, POST], [BAR, POST]]
    write_glyph_file(
        tmp_path / "writemath_symbols.npz", drawn, label=np.array(["+", "-", "\\alpha", "\\mathds{O}", "-", "+"]),
        writer=np.arange(6), site=np.full(6, "web"), split=np.array(["train"] * 5 + ["val"]),
        ambiguous=np.array([0, 1, 0, 0, 1, 0], bool),
    )  # fmt: skip
    digits = [[POST]] * 8
    write_glyph_file(
        tmp_path / "writemath_digits.npz", digits, label=np.ones(8, np.uint8), split=np.full(8, "train"),
        writer=np.array([1, 1, 1, 1, 1, 2, 2, 3]), site=np.full(8, "web"),
    )  # fmt: skip
    write_glyph_file(
        tmp_path / "quickdraw_more_strokes.npz", [[BAR], [POST, BAR]], label=np.array(["cat", "dog"]),
        ambiguous=np.zeros(2, bool), split=np.full(2, "train"),
    )  # fmt: skip
    return tmp_path


def test_added_files_are_read_where_they_are(folder_with_signs: Path, data_folder: Path) -> None:
    glyphs = load_glyphs(folder_with_signs)
    found, counts = np.unique(glyphs.short_source, return_counts=True)
    counted = dict(zip(found.tolist(), counts.tolist(), strict=True))
    assert counted["writemath-symbols"] == 2  # no ambiguous ones, and no double-struck O
    assert counted["quickdraw-more"] == 2
    assert counted["writemath-digits"] == 5  # the first writer gave five, and two count
    assert glyphs.has_added_sources
    assert not load_glyphs(data_folder).has_added_sources


def test_the_first_sources_stay_what_they_were(folder_with_signs: Path, data_folder: Path) -> None:
    first, before = load_glyphs(folder_with_signs).first, load_glyphs(data_folder)
    np.testing.assert_array_equal(first.source, before.source)
    np.testing.assert_array_equal(first.points, before.points)
    for class_id in (3, OTHER):
        picks = [[g.pick(class_id, np.random.default_rng(seed)) for seed in range(20)] for g in (first, before)]
        assert picks[0] == picks[1]


def test_signs_come_by_name_even_where_they_look_like_digits(folder_with_signs: Path) -> None:
    glyphs = load_glyphs(folder_with_signs)
    assert {name: len(drawn) for name, drawn in glyphs.signs.items()} == {"plus": 1, "minus": 1}
    assert [len(strokes) for strokes in glyphs.signs["plus"]] == [2]  # minus with two strokes is badly cut
    assert {name: len(drawn) for name, drawn in load_glyphs(folder_with_signs, "val").signs.items()} == {"plus": 1}
    assert concatenate_glyphs([glyphs, glyphs]).signs.keys() == glyphs.signs.keys()
    assert select_glyphs(glyphs, np.arange(3)).signs is glyphs.signs


def test_other_drawings_are_picked_from_the_wanted_sources(folder_with_signs: Path) -> None:
    glyphs = load_glyphs(folder_with_signs)
    rng = np.random.default_rng(0)
    chosen = {str(glyphs.short_source[glyphs.pick(OTHER, rng, ("quickdraw-more", "hds"))]) for _ in range(20)}
    assert chosen == {"quickdraw-more"}
    every = {str(glyphs.short_source[glyphs.pick(OTHER, rng)]) for _ in range(300)}
    assert every == {"quickdraw", "quickdraw-more", "unipen-letters", "omniglot", "writemath-symbols"}
    assert glyphs.class_id[glyphs.pick(OTHER, rng, ("nowhere",))] == OTHER


@pytest.mark.parametrize(
    ("source", "label", "expected"),
    [
        ("writemath-symbols", "\\mathscr{S}", True),
        ("writemath-symbols", "\\mathscr{A}", False),
        ("writemath-symbols", "\\textonehalf", True),
        ("detexify", "textcomp:texttwosuperior", True),
        ("detexify", "latex2e:alpha", False),
        ("hds", "triangle", False),
    ],
)
def test_signs_that_hold_a_digit_look_like_one(source: str, label: str, expected: bool) -> None:
    assert looks_like_digit(source, label) == expected


def test_a_missing_folder_tells_needed_files_from_added_ones(tmp_path: Path) -> None:
    needed, _, added = missing_data_message(tmp_path).partition("These add")
    for name in SOURCES:
        assert f"{name}.npz" in (needed if name in FIRST_FILES else added)
    assert all("share-alike" in SOURCES[name].licence for name in ("detexify_symbols", "writemath_symbols"))
