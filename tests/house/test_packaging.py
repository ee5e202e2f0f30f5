"""What is installed: the light set is part of the whole, and every package of the tree is in the distribution."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
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


def test_the_lock_has_what_running_needs_each_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "")
    locked = [line.partition(" --hash=sha256:") for line in text.splitlines() if line and not line.startswith("#")]
    assert all(hashes for _, _, hashes in locked)
    versions = {Requirement(pin).name: Requirement(pin) for pin, _, _ in locked}
    assert all(str(pin.specifier).startswith("==") for pin in versions.values())
    for wanted in map(Requirement, requirements("requirements-run.txt")):
        assert str(versions[wanted.name].specifier).removeprefix("==") in wanted.specifier, wanted.name
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"sdk_version: {str(versions['gradio'].specifier).removeprefix('==')}\n" in readme


def test_every_action_is_pinned_by_hash_and_tools_by_their_lock() -> None:
    for path in (ROOT / ".github" / "workflows").iterdir():
        text = path.read_text(encoding="utf-8")
        uses = re.findall(r"uses: (\S+)(.*)", text)
        assert uses
        for action, version in uses:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
            assert re.fullmatch(r" # v[\d.]+", version), action
        for command in re.findall(r"pip\"? install (.*)", text):
            assert "--require-hashes" in command or '-e ".[dev]"' in command, command
