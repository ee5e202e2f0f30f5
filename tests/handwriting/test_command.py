"""``python -m handwriting``: drawn digits in, a number in the same hand out."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from handwriting.__main__ import main
from handwriting.formats import fit_sheet, svg_text
from ink.drawing import read_drawing
from ink.strokes import MAX_SIDE, Stroke, read_strokes
from tests.helpers import digit_strokes, draw_digits


@pytest.fixture
def four(tmp_path: Path) -> Path:
    path = tmp_path / "four.json"
    rows = [{"w": 6, "p": p.tolist()} for p in digit_strokes(4, (200, 200), 150)]
    path.write_text(json.dumps({"side": 400, "strokes": rows}))
    return path


@pytest.mark.parametrize("suffix", [".svg", ".png", ".json"])
def test_every_format(four: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "new" / f"year{suffix}"
    assert main([f"4={four}", "--text", "2026", "--shape", "2=1", "--out", str(out)]) == 0
    if suffix == ".svg":
        assert len(ElementTree.fromstring(out.read_text())) >= 4
    elif suffix == ".png":
        assert (read_drawing(out) < 128).any()
    else:
        assert len(read_strokes(json.loads(out.read_text()))[1]) >= 4


def test_digits_are_read_where_nobody_says_which(four: Path, tmp_path: Path) -> None:
    said, read = tmp_path / "said.json", tmp_path / "read.json"
    assert main([f"4={four}", "--out", str(said)]) == 0
    assert main([str(four), "--out", str(read)]) == 0
    for mine, theirs in zip(*(read_strokes(json.loads(path.read_text()))[1] for path in (said, read)), strict=True):
        np.testing.assert_allclose(mine.points, theirs.points, atol=6)


def test_a_picture_is_traced(tmp_path: Path) -> None:
    picture, out = tmp_path / "four.png", tmp_path / "out.json"
    cv2.imwrite(str(picture), draw_digits((4, (200, 200), 150), pen=8.72))
    for argument in (f"4={picture}", str(picture)):
        assert main([argument, "--text", "47", "--out", str(out)]) == 0
        _, strokes = read_strokes(json.loads(out.read_text()))
        assert strokes[0].width == pytest.approx(8.72, rel=0.3)
    cv2.imwrite(str(picture), np.full((50, 50), 255, np.uint8))
    assert main([f"4={picture}", "--out", str(out)]) == 2
    picture.write_text("hello")
    assert main([f"4={picture}", "--out", str(out)]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["4"], "4: "),
        (["44={four}"], "expected FILE or DIGIT=FILE"),
        (["4=nowhere.json"], "nowhere.json"),
        (["4={four}", "--text", "abc"], "Only digits"),
        (["4={four}", "--shape", "7"], "expected DIGIT=SHAPE"),
        (["4={four}", "--shape", "7=9"], "no shape"),
        (["4={four}", "--shape", "7=0"], "no shape"),
        (["4={four}", "--strength", "nan"], "strength"),
        (["4={four}", "--out", "year.gif"], "must end in"),
    ],
)
def test_refusals_in_words(
    four: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    filled = [argument.format(four=four) for argument in arguments]
    assert main(["--out", str(tmp_path / "x.svg"), *filled]) == 2
    assert message in capsys.readouterr().err


def test_a_long_line_is_scaled_to_the_largest_sheet_and_an_empty_one_is_empty() -> None:
    side, (stroke,) = fit_sheet([Stroke(np.array([[0, 0], [9000, 50]], np.float32), 20)])
    assert side == MAX_SIDE
    assert stroke.points.min() >= 0
    assert stroke.points.max() <= side
    assert stroke.width < 20
    assert fit_sheet([])[1] == []
    assert "<path" not in svg_text([])
    assert svg_text([Stroke(np.array([[5, 5]], np.float32), 3)]).count("L") == 1
