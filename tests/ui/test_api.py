"""The page's endpoints, over detectors that are told what to say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import cv2
import gradio as gr
import numpy as np
import pytest
from gradio_client import Client, handle_file

import app
from comparison.stress import STRESSES
from tests.helpers import FAKE_DETECTORS, digit_strokes, draw_digits
from ui.api import Endpoints, StressName
from ui.server import launch_settings


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    page = app.build_page(FAKE_DETECTORS)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    yield Client(url, verbose=False)
    page.close()


def picture(folder: Path, image: np.ndarray, name: str = "picture.png") -> str:
    cv2.imwrite(str(folder / name), image)
    return str(folder / name)


def test_endpoint_is_the_contract(client: Client, tmp_path: Path) -> None:
    answer = client.predict(handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200)))), api_name="/recognize")
    assert set(answer) == {"methods", "agreement", "notes"}
    assert set(answer["methods"]) == set(FAKE_DETECTORS)
    method = answer["methods"]["yolov3"]
    assert (method["reading"], method["detections"][0]["label"]) == ("4", "4")
    assert len(method["detections"][0]["box"]) == 4
    assert method["milliseconds"] >= 0
    assert answer["agreement"]["agree"] is False


FINE = {
    "blank": np.full((400, 400), 255, np.uint8),
    "one pixel": np.zeros((1, 1), np.uint8),
    "a strip": np.full((8, 3000), 255, np.uint8),
    "huge": np.full((4800, 4800), 255, np.uint8),
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
        (cv2.imencode(".png", draw_digits((4, (200, 200), 200)))[1].tobytes()[:900], "broken"),
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
    fine = client.predict(handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200)))), api_name="/recognize")
    assert fine["methods"]["yolov3"]["reading"] == "4"


@pytest.mark.parametrize("value", [None, 7, "x", {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}, []])
def test_endpoint_survives_odd_payloads(client: Client, tmp_path: Path, value: object) -> None:
    """A client can post anything; files that were not uploaded are never opened."""
    with contextlib.suppress(Exception):  # a refusal is fine; an answer must not hold anything
        answer = client.predict(value, api_name="/recognize")
        found = [m["detections"] for m in answer["methods"].values()]
        if any(found):
            pytest.fail(f"something was read: {found}")
    fine = client.predict(handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200)))), api_name="/recognize")
    assert fine["methods"]["yolov3"]["reading"] == "4"


ENDPOINTS = {
    "/recognize",
    "/recognize_strokes",
    "/inside",
    "/stress",
    "/benchmark",
    "/export_coco",
    "/handwriting",
    "/contribute",
    "/forget",
    "/correct",
}


def test_only_documented_endpoints_are_public(client: Client) -> None:
    described = client.view_api(return_format="dict")
    assert isinstance(described, dict)
    assert set(described["named_endpoints"]) == ENDPOINTS


def test_strokes_endpoint(client: Client) -> None:
    strokes = {"side": 400, "strokes": [{"w": 12, "p": [[200, 80], [200, 320]]}]}
    answer = client.predict(strokes, api_name="/recognize_strokes")
    assert answer["methods"]["yolov3"]["detections"][0]["box"] == pytest.approx([193.5, 73.5, 206.5, 326.5], abs=2)
    with pytest.raises(Exception, match="no pen strokes"):
        client.predict({"strokes": 7}, api_name="/recognize_strokes")


def test_inside_endpoint(client: Client, tmp_path: Path) -> None:
    path = handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200))))
    assert client.predict(path, "yolov3", api_name="/inside") == []  # these detectors tell nothing
    with pytest.raises(Exception, match="There is no method 'yolov9'; there are yolov3"):
        client.predict(path, "yolov9", api_name="/inside")


def test_stress_endpoint(client: Client, tmp_path: Path) -> None:
    path = handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200))))
    answer = client.predict(path, "noise", api_name="/stress")
    assert answer["methods"]["yolov3"]["holds"] == [0, 0.1]
    assert [s["reading"] for s in answer["methods"]["contours-cnn"]["steps"]] == ["9"] * len(answer["values"])
    blank = handle_file(picture(tmp_path, np.full((400, 400), 255, np.uint8), "blank.png"))
    with pytest.raises(Exception, match="nothing drawn"):
        client.predict(blank, "noise", api_name="/stress")


def test_benchmark_endpoint(client: Client, tmp_path: Path) -> None:
    answer = client.predict(None, api_name="/benchmark")
    assert set(answer["methods"]) == set(FAKE_DETECTORS)
    assert answer["methods"]["yolov3"]["images"] == 52
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"no archive")
    with pytest.raises(Exception, match="no zip archive"):
        client.predict(handle_file(str(bad)), api_name="/benchmark")


def test_export_endpoint(client: Client, tmp_path: Path) -> None:
    path = handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200))))
    answer = client.predict(path, 0.7, 0.3, api_name="/export_coco")
    assert [a["method"] for a in answer["annotations"]] == ["yolov3", "contours-cnn"]  # the third is 0.6 sure
    with pytest.raises(Exception, match="between 0 and 1"):
        client.predict(path, 7, 0.3, api_name="/export_coco")


def test_handwriting_endpoint(client: Client, tmp_path: Path) -> None:
    rows = [{"w": 12, "p": path.tolist()} for path in digit_strokes(4, (200, 200), 200)]
    answer = client.predict({"side": 400, "strokes": rows}, "20", api_name="/handwriting")
    assert answer["drawn"] == "9"  # as one of these detectors says
    assert len(answer["characters"]) == 2
    path = handle_file(picture(tmp_path, draw_digits((4, (200, 200), 200))))
    assert client.predict(None, "20", image=path, api_name="/handwriting")["drawn"] == "9"
    for strokes, text, message in (
        (None, "1", "Draw a digit first"),
        ({"strokes": 7}, "1", "no pen strokes"),
        ({"side": 400, "strokes": rows}, "a", "Only digits"),
    ):
        with pytest.raises(Exception, match=message):
            client.predict(strokes, text, api_name="/handwriting")


def test_the_names_of_the_stresses_are_documented() -> None:
    assert set(get_args(StressName)) == set(STRESSES)


def test_endpoints_answer_without_a_page(caplog: pytest.LogCaptureFixture) -> None:
    endpoints = Endpoints(FAKE_DETECTORS)
    strokes = {"side": 400, "strokes": [{"w": 12, "p": [[200, 80], [200, 320]]}]}
    assert endpoints.recognize_strokes(strokes)["methods"]["contours-cnn"]["reading"] == "9"
    with pytest.raises(gr.Error, match="no pen strokes"):
        endpoints.recognize_strokes({})
    assert "refused: " in caplog.text
