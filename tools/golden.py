"""The golden record: what every method reads on sixty drawings, so that a change of behaviour shows.

``python -m tools.golden make`` computes the expected values anew from the drawings in ``tests/golden`` and prints what
changed, drawing by drawing: look at it before you commit.  ``python -m tools.golden draw --data FOLDER`` makes the
drawings themselves anew from the data folder.  ``tests/golden/README.md`` describes the files.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tools.golden_values import CLASSES, METHODS, load_all, read, values

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "golden"

SEED = 2026
"""Of the drawings."""

BOX, CONFIDENCE, PROBABILITY = 0.05, 1e-4, 1e-4
"""Largest differences that are none: pixels of the drawing for boxes."""

WIDTH, SHORT = 120, 24
"""Characters of a line in the record's JSON files, and of what may share a line with others of its list."""

Values = dict[str, Any]


def names(folder: Path = FOLDER) -> list[str]:
    """The drawings' names, in the record's order."""
    return [entry["name"] for entry in index(folder)["drawings"]]


def index(folder: Path = FOLDER) -> Values:
    """The record's index."""
    return dict(json.loads((folder / "index.json").read_text(encoding="utf-8")))


def drawing(name: str, folder: Path = FOLDER) -> np.ndarray:
    """One of the record's drawings, uint8 ``[H, W, 3]`` RGB."""
    entry = next(entry for entry in index(folder)["drawings"] if entry["name"] == name)
    return read(folder / entry["file"])


def expected(name: str, folder: Path = FOLDER) -> Values | None:
    """A drawing's expected values; None where there are none yet."""
    path = folder / "expected" / f"{name}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def picture(name: str, part: str, folder: Path = FOLDER) -> np.ndarray | None:
    """A network's input (``input`` or ``crops``) as the record has it, uint8 ``[h, w]``; None where there is none."""
    path = folder / "expected" / f"{name}.{part}.png"
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)) if path.is_file() else None


def differences(old: Values, new: Values) -> list[str]:
    """What differs between two records of one drawing, in words; nothing where they tell the same.

    Args:
        old: expected values, as they are written.
        new: other values of the same drawing.
    """
    told = [
        f"{title}: {key} was {_short(old[part].get(key))}, is {_short(new[part].get(key))}"
        for part, title in (
            ("drawing", "pixels"),
            ("ink", "ink map"),
            ("input", "detector's input"),
            ("crops", "crops"),
        )
        for key in sorted(old[part].keys() | new[part].keys())
        if old[part].get(key) != new[part].get(key)
    ]
    for method in sorted(old["methods"].keys() | new["methods"].keys()):
        if method not in old["methods"] or method not in new["methods"]:
            told.append(f"{method}: {'new' if method in new['methods'] else 'gone'}")
            continue
        told += [f"{method}: {line}" for line in _readings(old["methods"][method], new["methods"][method])]
    if old["agreement"] != new["agreement"]:
        told.append(f"agreement: was {old['agreement']['sentence']!r}, is {new['agreement']['sentence']!r}")
    return told


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:12]}...{text[-5:]}"


def _readings(old: Values, new: Values) -> list[str]:
    """What differs between two readings by one method."""
    told = [] if old["reading"] == new["reading"] else [f"reads {new['reading']!r}, read {old['reading']!r}"]
    left = list(new["objects"])
    gone = []
    for was in old["objects"]:
        alike = [each for each in left if _overlap(was["box"], each["box"]) > 0.5]
        if not alike:
            gone.append(was)
            continue
        now = max(alike, key=lambda each: (each["class_id"] == was["class_id"], _overlap(was["box"], each["box"])))
        left.remove(now)
        told += _changes(was, now)
    told += [f"no longer finds {_named(each)}" for each in gone]
    return told + [f"now finds {_named(each)}" for each in left]


def _named(each: Values) -> str:
    box = ", ".join(f"{v:.0f}" for v in each["box"])
    return f"{CLASSES[each['class_id']]} at {box}, confidence {each['confidence']:.3f}"


