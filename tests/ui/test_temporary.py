"""The temporary folder is our own, and what a crash has left in it goes at the next start."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from ui.temporary import MAX_AGE_S, NoFolderError, folder_bytes, make_folders, sweep

HASH = "0123456789abcdef" * 4


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that ours lies in."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")  # so that it is put back
    monkeypatch.delenv("GRADIO_TEMP_DIR")
    return tmp_path


def old_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    for each in (path, path.parent):
        os.utime(each, (time.time() - MAX_AGE_S - 60,) * 2)
    return path


def test_everything_temporary_lies_in_one_folder(home: Path) -> None:
    make_folders()
    (own,) = home.iterdir()
    assert Path(os.environ["GRADIO_TEMP_DIR"]).parent == own
    with tempfile.TemporaryDirectory() as folder:
        assert own in Path(folder).parents
    assert own.stat().st_mode & 0o077 == 0


def test_a_crash_leaves_nothing_for_long(home: Path) -> None:
    make_folders()
    uploads, work = Path(os.environ["GRADIO_TEMP_DIR"]), Path(tempfile.gettempdir())
    gone = [old_file(folder / name / "a.png") for folder, name in
            ((uploads, HASH), (work, "digit-duel-xyz"), (work, "tmpabc"))]  # fmt: skip
    loose = old_file(uploads / "tmp12345")
    new = uploads / HASH.replace("0", "f") / "b.png"
    new.parent.mkdir()
    new.write_bytes(b"x")
    tempfile.tempdir = str(home)
    make_folders()
    assert not any(path.exists() or path.parent.exists() for path in gone)
    assert not loose.exists()
    assert new.exists()


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    kept = [old_file(tmp_path / "photos" / "a.png"), old_file(tmp_path / "letter.txt")]
    assert sweep(tmp_path) == 0
    assert all(path.exists() for path in kept)


def test_a_folder_of_ones_own_choice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(home / "mine"))
    make_folders()
    assert (home / "mine").is_dir()
    assert os.environ["GRADIO_TEMP_DIR"] == str(home / "mine")


def test_a_folder_that_can_not_be_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("x")
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(home / "file" / "uploads"))
    with pytest.raises(NoFolderError, match="no temporary folder can be made: "):
        make_folders()


def test_a_folder_that_somebody_else_has_put_there(home: Path) -> None:
    make_folders()
    (own,) = home.iterdir()
    own.rename(home / "elsewhere")
    own.symlink_to(home / "elsewhere")
    tempfile.tempdir = str(home)
    with pytest.raises(NoFolderError, match="belongs to somebody else"):
        make_folders()


def test_an_empty_file_takes_room(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).touch()
    (tmp_path / "d").write_bytes(b"x" * 10_000)
    assert folder_bytes(tmp_path) == 3 * 4096 + 10_000


def test_what_goes_meanwhile_ends_no_sweep(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_folders()
    work = Path(tempfile.gettempdir())
    left = old_file(work / "digit-duel-xyz" / "inner" / "a.png")
    status, gone = Path.lstat, left.parent

    def gone_by_now(path: Path) -> os.stat_result:
        if path == gone:
            raise FileNotFoundError(path)
        return status(path)

    monkeypatch.setattr(Path, "lstat", gone_by_now)
    assert sweep(work) == 1
    assert not left.exists()
