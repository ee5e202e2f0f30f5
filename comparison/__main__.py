"""The command line: ``python -m comparison read IMAGE...`` and ``python -m comparison evaluate [FOLDER] --out OUT``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, DatasetError
from comparison.datasets.names import display_name
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from comparison.reading import sheet_to_json
from comparison.report.markdown import write_report
from detectors import DETECTORS, load_detectors
from ink.drawing import DrawingError, read_drawing
from ink.sheet import Sheet
from weights.store import WeightsError


def _read(images: Sequence[str], methods: Sequence[str]) -> int:
    detectors = load_detectors(methods)
    status = 0
    for path in images:
        try:
            answer = sheet_to_json(Sheet(read_drawing(path)), detectors)
        except DrawingError as error:
            answer, status = {"error": str(error)}, 1
        print(json.dumps({"image": path, **answer}), flush=True)
    return status


def _evaluate(folder: str, out: Path, methods: Sequence[str]) -> int:
    with unpacked(folder) as unpacked_folder:
        name = "built-in set" if folder == str(BUILT_IN) else display_name(Path(folder))
        run = EvaluationRun(read_dataset(unpacked_folder), load_detectors(methods), name)
        with tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining} {postfix}") as bar:
            for share, message in run.steps():
                bar.update(round(100 * share) - bar.n)
                bar.set_postfix_str(message)
        evaluation = run.result()
        out.mkdir(parents=True, exist_ok=True)
        evaluation.write_predictions(out)
        write_report(out, evaluation)
    left_out = [
        f"{len(lines)} {what if len(lines) == 1 else more}"
        for what, more, lines in (
            ("picture", "pictures", evaluation.problems),
            ("kind of rows or files", "kinds of rows or files", evaluation.dataset.skipped),
        )
        if lines
    ]
    if left_out:
        print(f"Left out: {', '.join(left_out)}; the report says which.", file=sys.stderr)
    for text in evaluation.dataset.assumed:
        print(text, file=sys.stderr)
    for name, result in evaluation.results.items():
        print(f"{name}: mAP@0.5 {result.figures['mAP50']:.3f}, read exactly {result.figures['exact']:.3f}")
    print(f"report: {out / 'report.html'}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 fine, 1 a picture could not be read, 2 nothing could be done."""
    parser = argparse.ArgumentParser(prog="python -m comparison", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reader = commands.add_parser("read", help="read pictures; prints one JSON object for each")
    reader.add_argument("images", nargs="+", metavar="IMAGE")
    judge = commands.add_parser("evaluate", help="measure every method on a labelled set")
    judge.add_argument(
        "folder", metavar="FOLDER", nargs="?", default=str(BUILT_IN),
        help="a folder or zip archive: COCO (annotations.json and images/), YOLO, Pascal VOC, makesense.ai or the "
        "seed's JSON; a small set of composed canvases where none is given",
    )  # fmt: skip
    judge.add_argument("--out", type=Path, required=True, help="predictions and reports go here")
    for each in (reader, judge):
        each.add_argument("--methods", nargs="+", choices=list(DETECTORS), default=list(DETECTORS))
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "read":
            return _read(arguments.images, arguments.methods)
        return _evaluate(arguments.folder, arguments.out, arguments.methods)
    except (WeightsError, DatasetError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
