"""Weighs the evidence that decides between both ways: ``python -m training.referee [settings]``.

Composes scenes of all kinds by validation writers, one half of them to fit on and the other to judge by, has both ways
read them, fits, writes ``weights/referee.*``, and tells what the referee turns right and wrong, with pictures.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from comparison.report.tables import markdown_table
from detectors import Detections, keep_best, load_detectors
from detectors.fusion import CONTEST_FEATURES, OBJECT_FEATURES, TRUST_FEATURES
from detectors.referee import NAME, WAYS, RefereeParameters, decide, merge_decisions
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.glyphs.sources import SOURCES
from training.runs.card_text import render_card
from training.runs.changes import (
    difference_with_interval,
    exact_flags,
    picture_changes,
    precision_of,
    share_with_interval,
)
from training.runs.read_scenes import ReadScene, card_files, code_files, compose_numbered, half_of_writers, read_scenes
from training.runs.referee_fit import count_parameters, fit_referee
from training.runs.save_arrays import save_arrays
from training.runs.settings import parse_settings, refusals_in_words
from training.scenes.kinds import KINDS
from weights.precision import forced_precision
from weights.store import WEIGHTS_FOLDER

FITTED_TOO = ("ringed", "marked")
"""Kinds that are fitted on beside those of an evaluation, which hold too few of them: how many digits stand in a ring
is where the two ways differ most, and nothing else teaches whom to believe."""


@dataclass(frozen=True)
class RefereeSettings:
    """What to fit on, and where things go."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = Path("out/referee")  # the report and its pictures
    kept: Path = Path(tempfile.gettempdir()) / "digit-duel-read"  # what the ways read; kept for the next run
    scenes: int = 5040  # composed scenes for each of fitting and judging
    seed: int = 7001  # of the scenes that are fitted on; the next number is that of the others
    save: bool = True  # write the result to weights/


def read_together(parameters: RefereeParameters, scene: ReadScene) -> Detections:
    """The referee's proposals on a scene."""
    return merge_decisions(decide(parameters, *(scene.proposals[way] for way in WAYS)))


def judge(parameters: RefereeParameters, scenes: list[ReadScene]) -> tuple[list[str], dict[str, np.ndarray]]:
    """The report's tables as lines, and by method (the best of both ways among them) which scenes are read exactly."""
    found = {way: [scene.proposals[way] for scene in scenes] for way in WAYS}
    found[NAME] = [read_together(parameters, scene) for scene in scenes]
    flags = {name: exact_flags(scenes, each) for name, each in found.items()}
    either = flags[WAYS[0]] | flags[WAYS[1]]
    rows = []
    for name, each in found.items():
        map50, map_all = precision_of(scenes, each)
        rows.append([name, share_with_interval(flags[name]), f"{map50:.3f}", f"{map_all:.3f}"])
    rows.append(["either of both", share_with_interval(either), "", ""])
    lines = markdown_table(["method", "read exactly", "mAP@0.5", "mAP@0.5:0.95"], rows)
    kind = np.array([scene.kind for scene in scenes])
    rows = []
    for name in KINDS:
        mine = {method: each[kind == name] for method, each in flags.items()}
        better = max(WAYS, key=lambda way: float(mine[way].mean()))
        rows.append(
            [f"{name} ({len(mine[NAME])})", *(f"{mine[way].mean():.2f}" for way in WAYS),
             f"{either[kind == name].mean():.2f}", share_with_interval(mine[NAME]),
             *(difference_with_interval(mine[NAME], mine[way]) for way in (*WAYS, better))]
        )  # fmt: skip
    head = ["kind", *WAYS, "either", NAME, *(f"points more than {way}" for way in (*WAYS, "the better of both"))]
    return [*lines, "", *markdown_table(head, rows)], flags | {"either": either}


