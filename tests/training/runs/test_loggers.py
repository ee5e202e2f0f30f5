import sys
from pathlib import Path

import pytest
from lightning.pytorch.loggers import CSVLogger

from training.runs.loggers import make_loggers
from training.runs.settings import RunSettings, parse_settings


def test_curves_go_to_a_csv_file(tmp_path: Path) -> None:
    (logger,) = make_loggers("csv", tmp_path)
    assert isinstance(logger, CSVLogger)
    assert Path(logger.save_dir) == tmp_path


@pytest.mark.parametrize("kind", ["tensorboard", "wandb"])
def test_a_missing_package_is_named(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(kind)

    monkeypatch.setattr("training.runs.loggers.TensorBoardLogger", missing)
    monkeypatch.setattr("training.runs.loggers.WandbLogger", missing)
    with pytest.raises(SystemExit, match=f"--logger {kind} needs the package {kind}: pip install {kind}"):
        make_loggers(kind, tmp_path)


@pytest.mark.parametrize(("mode", "offline"), [(None, True), ("offline", True), ("online", False)])
def test_weights_and_biases_stays_offline_unless_told(
    mode: str | None, offline: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}
    monkeypatch.setattr("training.runs.loggers.WandbLogger", lambda *_, **more: asked.update(more))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    if mode:
        monkeypatch.setenv("WANDB_MODE", mode)
    make_loggers("wandb", tmp_path)
    assert asked["offline"] is offline


def test_an_unknown_logger_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_settings(RunSettings, ["--logger", "paper"])
    assert "invalid choice: 'paper'" in capsys.readouterr().err
    assert "wandb" not in sys.modules
