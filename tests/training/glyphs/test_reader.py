import shutil
from pathlib import Path

import numpy as np
import pytest

from models.classes import CENSORED, OTHER
from training.glyphs.reader import DEFAULT_DATA, EXCLUDED_GLYPHS, DataError, load_glyphs, load_mnist
from training.glyphs.sources import SOURCES


def test_reads_all_sources(data_folder: Path) -> None:
    train, val = load_glyphs(data_folder, "train"), load_glyphs(data_folder, "val")
    assert set(np.unique(train.source)) == {
        "pendigits", "unipen-digits/abc", "unipen-letters/abc", "omniglot", "quickdraw", "censored",
    }  # fmt: skip
    digits = train.class_id < CENSORED
    assert digits.sum() == 40
    assert [len(i) for i in train.by_class] == [4] * 10 + [4, 3 + 2 + 2]
    assert set(train.writer[digits]) & set(val.writer[val.class_id < CENSORED]) == set()


def test_look_alikes_are_left_out(data_folder: Path) -> None:
    """Ambiguous letters, Greek omicrons and Quick, Draw! circles could all pass for a digit."""
    others = load_glyphs(data_folder, "train")
    kept = others.source[others.class_id == OTHER]
    assert {s: int((kept == s).sum()) for s in np.unique(kept)} == {
        "omniglot": 2, "quickdraw": 2, "unipen-letters/abc": 3,
    }  # fmt: skip


def test_strokes_come_back_as_written(data_folder: Path) -> None:
    glyphs = load_glyphs(data_folder, "train")
    with np.load(data_folder / "pendigits_strokes_train.npz") as raw:
        first = raw["points"][: raw["stroke_offsets"][raw["drawing_offsets"][1]]]
    np.testing.assert_array_equal(np.concatenate(glyphs.strokes(0)), first)


def test_what_is_listed_as_mislabelled_is_left_out_of_training(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless the file has something else in that row by now; and never out of validation."""
    name = "pendigits_strokes_train"
    train, val = (load_glyphs(data_folder, split) for split in ("train", "val"))
    points = np.diff(train.stroke_offsets[train.glyph_offsets])
    listed = tmp_path / "excluded.csv"
    lines = [(name, train.row[k], train.class_id[k], points[k], "nothing") for k in (0, 2)]
    lines += [(name, train.row[3], 9 - train.class_id[3], points[3], "another label")]
    lines += [(name, val.row[0], val.class_id[0], 5, "validation"), (name, 10**6, 1, 1, "no such row")]
    header = "file,row,label,points,shows"
    listed.write_text("\n".join([header, *(",".join(map(str, line)) for line in lines)]) + "\n")
    monkeypatch.setattr("training.glyphs.reader.EXCLUDED_GLYPHS", listed)
    assert len(load_glyphs(data_folder, "val")) == len(val)
    left = load_glyphs(data_folder, "train")
    assert len(left) == len(train) - 2
    np.testing.assert_array_equal(left.strokes(0)[0], train.strokes(1)[0])


def test_mnist(data_folder: Path) -> None:
    images, label = load_mnist(data_folder, "val")
    assert (images.shape, label.dtype) == ((10, 28, 28), np.int64)


def test_a_missing_folder_names_every_source(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        load_glyphs(tmp_path / "nowhere")
    for name, source in SOURCES.items():
        assert f"{name}.npz" in str(error.value)
        assert source.url in str(error.value)


@pytest.fixture
def damaged(data_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder, tmp_path / "data"))


def rewrite(folder: Path, name: str, **change: np.ndarray | None) -> None:
    with np.load(folder / f"{name}.npz") as old:
        arrays = {k: old[k] for k in old.files} | change
    np.savez(folder / f"{name}.npz", **{k: v for k, v in arrays.items() if v is not None})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"label": None}, "has no array 'label'"),
        ({"split": None}, "has no array 'split'"),
        ({"stroke_offsets": np.array([0, 5])}, "'stroke_offsets' must rise from 0"),
        ({"drawing_offsets": np.array([0, 3, 2])}, "'drawing_offsets' must rise"),
        ({"drawing_offsets": np.array([], int)}, "'drawing_offsets' must rise"),
        ({"label": np.zeros(3, int)}, "40 drawings, 3 labels"),
    ],
)
def test_refuses_what_does_not_fit(damaged: Path, change: dict, message: str) -> None:
    rewrite(damaged, "pendigits_strokes_train", **change)
    with pytest.raises(DataError, match=message):
        load_glyphs(damaged)


def test_where_nobody_wrote_down_who_drew_every_glyph_is_its_own_writer(damaged: Path) -> None:
    rewrite(damaged, "quickdraw_strokes", writer=None)
    glyphs = load_glyphs(damaged)
    mine = glyphs.writer[glyphs.source == "quickdraw"]
    assert len(set(mine.tolist())) == len(mine) == 2


def test_refuses_missing_and_broken_files(damaged: Path) -> None:
    (damaged / "quickdraw_strokes.npz").write_bytes(b"not an archive")
    with pytest.raises(DataError, match="not a readable npz"):
        load_glyphs(damaged)
    (damaged / "quickdraw_strokes.npz").unlink()
    with pytest.raises(DataError, match="quickdraw-dataset"):
        load_glyphs(damaged)
    rewrite(damaged, "mnist_train", images=np.zeros((3, 28, 28), np.uint8))
    with pytest.raises(DataError, match="mnist_train"):
        load_mnist(damaged)


def test_unknown_split(data_folder: Path) -> None:
    with pytest.raises(DataError, match="must be 'train' or 'val'"):
        load_glyphs(data_folder, "test")


@pytest.mark.data
def test_the_real_folder() -> None:
    train, val = load_glyphs(DEFAULT_DATA, "train"), load_glyphs(DEFAULT_DATA, "val")
    known = np.char.startswith(val.source, "pendigits") | np.char.startswith(val.source, "unipen")
    assert set(val.writer[known]) & set(train.writer) == set()
    listed = EXCLUDED_GLYPHS.read_text().splitlines()[1:]
    assert (train.class_id < CENSORED).sum() == 6745 + 9589 - len(listed) + 880 + 820 + 168
    assert min(len(i) for i in val.by_class) > 200
