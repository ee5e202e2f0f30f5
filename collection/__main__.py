"""The command line for whoever owns drawings: ``python -m collection review|prelabel|audit|expire|export``."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from classifiers import load_classifier
from collection.audit import Suspect, audit_dataset
from collection.consent import RETENTION_DAYS, contributor_of_owner
from collection.formats import FORMATS, LabelledDrawing, dataset_drawings
from collection.prelabel import SUSPECT, prelabel_folder
from collection.record import OWNER
from collection.store import DRAWINGS, STORE_VARIABLE, Store, StoreError
from comparison.censor import blur_censored
from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.readers import read_dataset
from comparison.report.mistakes import contact_sheet
from detectors import load_detectors
from detectors.referee import WAYS
from ink.drawing import DrawingError, png_bytes, read_drawing
from models.classes import CENSORED, CLASSES
from weights.store import WeightsError

MAX_PICTURED_SUSPECTS = 120

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def _review(arguments: argparse.Namespace) -> None:
    if arguments.host not in LOOPBACK and not arguments.password:
        raise SystemExit("On a network the reviewer's page needs a password: --password, or DIGIT_DUEL_PASSWORD.")
    from collection.review import build_review  # only this command needs Gradio, which takes seconds to import

    auth = ("reviewer", arguments.password) if arguments.password else None
    page = build_review(existing_store(arguments.store))
    page.launch(server_name=arguments.host, server_port=arguments.port, auth=auth, ssr_mode=False, quiet=False)


def _prelabel(arguments: argparse.Namespace) -> None:
    kinds: Counter[str] = Counter()
    suspects: list[str] = []

    def labelled() -> Iterator[LabelledDrawing]:
        for found in tqdm(prelabel_folder(Path(arguments.folder), load_detectors(WAYS)), unit="picture"):
            if isinstance(found, str):
                print(found, file=sys.stderr)
                continue
            kinds[found.slice] += 1
            if found.slice == SUSPECT:
                suspects.append(found.name)
            yield found

    count = FORMATS[arguments.format](arguments.out, labelled())
    (arguments.out / "suspects.md").write_text(
        "".join(["# Look at these first\n\n", *(f"- {name}\n" for name in suspects)]), encoding="utf-8"
    )
    counted = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    print(f"{count} pictures in {arguments.out} ({counted}); those to look at first stand in suspects.md")


def _audit(arguments: argparse.Namespace) -> None:
    with unpacked(arguments.set) as folder:
        dataset = read_dataset(folder)
        found = audit_dataset(dataset, load_classifier("cnn"), load_detectors(WAYS), arguments.boxes)
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_suspects(arguments.out, dataset, found)
    print(f"{len(found)} boxes by doubt in {arguments.out / 'suspects.csv'}, the first of them in suspects.png")


def write_suspects(out: Path, dataset: Dataset, suspects: Sequence[Suspect]) -> None:
    """Writes ``suspects.csv``, the most doubtful first, and ``suspects.png`` with pictures of the first of them."""
    with (out / "suspects.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["picture", "left", "top", "right", "bottom", "fault", "label", "likely", "doubt"])
        for s in suspects:
            box = [round(v, 1) for v in s.box]
            rows.writerow(
                [dataset.samples[s.sample].path.name, *box, s.fault, s.label, s.suggestion, round(s.doubt, 4)]
            )
    tiles = [_suspect_tile(dataset, s) for s in suspects[:MAX_PICTURED_SUSPECTS]]
    (out / "suspects.png").write_bytes(png_bytes(contact_sheet(tiles, 10, 128)))


def _suspect_tile(dataset: Dataset, suspect: Suspect) -> np.ndarray:
    """What is in a box, with its label and what it likely is above it, uint8 ``[128, 128, 3]`` RGB."""
    drawing = read_drawing(dataset.samples[suspect.sample].path)
    if CLASSES[CENSORED] in (suspect.label, suspect.suggestion):
        drawing = blur_censored(drawing, np.array([suspect.box]))
    x1, y1, x2, y2 = (round(v) for v in suspect.box)
    part = drawing[max(0, y1 - 4) : y2 + 4, max(0, x1 - 4) : x2 + 4]
    tile = np.full((128, 128, 3), 255, np.uint8)
    scale = 104 / max(part.shape[:2])
    small = cv2.resize(part, (max(1, int(part.shape[1] * scale)), max(1, int(part.shape[0] * scale))))
    tile[22 : 22 + small.shape[0], 12 : 12 + small.shape[1]] = small
    text = f"{suspect.label or 'nothing'} > {suspect.suggestion or suspect.fault}"
    return cv2.putText(tile, text, (3, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (163, 51, 0), 1, cv2.LINE_AA)


def existing_store(url: str) -> Store:
    """A store that is there; StoreError where a folder is named that is not, or not of a store."""
    store = Store(url)
    if store.folder.is_missing():
        raise StoreError("There is no store at that place.")
    return store


def _expire(arguments: argparse.Namespace) -> None:
    if arguments.days < 1:
        raise ValueError("Drawings are kept for a day at least: --days takes 1 and more.")
    gone = existing_store(arguments.store).expire(
        date.fromisoformat(arguments.today) if arguments.today else None, arguments.days
    )
    print(f"{gone} drawings that nobody accepted in {arguments.days} days are deleted.")


def _is_store(folder: Path) -> bool:
    """Whether a folder has drawings by their owners; a labelled set may have a folder of that name, with pictures."""
    drawings = folder / DRAWINGS
    return drawings.is_dir() and all(OWNER.fullmatch(each.name) for each in drawings.iterdir())


def _export(arguments: argparse.Namespace) -> None:
    source = arguments.source
    if Path(source).exists() and not _is_store(Path(source)):
        with unpacked(source) as folder:
            count = FORMATS[arguments.format](arguments.out, dataset_drawings(read_dataset(folder)))
    else:
        count = FORMATS[arguments.format](arguments.out, accepted_drawings(existing_store(source)))
    print(f"{count} drawings in {arguments.out}")


def accepted_drawings(store: Store) -> Iterable[LabelledDrawing]:
    """What reviewers accepted, under the pseudonym of whoever gave it."""
    for number, (place, contribution, objects) in enumerate(store.accepted(), 1):
        contributor = contributor_of_owner(place.owner)
        yield LabelledDrawing(f"{contributor}-{number:05d}", contribution.drawing(), objects, contributor)


def build_parser() -> argparse.ArgumentParser:
    """The commands and their settings."""
    parser = argparse.ArgumentParser(prog="python -m collection", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    store: dict[str, Any] = {"nargs": "?", "default": os.environ.get(STORE_VARIABLE), "metavar": "STORE"}
    store["help"] = f"a folder, s3://bucket/folder or hf://buckets/owner/name; {STORE_VARIABLE} where none is given"

    review = commands.add_parser("review", help="a page for reviewing what people gave, the doubtful first")
    review.add_argument("store", **store)
    review.add_argument("--host", default="127.0.0.1", help="where the page listens; a password elsewhere than here")
    review.add_argument("--port", type=int, default=7861)
    review.add_argument("--password", default=os.environ.get("DIGIT_DUEL_PASSWORD", ""), help="of the user 'reviewer'")
    review.set_defaults(run=_review)

    formats: dict[str, Any] = {"choices": list(FORMATS), "default": "coco", "help": "of the labels"}
    prelabel = commands.add_parser("prelabel", help="labels to begin with, for a folder of pictures")
    prelabel.add_argument("folder", metavar="FOLDER", help="folders called 0 to 11 hold single symbols of that class")
    prelabel.add_argument("--format", **formats)
    prelabel.add_argument("--out", type=Path, required=True)
    prelabel.set_defaults(run=_prelabel)

    audit = commands.add_parser("audit", help="which labels of a set are likely wrong, with pictures")
    audit.add_argument("set", metavar="SET", help="a folder or zip archive in any format that evaluate reads")
    audit.add_argument("--boxes", action=argparse.BooleanOptionalAction, default=True, help="judge boxes too")
    audit.add_argument("--out", type=Path, required=True)
    audit.set_defaults(run=_audit)

    expire = commands.add_parser("expire", help="delete what nobody accepted in time; for a scheduler")
    expire.add_argument("store", **store)
    expire.add_argument("--days", type=int, default=RETENTION_DAYS)
    expire.add_argument("--today", default="", metavar="YYYY-MM-DD", help="another day than today")
    expire.set_defaults(run=_expire)

    export = commands.add_parser("export", help="what was accepted, or a labelled set, in another format")
    export.add_argument("source", metavar="STORE|SET")
    export.add_argument("--format", **formats)
    export.add_argument("--out", type=Path, required=True)
    export.set_defaults(run=_export)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 fine, 2 nothing could be done."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if getattr(arguments, "store", "") is None:
        parser.error(f"name a store, or set {STORE_VARIABLE}")
    try:
        arguments.run(arguments)
    except (StoreError, DatasetError, DrawingError, WeightsError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