def write_report(
    out: Path, lines: list[str], flags: dict[str, np.ndarray], scenes: list[ReadScene], drawings: list[np.ndarray],
    parameters: RefereeParameters,
) -> None:  # fmt: skip
    """Writes ``report.md``, and pictures of what the referee turns right and wrong, against each way."""
    out.mkdir(parents=True, exist_ok=True)
    turned = {
        "right": flags[NAME] & ~(flags[WAYS[0]] & flags[WAYS[1]]),
        "wrong": ~flags[NAME] & flags["either"],
        "wrong with both": ~flags[NAME] & ~flags["either"],
    }
    text = ["# Both ways together", "", *lines]
    for title, which in turned.items():
        numbers = np.flatnonzero(which)
        text += [
            "",
            f"## Turned {title}: {len(numbers)}",
            "",
            f"From left to right: {', '.join((*WAYS, NAME))}.",
            "",
        ]
        text += [f"- scene {scenes[k].number}, {scenes[k].kind}" for k in numbers]
        readings = [
            [*(keep_best(scenes[k].proposals[way]) for way in WAYS), keep_best(read_together(parameters, scenes[k]))]
            for k in numbers
        ]
        picture_changes(out / f"{title.replace(' ', '-')}.png", [(scenes[k], drawings[k]) for k in numbers], readings)
    (out / "report.md").write_text("\n".join(text) + "\n")


def card(settings: RefereeSettings, flags: dict[str, np.ndarray]) -> dict[str, Any]:
    """What the card says beside checksums."""
    ways = {way: json.loads(path.read_text()) for way, path in zip(WAYS, card_files(WAYS), strict=True)}
    names = [each if isinstance(each, str) else each["file"] for each in ways[WAYS[0]]["data"]]
    return {
        "task": "one reading of a drawing from those of " + " and ".join(WAYS),
        "made by": f"python -m training.referee --scenes {settings.scenes} --seed {settings.seed}",
        "parameters": count_parameters(),
        "stored": "double",
        "config": {"ways": list(WAYS), "features": [len(TRUST_FEATURES), len(OBJECT_FEATURES), len(CONTEST_FEATURES)]},
        "training": [{"scenes": settings.scenes, "seed": settings.seed}],
        "validation": {
            "scenes": len(flags[NAME]),
            "read exactly": {name: round(float(each.mean()), 4) for name, each in flags.items()},
        },
        "weights": {way: each["sha256"] for way, each in ways.items()},
        "data": [{"file": name, **asdict(SOURCES[name])} for name in names],
    }


def main(argv: list[str] | None = None) -> None:
    """Fits, judges, and writes the parameters with their card and the report."""
    settings = parse_settings(RefereeSettings, argv, __doc__)
    with refusals_in_words(), forced_precision("float"):
        glyphs, detectors = load_glyphs(settings.data, "val"), load_detectors(WAYS)
    files = [*card_files(WAYS), *code_files()]

    def read(half: GlyphSet, count: int, seed: int, kinds: Sequence[str] = tuple(KINDS)) -> list[ReadScene]:
        return read_scenes(half, count, seed, detectors, files, settings.kept, kinds)

    fitted_half, half = (half_of_writers(glyphs, second) for second in (False, True))
    fitted = read(fitted_half, settings.scenes, settings.seed)
    fitted += read(fitted_half, settings.scenes * len(FITTED_TOO) // len(KINDS), settings.seed, FITTED_TOO)
    judged = read(half, settings.scenes, settings.seed + 1)
    parameters = fit_referee(fitted, WAYS)
    lines, flags = judge(parameters, judged)
    print("\n".join(lines))
    turned = (flags[NAME] != flags[WAYS[0]]) | (flags[NAME] != flags[WAYS[1]]) | ~flags[NAME]
    drawings = [
        compose_numbered(half, settings.seed + 1, scene.number).image if is_turned else np.zeros((1, 1, 3), np.uint8)
        for scene, is_turned in zip(judged, turned, strict=True)
    ]
    write_report(settings.out, lines, flags, judged, drawings, parameters)
    if settings.save:
        print(save_arrays(NAME, parameters.arrays(), card(settings, flags), render_card, WEIGHTS_FOLDER))
    print(f"report: {settings.out / 'report.md'}")


if __name__ == "__main__":
    main()
