"""The examples of the README and of docs/use.md, run as they are written; those of endpoints against a running app."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import app
from tests.helpers import FakeDetector
from ui.server import launch_settings

ROOT = Path(__file__).resolve().parents[2]
TEXT = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/use.md"))
ADDRESS = "http://127.0.0.1:7860"


def block(language: str, holding: str) -> str:
    """The only fenced block of a language that holds some text."""
    (found,) = (b for b in re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) if holding in b)
    return str(found)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    page = app.build_page(
        {
            "yolov3": FakeDetector("yolov3", "Detection", 4),
            "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 9),
        }
    )
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield address.rstrip("/")
    page.close()


def run(*command: str, **how: Any) -> str:
    """What a command prints, run in the root of the clone."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, **how)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_gradio_client_example(url: str) -> None:
    code = block("python", "gradio_client").replace(ADDRESS, url)
    printed = run(sys.executable, "-c", code)
    assert "{'yolov3': '4', 'contours-cnn': '9'}" in printed
    assert "'yolov3': [" in printed


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_example(url: str) -> None:
    printed = run("bash", "-euc", block("sh", "curl -s -N").replace(ADDRESS, url))
    data = next(line for line in printed.splitlines() if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))[0]["methods"]["yolov3"]["reading"] == "4"


def test_code_example() -> None:
    printed = run(sys.executable, "-c", block("python", "load_detector"), env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert [line.split()[0] for line in printed.splitlines()] == ["yolov3", "contours-cnn", "contours-vit"]
    assert all(len(line.split()[1]) == 4 for line in printed.splitlines())


def test_command_line_example(tmp_path: Path) -> None:
    line, evaluation = block("sh", "comparison evaluate --out out/builtin   #").splitlines()
    assert json.loads(run(sys.executable, *line.partition("#")[0].split()[1:]))["methods"]
    assert "--out out/builtin" in evaluation


def test_run_and_test_commands_are_one_line_each() -> None:
    activate = "python3 -m venv .venv && . .venv/bin/activate && "
    assert activate + "pip install -r requirements-run.txt && python app.py" in TEXT
    assert activate + 'pip install -e ".[dev]" && python -m pytest' in TEXT


def test_endpoints_are_tools_of_a_language_model(url: str) -> None:
    pytest.importorskip("mcp")
    tools = {tool["name"]: tool for tool in httpx.get(f"{url}/gradio_api/mcp/schema").json()}
    assert set(tools) == {
        "recognize",
        "recognize_strokes",
        "inside",
        "stress",
        "benchmark",
        "export_coco",
        "correct",
        "contribute",
        "forget",
        "handwriting",
    }
    assert "every method" in tools["recognize"]["description"]
