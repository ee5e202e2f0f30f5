"""What is installed: the light set is part of the whole, and every package of the tree is in the distribution."""

from __future__ import annotations

import tomllib
from pathlib import Path

from setuptools import find_packages

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements(name: str) -> set[str]:
    """The lines of a requirements file that name a package."""
    return {line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")}


def test_running_and_training_need_the_whole_project_and_no_more() -> None:
    run, train = requirements("requirements-run.txt"), set(PROJECT["project"]["optional-dependencies"]["train"])
    assert run | train == requirements("requirements.txt")
    assert not run & train
    assert not {line.split(">")[0] for line in run} & {"torch", "torchvision", "timm", "lightning"}


def test_every_package_is_found_and_typed() -> None:
    found = set(find_packages(str(ROOT), include=PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]))
    there = {str(p.parent.relative_to(ROOT)).replace("/", ".") for p in ROOT.glob("[a-z]*/**/__init__.py")}
    assert found == {name for name in there if name.split(".")[0] not in {"tests", "examples"}}
    for name in found:
        if "." not in name:
            assert (ROOT / name / "py.typed").is_file(), name
