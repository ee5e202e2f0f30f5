"""What the page without a server shares with this code; its own tests are in web/tests."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from detectors import DETECTORS, load_detectors
from detectors.segmentation.scoring import ScoreConfig
from tools.web_constants import PATH, collect_constants, render_constants
from tools.web_fixtures import drawing_files, write_fixture
from tools.web_hands import HAND_COUNT, write_hands
from ui.html.notices import render_title

WEB = Path(__file__).resolve().parents[2] / "web"


def test_the_constants_are_this_codes() -> None:
    """`python -m tools.web_constants` writes them."""
    assert PATH.read_text(encoding="utf-8") == render_constants()


def test_constants_are_named_once_and_plain() -> None:
    found = collect_constants()
    names = [(name, json.dumps(value)) for own in found.values() for name, value in own.items()]
    assert len(names) == len(set(names))
    assert found["detectors.detector"]["CONFIDENCE"] == 0.5
    assert found["detectors.segmentation.scoring"]["COSTS"] == asdict(ScoreConfig())


def test_packages_come_from_the_public_registry_only() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    for each in packages.values():
        assert each.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/")


def test_some_two_hundred_drawings_are_compared() -> None:
    files = drawing_files()
    assert len(files) == 227
    assert all(path.stat().st_size < 2_000_000 for path in files.values())


def test_a_fixture_tells_every_step(tmp_path: Path) -> None:
    image = np.full((60, 80, 3), 255, np.uint8)
    image[10:50, 38:42] = 0
    detectors = load_detectors()
    write_fixture(tmp_path / "one", image, detectors, detectors)
    values = json.loads((tmp_path / "one.json").read_text())
    assert values["ink"]["shape"] == [60, 80]
    assert values["segmentation"]["pieces"] == [[38, 10, 42, 50]]
    assert set(values["methods"]) == set(DETECTORS)
    assert values["page"] == {name: each["reading"] for name, each in values["methods"].items()}
    assert values["referee"]["decisions"]["reasons"] == ["both"]
    assert values["referee"]["together"] == ["1", "both say so."]
    assert (tmp_path / "one.bin").stat().st_size >= values["methods"]["contours-vit"]["probabilities"]["end"]


def test_a_dozen_hands_are_written(tmp_path: Path) -> None:
    write_hands(tmp_path / "hands.json")
    hands = json.loads((tmp_path / "hands.json").read_text())
    assert len(hands) == HAND_COUNT
    assert sum(hand["signs"]["glyphs"] is not None for hand in hands) >= 4
    assert all(len(hand["made"]) == 10 for hand in hands)
    assert (tmp_path / "hands.json").stat().st_size < 2_000_000


def test_the_title_links_to_the_page_without_a_server_where_there_is_one() -> None:
    assert "href" not in render_title()
    assert 'href="https://example.org/?a&amp;b"' in render_title("https://example.org/?a&b")
