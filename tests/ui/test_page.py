"""The page's functions and its endpoint, over detectors that are told what to say."""

from __future__ import annotations

import contextlib
import platform
import subprocess
import sys
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
from detectors import Detections, Detector
from models.classes import CENSORED
from tests.helpers import FakeDetector, sheet
from ui.api import StressName
from ui.html.picture import blurred_drawing
from ui.link import View
from ui.server import LAUNCH_SETTINGS
from ui.session import Session, read_for_page
from ui.tabs.draw import render_readings

DETECTORS: dict[str, Detector] = {
    "yolov3": FakeDetector("yolov3", "Detection", 4),
    "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 9),
    "contours-vit": FakeDetector("contours-vit", "Segmentation", 4, 0.6),
}


ALLOCATING = """
import ctypes, threading
from ui.server import limit_malloc_arenas
limit_malloc_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
meet = threading.Barrier(8)

def work():
    meet.wait()
    for _ in range(2000):
        libc.malloc(1000)
    meet.wait()

threads = [threading.Thread(target=work) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
def test_threads_share_two_heaps() -> None:
    done = subprocess.run([sys.executable, "-c", ALLOCATING], capture_output=True, text=True, check=True)
    assert 1 <= sum(line.startswith("Arena") for line in done.stderr.splitlines()) <= 2


def shown(detectors: dict[str, Detector] = DETECTORS) -> Session:
    seen = read_for_page(sheet((4, (200, 200), 200)), detectors)
    assert seen is not None
    return seen


def test_before_anything_is_drawn() -> None:
    first, second, line, objects = render_readings(DETECTORS, None, View(["yolov3", "contours-cnn"]))
    assert "Draw a number" in first
    assert "Segmentation" in second
    assert "Do they agree?" in line
    assert objects == ""


def test_disagreement_is_marked_and_told() -> None:
    first, second, line, objects = render_readings(DETECTORS, shown(), View(["yolov3", "contours-cnn"]))
    assert ">4</span>" in first
    assert ">9</span>" in second
    assert all('class="object class" data-object="1"' in p and "read differently" in p for p in (first, second))
    assert "They differ." in line
    assert "Detection reads it as a 4, segmentation as a 9." in line
    assert objects.count("<figure>") == len(DETECTORS)
    assert "Fake 9: 9 100%" in objects


def test_agreement() -> None:
    *panels, line, _ = render_readings(DETECTORS, shown(), View(["yolov3", "contours-vit"]))
    assert "They agree.</strong> Both read 4." in line
    assert all('class="object same"' in p and "legend" not in p for p in panels)


def test_the_confidence_slider_needs_no_model() -> None:
    first, second, line, objects = render_readings(DETECTORS, shown(), View(["yolov3", "contours-vit"], confidence=0.8))
    assert 'class="object extra"' in first
    assert "nothing found" in second
    assert 'class="object missed"' in second
    assert "the best guess has 0.60" in second
    assert "Only detection finds a 4." in line
    assert "below the threshold" in objects


def test_censored_drawings_are_blurred_until_asked_for() -> None:
    """In every panel and card, whichever method found it, and nothing else is."""
    detectors = DETECTORS | {"contours-vit": FakeDetector("contours-vit", "Segmentation", CENSORED, 0.6)}
    seen = shown(detectors)
    view = View(["yolov3", "contours-cnn"])
    clear = render_readings(detectors, seen, View(view.methods, uncensored=True))
    covered = render_readings(detectors, seen, view)
    picture = blurred_drawing(seen)
    x1, y1, x2, y2 = (int(v) for v in seen.readings["yolov3"].proposals.xyxy[0])
    inside = np.zeros(seen.image.shape[:2], bool)
    inside[max(0, y1 - 20) : y2 + 21, max(0, x1 - 20) : x2 + 21] = True
    assert np.array_equal(picture[~inside], seen.image[~inside])
    # No stroke is left to be seen: nothing as dark as ink, no sharp edge.
    assert picture[y1:y2, x1:x2].min() > 60
    assert [a == b for a, b in zip(clear, covered, strict=True)] == [False, False, True, False]
    plain = shown()
    assert np.array_equal(blurred_drawing(plain), plain.image)


def test_nothing_found_by_anyone() -> None:
    class Blind(FakeDetector):
        def propose(self, sheets: object) -> list[Detections]:
            return [Detections.empty()]

    detectors: dict[str, Detector] = {name: Blind(name, d.approach, 1) for name, d in DETECTORS.items()}
    *_, line, objects = render_readings(detectors, shown(detectors), View(["yolov3", "contours-cnn"]))
    assert "Both find nothing." in line
    assert objects == ""


def test_a_new_detector_needs_no_change_of_the_page() -> None:
    more = DETECTORS | {"dummy": FakeDetector("dummy", "Detection", 1)}
    page = app.build_page(more)
    radios = [b for b in page.blocks.values() if isinstance(b, gr.Radio)]
    assert ("Fake 1", "dummy") in radios[0].choices
    assert radios[0].visible is True


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    page = app.build_page(DETECTORS)
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **LAUNCH_SETTINGS)
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


ENDPOINTS = {"/recognize", "/recognize_strokes", "/inside", "/stress", "/benchmark", "/export_coco"}


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
    path = handle_file(picture(tmp_path, sheet((4, (200, 200), 200))))
    assert client.predict(path, "yolov3", api_name="/inside") == []  # these detectors tell nothing
    with pytest.raises(Exception, match="There is no method 'yolov9'; there are yolov3"):
        client.predict(path, "yolov9", api_name="/inside")


def test_stress_endpoint(client: Client, tmp_path: Path) -> None:
    path = handle_file(picture(tmp_path, sheet((4, (200, 200), 200))))
    answer = client.predict(path, "noise", api_name="/stress")
    assert answer["methods"]["yolov3"]["holds"] == [0, 0.1]
    assert [s["reading"] for s in answer["methods"]["contours-cnn"]["steps"]] == ["9"] * len(answer["values"])
    blank = handle_file(picture(tmp_path, np.full((400, 400), 255, np.uint8), "blank.png"))
    with pytest.raises(Exception, match="nothing drawn"):
        client.predict(blank, "noise", api_name="/stress")


def test_benchmark_endpoint(client: Client, tmp_path: Path) -> None:
    answer = client.predict(None, api_name="/benchmark")
    assert set(answer["methods"]) == set(DETECTORS)
    assert answer["methods"]["yolov3"]["images"] == 52
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"no archive")
    with pytest.raises(Exception, match="no zip archive"):
        client.predict(handle_file(str(bad)), api_name="/benchmark")


def test_export_endpoint(client: Client, tmp_path: Path) -> None:
    path = handle_file(picture(tmp_path, sheet((4, (200, 200), 200))))
    answer = client.predict(path, 0.7, 0.3, api_name="/export_coco")
    assert [a["method"] for a in answer["annotations"]] == ["yolov3", "contours-cnn"]  # the third is 0.6 sure
    with pytest.raises(Exception, match="between 0 and 1"):
        client.predict(path, 7, 0.3, api_name="/export_coco")


def test_the_names_of_the_stresses_are_documented() -> None:
    assert set(get_args(StressName)) == set(STRESSES)


def test_a_report_that_cannot_be_saved_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.tabs.benchmark.write_report", full)
    run = next(f.fn for f in app.build_page(DETECTORS).fns.values() if f.fn and f.fn.__qualname__.endswith("on_run")
               and f.fn.__module__ == "ui.tabs.benchmark")  # fmt: skip
    *_, last = run(None)
    assert "could not be saved: No space left on device" in last[0]
    assert "52 drawings" in last[1]
