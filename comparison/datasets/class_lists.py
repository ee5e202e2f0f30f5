"""The names of a YOLO set's classes, in whatever file its tool left them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import yaml

from comparison.datasets.dataset import DatasetError
from comparison.datasets.labels import ClassList, Findings, class_of_label
from comparison.datasets.names import display_name
from comparison.datasets.walk import SetFolder
from models.classes import CLASSES

MAX_YAML_BYTES = 100_000
"""A file that names classes at most."""

LIST_NAMES = {"classes.txt", "labels.txt", "names.txt", "class_names.txt", "predefined_classes.txt", "_classes.txt"}
"""Names under which tools write a list of class names."""

MAIN_YAML_NAMES = ("data.yaml", "data.yml", "dataset.yaml", "dataset.yml")
"""Names under which YOLO keeps what a set is."""

MAX_LISTS = 20
"""Lists of class names of a set at most."""

MAX_LIST_LINES = 1000
"""Lines of a list of class names at most."""


def names_from_yaml(text: str) -> list[str] | None:
    """What a YAML file names under its top-level key "names", a list or a table by number; None where it names nothing.

    It is read event by event and nothing is built from it, so that no alias is printed out and no tag does anything.

    Raises:
        ValueError: it is no YAML, or holds aliases or anything but scalars there.
    """
    try:
        events = list(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError("it is no YAML") from error
    if any(isinstance(event, yaml.AliasEvent) for event in events):
        raise ValueError("it holds aliases, which no list of names needs")
    depth, is_key, inside = 0, True, None
    scalars: list[str] = []
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if inside is not None and depth > 2:
                raise ValueError("its names are no plain list")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
            if inside is not None and depth == 1:
                return _in_order(scalars, isinstance(event, yaml.MappingEndEvent))
            is_key = True if depth == 1 else is_key
        elif isinstance(event, yaml.ScalarEvent):
            if inside is not None and depth == 2:
                scalars.append(event.value)
            elif inside is not None:
                raise ValueError("its names are no list")
            elif depth == 1:
                inside = event if is_key and event.value == "names" else None
                is_key = not is_key
    return None


def _in_order(scalars: list[str], is_table: bool) -> list[str]:
    if not is_table:
        return scalars
    try:
        table = {int(float(number)): name for number, name in zip(scalars[::2], scalars[1::2], strict=True)}
    except (ValueError, OverflowError) as error:
        raise ValueError("its names have no numbers") from error
    if not table or min(table) < 0 or max(table) > MAX_LIST_LINES:
        raise ValueError("its names have no numbers")
    return [table.get(k, "") for k in range(max(table) + 1)]


def names_from_text(text: str) -> list[str]:
    """One name per line, or all of them on one line with commas."""
    lines = text.strip("\r\n").splitlines()[:MAX_LIST_LINES]
    return [name.strip() for name in (lines[0].split(",") if len(lines) == 1 and "," in lines[0] else lines)]


def names_from_json(content: Any) -> list[str] | None:
    """Label Studio's notes.json: categories with numbers and names, and no images."""
    categories = content.get("categories") if isinstance(content, dict) and "images" not in content else None
    if not isinstance(categories, list):
        return None
    table = {
        c["id"]: str(c["name"])
        for c in categories
        if isinstance(c, dict) and isinstance(c.get("id"), int) and 0 <= c["id"] < MAX_LIST_LINES and "name" in c
    }
    return [table.get(k, "") for k in range(max(table) + 1)] if table else None


def _names_in(folder: SetFolder, path: Path) -> list[str] | None:
    suffix, is_list = path.suffix.lower(), path.name.lower() in LIST_NAMES
    if suffix in (".yaml", ".yml"):
        try:
            names = names_from_yaml(folder.read_text(path, MAX_YAML_BYTES))
        except ValueError as error:
            raise DatasetError(f"{display_name(path)} names no classes: {error}.") from error
        if not names and path.name.lower() in MAIN_YAML_NAMES:
            raise DatasetError(f"{display_name(path)} names no classes: it has no names.")
        return names
    if suffix == ".json":
        return names_from_json(folder.read_label_file(path).content) if path.stem.lower() == "notes" else None
    names = names_from_text(folder.read_text(path, MAX_YAML_BYTES))
    known = sum(class_of_label(name) is not None for name in names)
    return names if is_list or suffix in (".names", ".labels") or 2 * known > len(names) else None


def _candidates(folder: SetFolder) -> list[tuple[int, Path]]:
    """Files that may name classes and how surely: 0 where that is what they are for, 3 where their lines decide."""
    kinds = []
    for path in folder.with_suffix(".yaml", ".yml", ".names", ".labels", ".txt", ".json"):
        name, suffix = path.name.lower(), path.suffix.lower()
        if name in MAIN_YAML_NAMES:
            kinds.append((0, path))
        elif suffix in (".yaml", ".yml"):
            kinds.append((1, path))
        elif name in LIST_NAMES or suffix in (".names", ".labels") or name == "notes.json":
            kinds.append((2, path))
        elif suffix == ".txt" and not folder.has_picture_named(path.stem):
            kinds.append((3, path))
    return sorted(kinds)


def _all_lists(folder: SetFolder, found: Findings) -> list[ClassList]:
    lists: list[ClassList] = []
    errors: list[str] = []
    for kind, path in _candidates(folder):
        if len(lists) == MAX_LISTS:
            found.refusal = f"The set has more than {MAX_LISTS} lists of class names."
            break
        try:
            names = _names_in(folder, path)
        except DatasetError as error:
            errors.append(str(error))
            continue
        if names and any(class_of_label(name) is not None for name in names):
            lists.append(ClassList(kind, path, names))
        elif names:
            found.notes.skipped[f"{display_name(path)} names none of the twelve classes and was passed over."] += 1
    if lists:
        found.notes.skipped.update(errors)
    elif errors:
        found.refusal = errors[0]
    else:
        told = "The set names no classes: its numbers are taken for the digits, 10 for censored and 11 for other."
        found.notes.assumed[told] += 1
    return lists


def find_class_list(folder: SetFolder, label_file: Path, found: Findings) -> list[str]:
    """The names that the numbers of a label file mean: the nearest list's, or ours where the set has none.

    Where two lists that are equally near and of one kind differ, the set is refused.
    """
    if found.class_lists is None:
        found.class_lists = _all_lists(folder, found)
    if not found.class_lists:
        return list(CLASSES)

    def distance(each: ClassList) -> int:
        shared = zip(each.path.parent.parts, label_file.parent.parts, strict=False)
        return -sum(itertools.takewhile(bool, (a == b for a, b in shared)))

    best = min(found.class_lists, key=lambda each: (distance(each), each.kind))
    for other in found.class_lists:
        if other.names != best.names and distance(other) == distance(best):
            text = f"{display_name(best.path)} and {display_name(other.path)} name the classes differently"
            if other.kind == best.kind:
                found.refusal = f"{text}; leave one of them in the set."
            else:
                found.notes.assumed[f"{text}; the first was used."] = 1
    return best.names
