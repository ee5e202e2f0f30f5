"""The page's functions and its endpoint, over detectors that are told what to say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file

import app
from comparison.reading import read
from detectors import Detector
from tests.conftest import Told, sheet

DETECTORS: dict[str, Detector] = {
    "yolov3": Told("yolov3", "Detection", 4),
    "contours-cnn": Told("contours-cnn", "Segmentation", 9),
    "contours-vit": Told("contours-vit", "Segmentation", 4, 0.6),
}
METHODS = ["yolov3", "contours-cnn"]


def shown() -> app.Shown:
    image = sheet((4, (200, 200), 200))
    return app.Shown(image, read(image, DETECTORS))


def test_before_anything_is_drawn() -> None:
    first, second, line = app.render(DETECTORS, None, METHODS, 0.5, 0.5)
    assert "Draw a number" in first
    assert "Segmentation" in second
    assert "Do they agree?" in line


def test_disagreement_is_marked_and_told() -> None:
    first, second, line = app.render(DETECTORS, shown(), METHODS, 0.5, 0.5)
    assert ">4</span>" in first
    assert ">9</span>" in second
    assert 'class="differs"' in first
    assert "They differ." in line
    assert "Detection reads a 4 where segmentation reads a 9." in line


def test_agreement() -> None:
    *panels, line = app.render(DETECTORS, shown(), ["yolov3", "contours-vit"], 0.5, 0.5)
    assert "They agree.</strong> Both read 4." in line
    assert all('class="agrees"' in p for p in panels)


def test_the_confidence_slider_needs_no_model() -> None:
    _, second, line = app.render(DETECTORS, shown(), ["yolov3", "contours-vit"], 0.8, 0.5)
    assert "nothing found" in second
    assert "the best guess has 0.60" in second
    assert "Only detection finds a 4." in line


def test_a_new_detector_needs_no_change_of_the_page() -> None:
    more = DETECTORS | {"dummy": Told("dummy", "Detection", 1)}
    page = app.build(more)
    radios = [b for b in page.blocks.values() if isinstance(b, gr.Radio)]
    assert ("Told 1", "dummy") in radios[0].choices
    assert radios[0].visible is True


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    page = app.build(DETECTORS)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, max_file_size=app.MAX_UPLOAD)
    yield Client(url, verbose=False)
    page.close()


def picture(folder: Path, image: np.ndarray, name: str = "picture.png") -> str:
    cv2.imwrite(str(folder / name), image)
    return str(folder / name)


def test_endpoint_is_the_contract(client: Client, tmp_path: Path) -> None:
    answer = client.predict(handle_file(picture(tmp_path, sheet((4, (200, 200), 200)))), api_name="/recognize")
    assert set(answer) == {"methods", "agreement"}
    assert set(answer["methods"]) == set(DETECTORS)
    method = answer["methods"]["yolov3"]
    assert (method["reading"], method["detections"][0]["label"]) == ("4", "4")
    assert len(method["detections"][0]["box"]) == 4
    assert method["milliseconds"] >= 0
    assert answer["agreement"]["agree"] is False


FINE = {
    "blank": np.full((400, 400), 255, np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "a strip": np.full((8, 3000), 255, np.uint8),
    "huge": np.full((6000, 6000), 255, np.uint8),
    "transparent": np.zeros((50, 50, 4), np.uint8),
}


@pytest.mark.parametrize("image", FINE.values(), ids=FINE.keys())
def test_endpoint_on_empty_pictures(client: Client, tmp_path: Path, image: np.ndarray) -> None:
    answer = client.predict(handle_file(picture(tmp_path, image)), api_name="/recognize")
    assert all(m["reading"] == "" and m["detections"] == [] for m in answer["methods"].values())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"hello", "not a picture"),
        (b"", "not a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a picture"),
        (cv2.imencode(".png", sheet((4, (200, 200), 200)))[1].tobytes()[:900], "broken"),
    ],
    ids=["text", "nothing", "svg", "truncated"],
)
def test_endpoint_refuses_in_words(
    client: Client, tmp_path: Path, content: bytes, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(Exception, match=message):
        client.predict(handle_file(str(path)), api_name="/recognize")
    assert "Traceback" not in capfd.readouterr().err
    # And it still answers.
    fine = client.predict(handle_file(picture(tmp_path, sheet((4, (200, 200), 200)))), api_name="/recognize")
    assert fine["methods"]["yolov3"]["reading"] == "4"


@pytest.mark.parametrize("value", [None, 7, "x", {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, []])
def test_endpoint_survives_odd_payloads(client: Client, tmp_path: Path, value: object) -> None:
    """A client can post anything; files that were not uploaded are never opened."""
    with contextlib.suppress(Exception):  # a refusal is fine; an answer must not hold anything
        answer = client.predict(value, api_name="/recognize")
        found = [m["detections"] for m in answer["methods"].values()]
        if any(found):
            pytest.fail(f"something was read: {found}")
    fine = client.predict(handle_file(picture(tmp_path, sheet((4, (200, 200), 200)))), api_name="/recognize")
    assert fine["methods"]["yolov3"]["reading"] == "4"


def test_only_the_endpoint_is_public(client: Client) -> None:
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/recognize"}  # type: ignore[index]
