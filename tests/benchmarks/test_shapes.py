"""The study of shapes: learns, times and reports on tiny ones."""

import json
from pathlib import Path

import pytest
import torch

from benchmarks.shapes import main, warmed_average
from tools import shape_tasks
from training.batches.crop_batches import fixed_crops

TINY = {
    "yolov3": ("YOLOV3_SHAPES", ((0.03, 0.1), (0.03, 0.2)), "exact/all"),
    "cnn": ("CNN_SHAPES", (((4, 8, 8), (1, 1, 1)), ((8, 8, 8), (1, 1, 1))), "every source alike"),
}


@pytest.mark.parametrize("name", list(TINY))
def test_shapes_learn_side_by_side(
    name: str, data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    constant, tiny, figure = TINY[name]
    monkeypatch.setattr(shape_tasks, constant, tiny)
    monkeypatch.setattr(shape_tasks, "fixed_crops", lambda glyphs, mnist: fixed_crops(glyphs, mnist, per_class=2))
    out = tmp_path / "report" / "shapes.json"
    few = ["--batch", "4", "--workers", "0", "--validation", "21", "--rounds", "2", "--minutes", "0.02"]
    main([name, "--data", str(data_folder), "--out", str(out), *few])
    report = json.loads(out.read_text())
    assert report["samples"] >= 4
    assert len(report["shapes"]) == 2
    small, large = report["shapes"].values()
    assert small["parameters"] < large["parameters"]
    assert small["ms"] > 0
    assert 0 <= small["figures"][figure] <= 1
    table = capsys.readouterr().out.splitlines()
    assert len(table) == 4
    assert figure in table[0]


def test_an_unknown_network_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"yolov3\|cnn"):
        main(["resnet"])


def test_the_average_forgets_where_it_began() -> None:
    mean, weight = [torch.zeros(3), torch.tensor(0)], [torch.ones(3), torch.tensor(7)]
    for step in range(1, 60):
        warmed_average(0.999)(mean, weight, step)
    assert mean[0].min() > 0.99
    assert mean[1] == 7
