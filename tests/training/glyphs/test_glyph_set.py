from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.glyphs.glyph_set import (
    DOODLE_SOURCES,
    FIRST_OTHER_SHARES,
    OTHER_SHARES,
    DataError,
    GlyphSet,
    concatenate_glyphs,
    flatten_strokes,
    select_glyphs,
)
from training.glyphs.sources import FIRST_FILES, OWN, OWN_SOURCES

BAR = np.array([[0, 0], [10, 0]], np.float32)
DOT = np.array([[5, 5]], np.float32)
PIECES = [[BAR], [BAR + 3, DOT], [DOT]]


def pieces() -> GlyphSet:
    return GlyphSet.from_pieces(PIECES, [7, 4, 11], ["anna", "ben", "anna"])


def test_pieces_come_back_one_by_one() -> None:
    glyphs = pieces()
    assert glyphs.writer.tolist() == ["own/anna", "own/ben", "own/anna"]
    assert glyphs.point_counts().tolist() == [2, 3, 1]
    for index, expected in enumerate(PIECES):
        for found, path in zip(glyphs.strokes(index), expected, strict=True):
            np.testing.assert_array_equal(found, path)


def test_a_file_gives_the_same_glyphs_back(tmp_path: Path) -> None:
    glyphs, split = pieces(), np.array(["train", "val", "train"])
    glyphs.save(tmp_path / "new" / "own_strokes.npz", split)
    found, columns = GlyphSet.load(tmp_path / "new" / "own_strokes.npz", "own")
    for name in vars(glyphs).keys() - {"signs"}:  # signs are found by label, not kept in the file
        np.testing.assert_array_equal(getattr(found, name), getattr(glyphs, name), err_msg=name)
        assert getattr(found, name).dtype == getattr(glyphs, name).dtype
    assert columns["split"].tolist() == split.tolist()


def test_a_files_labels_and_sites_are_its_sources(tmp_path: Path) -> None:
    columns = {"label": np.array(["A", "b", "b"]), "site": np.array(["abc", "abc", "xyz"])}
    pieces().save(tmp_path / "letters.npz", np.full(3, "train"), **columns)
    found, read = GlyphSet.load(tmp_path / "letters.npz", "unipen-letters", class_id=11)
    assert found.class_id.tolist() == [11, 11, 11]
    assert found.source.tolist() == ["unipen-letters/abc", "unipen-letters/abc", "unipen-letters/xyz"]
    assert found.writer.tolist() == ["unipen-letters/anna", "unipen-letters/ben", "unipen-letters/anna"]
    assert read["label"].tolist() == ["A", "b", "b"]


def test_points_that_the_file_cannot_hold_are_refused(tmp_path: Path) -> None:
    far = GlyphSet.from_pieces([[BAR * 10_000]], [1])
    with pytest.raises(DataError, match=r"far\.npz: points go up to 100000"):
        far.save(tmp_path / "far.npz", np.array(["train"]))
    assert not (tmp_path / "far.npz").exists()


def test_nothing_is_a_set_too() -> None:
    nothing = select_glyphs(pieces(), np.zeros(0, int))
    assert len(nothing) == len(nothing.points) == 0
    assert len(GlyphSet.from_pieces([], [])) == 0
    assert [len(part) for part in flatten_strokes([])] == [0, 1, 1]
    assert len(concatenate_glyphs([nothing, pieces(), nothing])) == 3


@pytest.mark.parametrize("size", [0, 100, -1], ids=["empty", "cut off", "last byte"])
def test_a_damaged_file_is_refused_in_words(tmp_path: Path, size: int) -> None:
    path = tmp_path / "own_strokes.npz"
    pieces().save(path, np.full(3, "train"))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataError, match=r"own_strokes\.npz is not a readable npz"):
        GlyphSet.load(path, "own")


def test_every_source_of_other_glyphs_is_picked_from() -> None:
    """A source that the table of shares lacks would be loaded and never seen."""
    sources = {source.short for source in OWN_SOURCES.values() if source.kind in ("other", "all")}
    first = {source.short for name, source in OWN_SOURCES.items() if name in (*FIRST_FILES, OWN)}
    assert OTHER_SHARES.keys() == sources
    assert FIRST_OTHER_SHARES.keys() == sources & first
    assert sources >= set(DOODLE_SOURCES)


def test_digits_by_writer_are_those_of_everyone_who_wrote_all_ten() -> None:
    rng = np.random.default_rng(4)
    classes = np.concatenate([np.arange(10), rng.integers(0, 12, 60), np.arange(9), np.arange(10)])
    writers = ["cleo"] * 10 + rng.choice(["anna", "ben", "cleo"], 60).tolist() + ["dora"] * 9 + ["ben"] * 10
    glyphs = GlyphSet.from_pieces([[BAR]] * len(classes), classes, writers)
    glyphs = replace(glyphs, times=rng.integers(1, 4, len(classes)))
    slow = {}
    for writer in sorted(set(glyphs.writer.tolist())):
        digits = [
            [i for i in range(len(glyphs)) if (glyphs.writer[i], glyphs.class_id[i]) == (writer, digit)]
            for digit in range(10)
        ]
        if all(digits):
            slow[writer] = [[i for i in found for _ in range(glyphs.times[i])] for found in digits]
    found = {writer: [digit.tolist() for digit in digits] for writer, digits in glyphs.digits_by_writer.items()}
    assert {"own/ben", "own/cleo"} <= slow.keys()
    assert "own/dora" not in slow
    assert list(found.items()) == list(slow.items())
