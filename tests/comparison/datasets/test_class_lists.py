"""Where the names of a YOLO set's classes stand, and what no such file may do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from comparison.datasets.class_lists import names_from_json, names_from_text, names_from_yaml
from comparison.datasets.dataset import DatasetError
from comparison.datasets.labels import class_of_label
from comparison.datasets.readers import read_dataset

LABELS = [
    ("7", 7), (" 7 ", 7), ("07", 7), ("7.0", 7), ("'7'", 7), ("seven", 7), ("Seven", 7), ("digit_7", 7), ("digit 7", 7),
    ("Digit-7", 7), ("class_7", 7), ("digit_seven", 7), ("number7", 7), ("7 - seven", 7), ("7_seven", 7), ("\uff17", 7),
    ("zero", 0), ("0", 0), ("10", 10), ("censored", 10), ("Censored", 10), ("other", 11), ("11", 11),
    ("", None), ("cat", None), ("12", None), ("77", None), ("7 - eight", None), ("7a", None), ("-1", None),
    ("digit", None), ("7" * 5000, None), ("\u0000", None),
]  # fmt: skip


@pytest.mark.parametrize(("label", "expected"), LABELS)
def test_what_a_label_means(label: str, expected: int | None) -> None:
    assert class_of_label(label) == expected


YAML = [
    ("names: [a, b]", ["a", "b"]),
    ("names:\n- '5'\n- 7 # seven\n", ["5", "7"]),
    ("path: .\ntrain: [x, y]\nnames: {0: a, 1: b}\nnc: 2", ["a", "b"]),
    ("names:\n  1: b\n  0: a\n", ["a", "b"]),
    ("names:\n  2: c\n  0: a\n", ["a", "", "c"]),
    ("roboflow: {names: 3, deep: {er: [1]}}\nnames: [a]", ["a"]),
    ("other: [names, 1]\n", None),
    ("- names\n", None),
    ("", None),
    ("names: []", []),
]


@pytest.mark.parametrize(("text", "names"), YAML)
def test_names_in_yaml(text: str, names: list[str] | None) -> None:
    assert names_from_yaml(text) == names


HOSTILE_YAML = {
    "aliases": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nnames: [*b, *b]\n",
    "deep": "names: " + "[" * 50_000,
    "deep but closed": "names: " + "[" * 500 + "]" * 500,
    "lists inside": "names: [[1], [2]]",
    "a word": "names: classes.txt",
    "no numbers": "names: {a: b}",
    "a far number": "names: {99999999999: b}",
    "broken": "names: [",
    "control characters": "names: [\x00]",
}


@pytest.mark.parametrize("text", HOSTILE_YAML.values(), ids=HOSTILE_YAML.keys())
def test_yaml_that_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"it is no YAML|its names|it holds aliases"):
        names_from_yaml(text)


def test_names_in_text_and_json() -> None:
    assert names_from_text("a\r\nb \n\nc\n") == ["a", "b", "", "c"]
    assert names_from_text("a, b,c\n") == ["a", "b", "c"]
    assert names_from_text("") == []
    assert names_from_json({"categories": [{"id": 1, "name": "b"}, {"id": 0, "name": "a"}, 3]}) == ["a", "b"]
    assert names_from_json({"categories": [], "images": []}) is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One picture with an object of class number 1."""
    Image.new("RGB", (100, 100), "white").save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("1 0.5 0.5 0.2 0.2\n")
    return tmp_path


LISTS = {
    "data.yaml": "names: ['9', '8']\n",
    "digits.yaml": "names: ['9', '8']\n",
    "my set.yml": "names: {0: nine, 1: eight}\n",
    "classes.txt": "9\n8\n",
    "obj.names": "9\n8\n",
    "_darknet.labels": "digit_9\ndigit_8\n",
    "notes.json": '{"categories": [{"id": 0, "name": "9"}, {"id": 1, "name": "8"}]}',
    "which digit.txt": "nine\neight\n",
}


@pytest.mark.parametrize("name", LISTS)
def test_class_lists_under_any_name(folder: Path, name: str) -> None:
    (folder / name).write_text(LISTS[name])
    dataset = read_dataset(folder)
    assert dataset.samples[0].class_id.tolist() == [8]
    assert dataset.assumed == []


def test_our_own_order_is_assumed_in_so_many_words(folder: Path) -> None:
    dataset = read_dataset(folder)
    assert dataset.samples[0].class_id.tolist() == [1]
    assert dataset.assumed[0].startswith("The set names no classes")


def test_the_nearest_list_counts(tmp_path: Path) -> None:
    for home, names in (("a", "9\n8"), ("b", "7\n6")):
        (tmp_path / home).mkdir()
        Image.new("RGB", (100, 100), "white").save(tmp_path / home / "x.png")
        (tmp_path / home / "x.txt").write_text("1 0.5 0.5 0.2 0.2\n")
        (tmp_path / home / "classes.txt").write_text(names)
    assert [s.class_id.tolist() for s in read_dataset(tmp_path).samples] == [[8], [6]]


def test_two_lists_that_differ(folder: Path) -> None:
    (folder / "data.yaml").write_text(LISTS["data.yaml"])
    (folder / "classes.txt").write_text("1\n2\n")
    dataset = read_dataset(folder)
    assert dataset.samples[0].class_id.tolist() == [8]
    assert dataset.assumed == ["data.yaml and classes.txt name the classes differently; the first was used."]
    (folder / "data.yaml").unlink()
    (folder / "obj.names").write_text("3\n4\n")
    with pytest.raises(DatasetError, match=r"classes.txt and obj.names name the classes differently"):
        read_dataset(folder)


@pytest.mark.parametrize("text", [*HOSTILE_YAML.values(), "nc: 3\n", "#" * 100_001])
def test_a_list_that_cannot_be_used_refuses_the_set(folder: Path, text: str) -> None:
    """Its classes are not guessed."""
    (folder / "data.yaml").write_text(text)
    with pytest.raises(DatasetError, match=r"data.yaml (names no classes|is too large)"):
        read_dataset(folder)


def test_too_many_lists(folder: Path) -> None:
    for k in range(30):
        (folder / f"{k}.names").write_text("1\n2\n")
    with pytest.raises(DatasetError, match="more than 20 lists"):
        read_dataset(folder)


def test_a_picture_named_as_a_list_is_no_part_of_the_set(folder: Path) -> None:
    (folder / "classes.txt").write_text("9\n8\n")
    Image.new("RGB", (50, 50), "white").save(folder / "classes.jpg")
    assert [s.path.name for s in read_dataset(folder).samples] == ["a.png"]