def _overlap(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two boxes; 1 for two that are the same, even without an area."""
    if list(a) == list(b):
        return 1.0
    across, down = (max(0.0, min(a[k + 2], b[k + 2]) - max(a[k], b[k])) for k in (0, 1))
    union = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - across * down
    return across * down / union if union > 0 else 0.0


def _changes(was: Values, now: Values) -> list[str]:
    """What changed about one object."""
    told = []
    if was["class_id"] != now["class_id"]:
        told.append(f"was {_named(was)}, is {_named(now)}")
    moved = _furthest(was["box"], now["box"])
    if moved > BOX:
        told.append(f"box of {_named(was)} moved by {moved:.2f} pixels")
    if abs(was["confidence"] - now["confidence"]) > CONFIDENCE:
        told.append(f"confidence of {_named(was)} was {was['confidence']:.6f}, is {now['confidence']:.6f}")
    shifted = _furthest(was["probabilities"], now["probabilities"])
    if shifted > PROBABILITY:
        told.append(f"probabilities of {_named(was)} moved by {shifted:.5f}")
    return told


def _furthest(a: Sequence[float], b: Sequence[float]) -> float:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def dumps(value: Any, indent: int = 0, taken: int = 0) -> str:
    """JSON that people can compare: what fits stands on one line, and lists of numbers fill their lines.

    Args:
        value: anything that JSON knows.
        indent: of the line it stands on, in characters.
        taken: characters of that line before it.
    """
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(flat) <= WIDTH - indent - taken:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        keys = [json.dumps(key) + ": " for key in value]
        inner = [pad + key + dumps(each, indent + 2, len(key)) for key, each in zip(keys, value.values(), strict=True)]
    elif all(not isinstance(each, dict) and len(json.dumps(each)) <= SHORT for each in value):
        words = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in value]
        inner = []
        for word in words:
            if inner and len(inner[-1]) + len(word) + 2 < WIDTH:
                inner[-1] += f", {word}"
            else:
                inner.append(pad + word)
    else:
        inner = [pad + dumps(each, indent + 2) for each in value]
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    return f"{opened}\n" + ",\n".join(inner) + f"\n{' ' * indent}{closed}"


def write(path: Path, value: Any) -> None:
    """A JSON file of the record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dumps(value) + "\n", encoding="utf-8")


def keep(name: str, new: Values, pictures: Mapping[str, np.ndarray], folder: Path = FOLDER) -> list[str]:
    """Writes a drawing's expected values where they differ from what is there.

    Returns:
        What changed; nothing where the files were left as they are.
    """
    old = expected(name, folder)
    told = ["new"] if old is None else differences(old, new)
    torn = [p for p in ("input", "crops") if not _same(picture(name, p, folder), pictures.get(p))]
    told += [f"{part}: its picture is not what the record says" for part in torn if not told]
    if told:
        write(folder / "expected" / f"{name}.json", new)
    for part in torn:
        path = folder / "expected" / f"{name}.{part}.png"
        path.unlink(missing_ok=True)
        if part in pictures:
            cv2.imwrite(str(path), pictures[part], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return told


def _same(a: np.ndarray | None, b: np.ndarray | None) -> bool:
    return a is b if a is None or b is None else np.array_equal(a, b)


def make(folder: Path = FOLDER) -> None:
    """Computes all expected values and says what changed."""
    detectors, wanted, changed = load_all(), names(folder), 0
    for path in sorted((folder / "expected").glob("*")):
        if path.name.partition(".")[0] not in wanted:
            print(f"{path.name}: gone")
            path.unlink()
    for name in wanted:
        told = keep(name, *values(drawing(name, folder), detectors), folder)
        changed += bool(told)
        for line in told:
            print(f"{name}: {line}")
    if changed:
        packages = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
        made_with = {"made_with": {package: version(package) for package in packages}}
        write(folder / "index.json", index(folder) | made_with)
    print(f"{changed} of {len(wanted)} drawings changed.")


def draw_all(data: Path, folder: Path = FOLDER) -> None:
    """Makes the drawings and the index anew."""
    from tools.golden_drawings import PLANS, draw, watched

    drawings, entries = watched(data), []
    shutil.rmtree(folder / "drawings", ignore_errors=True)
    (folder / "drawings").mkdir(parents=True)
    for name in PLANS:
        file, content, made_of = draw(name, drawings, SEED)
        if isinstance(content, bytes):
            (folder / "drawings" / file).write_bytes(content)
        else:
            write(folder / "drawings" / file, content)
        entries.append({"name": name, "file": f"drawings/{file}", "made_of": made_of})
    new: Values = {"classes": list(CLASSES), "methods": list(METHODS), "drawings": entries}
    if (folder / "index.json").is_file():
        new = index(folder) | new
    write(folder / "index.json", new)
    print(f"{len(entries)} drawings in {folder / 'drawings'}; now run: python -m tools.golden make")


def main(argv: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make", help="compute the expected values anew and say what changed")
    drawing_anew = commands.add_parser("draw", help="make the drawings anew from the data folder")
    drawing_anew.add_argument("--data", type=Path, required=True, help="the data folder")
    chosen = parser.parse_args(argv)
    if chosen.command == "make":
        make()
    else:
        draw_all(chosen.data)


if __name__ == "__main__":
    main()
