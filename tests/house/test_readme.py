"""The README's examples, run as they are written against a running app."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import httpx
import pytest

import app
from tests.helpers import FakeDetector, sheet
from ui.server import LAUNCH_SETTINGS

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"


def block(language: str, holding: str) -> str:
    """The only fenced block of a language that holds some text."""
    (found,) = (b for b in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL) if holding in b)
    return str(found)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    page = app.build_page(
        {
            "yolov3": FakeDetector("yolov3", "Detection", 4),
            "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 9),
        }
    )
    _, address, _ = page.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_SETTINGS)
    yield address.rstrip("/")
    page.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cv2.imwrite(str(tmp_path / "drawing.png"), sheet((4, (200, 200), 200)))
    return tmp_path


def test_gradio_client_example(url: str, folder: Path) -> None:
    code = block("python", "gradio_client").replace(ADDRESS, url)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "{'yolov3': '4', 'contours-cnn': '9'}" in done.stdout
    assert "'yolov3': [-90, 90]" in done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_example(url: str, folder: Path) -> None:
    code = block("sh", "curl -s -N").replace(ADDRESS, url)
    done = subprocess.run(["bash", "-euc", code], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    data = next(line for line in done.stdout.splitlines() if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: "))[0]["methods"]["yolov3"]["reading"] == "4"


def test_code_example(folder: Path) -> None:
    code = block("python", "load_detector").replace("phone.png", str(folder / "drawing.png"))
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "4"


def test_endpoints_are_tools_of_a_language_model(url: str) -> None:
    pytest.importorskip("mcp")
    tools = {tool["name"]: tool for tool in httpx.get(f"{url}/gradio_api/mcp/schema").json()}
    assert set(tools) == {"recognize", "recognize_strokes", "inside", "stress", "benchmark", "export_coco"}
    assert "every method" in tools["recognize"]["description"]
