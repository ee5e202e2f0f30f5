import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from comparison.__main__ import main
from detectors import DETECTORS
from tests.helpers import draw_digits, fake_method


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real command line over detectors that need no weights."""
    for name in list(DETECTORS):
        monkeypatch.setitem(DETECTORS, name, fake_method(name, "Detection", 4))


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "four.png"
    cv2.imwrite(str(path), draw_digits((4, (200, 200), 200)))
    return str(path)


def test_read(picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", picture, picture, "--methods", "yolov3", "contours-cnn"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first["image"] == second["image"] == picture
    assert list(first["methods"]) == ["yolov3", "contours-cnn"]
    method = first["methods"]["yolov3"]
    assert method["reading"] == "4"
    assert method["milliseconds"] >= 0
    assert {"label", "confidence", "box"} <= set(method["detections"][0])
    assert first["agreement"]["agree"] is True


def test_bad_picture_does_not_stop_the_others(picture: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.svg"
    bad.write_text("<svg/>")
    assert main(["read", str(bad), "nowhere.png", picture]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" in r for r in rows] == [True, True, False]


def test_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from comparison.datasets.coco import write_coco

    image = draw_digits((4, (200, 200), 200))
    write_coco(tmp_path / "set", [(image, np.array([[95.0, 95, 305, 305]]), np.array([4]), "")])
    assert main(["evaluate", str(tmp_path / "set"), "--out", str(tmp_path / "out"), "--methods", "yolov3"]) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "predictions-yolov3.json",
        "report.html",
        "report.json",
        "report.md",
    ]


def test_evaluate_tells_what_it_left_out(tmp_path: Path, picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "four.txt").write_text("4 0.5 0.5 0.5 0.5\n4 0.5 0.5\n")
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "out"), "--methods", "yolov3"]) == 0
    told = capsys.readouterr().err
    assert "Left out: 1 kind of rows or files; the report says which." in told
    assert "The set names no classes" in told
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert "four.txt" in report["skipped"][0]


NOTHING_TO_MEASURE = {
    "no picture is there": ('{"p9.png": [[1, 2, 3, 4, 5]]}', "p9.png, which is not there"),
    "no label is ours": ('{"four.png": [[1, 2, 3, 4, 77]]}', "No label of"),
    "no row can be used": ('{"four.png": [[1, 2, 3]]}', "can be used"),
    "no labels": ('{"a": 1}', "There are no labels in"),
    "no JSON": ("{", "is no JSON"),
}


@pytest.mark.parametrize(("text", "message"), NOTHING_TO_MEASURE.values(), ids=NOTHING_TO_MEASURE.keys())
def test_where_nothing_can_be_measured(
    tmp_path: Path, picture: str, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (tmp_path / "boxes.json").write_text(text)
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert not (tmp_path / "out").exists()


def test_evaluate_without_a_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    captured = capsys.readouterr()
    assert "There are no labels in" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("arguments", [[], ["read"], ["evaluate", "x"], ["read", "x", "--methods", "yolov9"]])
def test_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
