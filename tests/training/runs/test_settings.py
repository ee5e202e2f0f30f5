import dataclasses
import importlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from training.runs.settings import RunSettings, field_comments, parse_settings

COMMANDS = sorted(path.stem for path in (Path(__file__).resolve().parents[3] / "training").glob("[a-z]*.py"))


@dataclass(frozen=True)
class Parent:
    """Settings."""

    size: int = 3  # in pixels
    name: str = "#1"  # with a # in it, and 5 % more


@dataclass(frozen=True)
class Child(Parent):
    """More settings."""

    size: int = 4  # in points
    plain: bool = True


def test_settings_from_the_command_line() -> None:
    settings = parse_settings(RunSettings, ["--epochs", "3", "--no-save", "--learning-rate", "0.1"])
    assert (settings.epochs, settings.save, settings.learning_rate, settings.seed) == (3, False, 0.1, 1)


def test_comments_are_those_of_the_source() -> None:
    assert field_comments(Child) == {"size": "in points", "name": "with a # in it, and 5 % more"}


def test_help_prints_the_comments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse_settings(Child, ["--help"], "What it does.")
    text = " ".join(capsys.readouterr().out.split())
    assert not ended.value.code
    for part in ("What it does.", "--size SIZE in points (default: 4)", "and 5 % more (default: #1)", "--no-plain"):
        assert part in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_setting_of_every_command_says_what_it_is(command: str) -> None:
    module = importlib.import_module(f"training.{command}")
    found = [
        value for value in vars(module).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__name__.endswith("Settings")
    ]  # fmt: skip
    assert found
    for settings in found:
        silent = {field.name for field in dataclasses.fields(settings)} - set(field_comments(settings))
        assert not silent, settings
