"""Makes the graphs in eight bits of the shipped weights: ``python -m training.quantise [settings]``.

Float and int8 then read the same composed validation sheets; a graph is shipped only if that costs next to nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from classifiers import CLASSIFIERS
from comparison.report.tables import markdown_table
from detectors import DETECTORS, Detections, Detector, keep_best, load_detector
from detectors.yolov3.detector import build_network
from models.yolov3 import fold_batch_norms
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.changes import difference_with_interval, exact_flags, picture_changes, precision_of
from training.runs.eight_bits import classifier_inputs, detector_inputs, write_int8, write_int8_card
from training.runs.read_scenes import ReadScene, compose_numbered, read_scenes
from training.runs.settings import parse_settings, refusals_in_words
from training.runs.shipped import shipped_network
from weights.precision import forced_precision
from weights.store import WEIGHTS_FOLDER, load_weights

MAX_EXACT_LOSS = 0.003
"""Share of sheets read exactly that eight bits may cost."""

MAX_PRECISION_LOSS = 0.01
"""mAP, at 0.5 and over 0.5 to 0.95, that eight bits may cost."""


@dataclass(frozen=True)
class QuantiseSettings:
    """What to make, and what it is judged by."""

    data: Path = DEFAULT_DATA  # the data folder
    folder: Path = WEIGHTS_FOLDER  # of the weight files
    out: Path = Path("out/int8")  # the report and pictures of what changed
    kept: Path = Path(tempfile.gettempdir()) / "digit-duel-read"  # what was read; kept for the next run
    inputs: int = 96  # scenes that calibrate the detector, and a third as many batches of crops a classifier
    scenes: int = 2000  # composed validation sheets to judge by; none where 0
    seed: int = 9001  # of the sheets; the next number is that of the calibration inputs


def made_by(settings: QuantiseSettings) -> str:
    """The command, for the card."""
    return f"python -m training.quantise --inputs {settings.inputs} --scenes {settings.scenes} --seed {settings.seed}"


def filled_network(name: str, folder: Path) -> nn.Module:
    """The shipped network called ``name``, as it is served."""
    if name in CLASSIFIERS:
        return shipped_network(name, folder)
    weights = load_weights(name, folder)
    return fold_batch_norms(weights.into(build_network(weights.config)))


def make_graphs(glyphs: GlyphSet, settings: QuantiseSettings, aside: Path) -> None:
    """Writes every network's graph with a card into a copy of the weights' folder."""
    crops = classifier_inputs(glyphs, max(1, settings.inputs // 3), settings.seed + 1)
    scenes = detector_inputs(glyphs, settings.inputs, settings.seed + 1)
    for name in ("yolov3", *CLASSIFIERS):
        inputs = crops if name in CLASSIFIERS else scenes
        graph = write_int8(name, filled_network(name, settings.folder), inputs, aside)
        write_int8_card(name, graph, load_weights(name, settings.folder), {"made by": made_by(settings)})
        print(f"{graph.name}: {graph.stat().st_size / 1e6:.2f} MB", flush=True)


def load_both(folder: Path) -> dict[str, Detector]:
    """Every method that runs a network of its own, in float and in int8, under names that say which."""
    detectors = {}
    for precision in ("float", "int8"):
        with forced_precision(precision):
            for name, method in DETECTORS.items():
                if not method.rests_on:
                    detectors[f"{name} {precision}"] = load_detector(name, folder)
    return detectors


def judge(scenes: list[ReadScene]) -> tuple[list[str], dict[str, dict[str, Any]]]:
    """A table of float against int8 as lines, and by method the figures; ``holds`` says whether int8 may be shipped."""
    rows, figures = [], {}
    for name, method in DETECTORS.items():
        if method.rests_on:
            continue
        found = {p: [scene.proposals[f"{name} {p}"] for scene in scenes] for p in ("float", "int8")}
        flags = {p: exact_flags(scenes, each) for p, each in found.items()}
        means = {p: precision_of(scenes, each) for p, each in found.items()}
        lost = [a - b for a, b in zip(means["float"], means["int8"], strict=True)]
        changed = sum(not _read_alike(*pair) for pair in zip(found["float"], found["int8"], strict=True))
        exact = {p: float(each.mean()) for p, each in flags.items()}
        holds = exact["float"] - exact["int8"] <= MAX_EXACT_LOSS and max(lost) <= MAX_PRECISION_LOSS
        figures[name] = {
            "sheets": len(scenes), "read otherwise": changed, "holds": holds,
            **{f"read exactly, {p}": round(each, 4) for p, each in exact.items()},
            **{f"mAP@0.5:0.95, {p}": round(each[1], 4) for p, each in means.items()},
        }  # fmt: skip
        rows.append(
            [name, *(f"{exact[p]:.4f}" for p in exact), difference_with_interval(flags["int8"], flags["float"]),
             *(f"{means[p][0]:.3f} / {means[p][1]:.3f}" for p in means), str(changed), "yes" if holds else "no"]
        )  # fmt: skip
    head = ["method", "exactly, float", "exactly, int8", "points more", "mAP, float", "mAP, int8", "read otherwise",
            "holds"]  # fmt: skip
    return markdown_table(head, rows), figures


def _read_alike(first: Detections, second: Detections) -> bool:
    """Whether two readings show the same digits in the same order, and as many of every other class."""
    a, b = keep_best(first), keep_best(second)
    return a.reading() == b.reading() and sorted(a.class_id.tolist()) == sorted(b.class_id.tolist())


def write_report(out: Path, lines: list[str], scenes: list[ReadScene], glyphs: GlyphSet, seed: int) -> None:
    """Writes ``report.md`` with every sheet that is read otherwise, and pictures of them: float beside int8."""
    out.mkdir(parents=True, exist_ok=True)
    text = ["# Eight bits against float", "", *lines]
    for name, method in DETECTORS.items():
        if method.rests_on:
            continue
        pairs = [[scene.proposals[f"{name} {p}"] for p in ("float", "int8")] for scene in scenes]
        rows = [k for k, pair in enumerate(pairs) if not _read_alike(pair[0], pair[1])]
        text += ["", f"## {name}: {len(rows)} of {len(scenes)} sheets are read otherwise", ""]
        for k in rows:
            words = " -> ".join(repr(keep_best(each).reading()) for each in pairs[k])
            right = " -> ".join("right" if exact_flags([scenes[k]], [each])[0] else "wrong" for each in pairs[k])
            text.append(f"- sheet {scenes[k].number}, {scenes[k].kind}: {words}, {right}")
        drawn = [(scenes[k], compose_numbered(glyphs, seed, scenes[k].number).image) for k in rows[:60]]
        picture_changes(out / f"{name}.png", drawn, [[keep_best(each) for each in pairs[k]] for k in rows[:60]])
    (out / "report.md").write_text("\n".join(text) + "\n")


def ship(aside: Path, settings: QuantiseSettings, figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Moves the graphs that hold to the weights, their cards with figures; graphs that do not hold are taken away."""
    for name, method in DETECTORS.items():
        if method.rests_on:
            continue
        weights, mine = load_weights(method.weights, settings.folder), figures.get(name, {"holds": True})
        targets = [settings.folder / f"{method.weights}.int8.{ending}" for ending in ("onnx", "json")]
        if not mine["holds"]:
            for target in targets:
                target.unlink(missing_ok=True)
            print(f"{name} loses too much in int8: it stays in float")
            continue
        card = {"made by": made_by(settings), "validation": dict(mine)}
        write_int8_card(method.weights, aside / targets[0].name, weights, card)
        for target in targets:
            (aside / target.name).chmod(0o644)
            shutil.move(aside / target.name, target)


def main(argv: list[str] | None = None) -> None:
    """Makes all graphs, judges them, and ships those that hold."""
    settings = parse_settings(QuantiseSettings, argv, __doc__)
    with refusals_in_words():
        train, val = load_glyphs(settings.data, "train"), load_glyphs(settings.data, "val")
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=settings.folder) as folder:
        aside = Path(folder) / "weights"
        shutil.copytree(settings.folder, aside, ignore=shutil.ignore_patterns(".saving-*", "*.int8.*", "*.py"))
        make_graphs(train, settings, aside)
        figures: dict[str, dict[str, Any]] = {}
        if settings.scenes:
            cards = sorted(aside.glob("*.json"))
            scenes = read_scenes(val, settings.scenes, settings.seed, load_both(aside), cards, settings.kept)
            lines, figures = judge(scenes)
            print("\n".join(lines))
            write_report(settings.out, lines, scenes, val, settings.seed)
        ship(aside, settings, figures)


if __name__ == "__main__":
    main()
