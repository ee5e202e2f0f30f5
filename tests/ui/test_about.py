"""What runs is told by the cards of the weights, and what comes from the environment is checked."""

from __future__ import annotations

import json

import pytest

from detectors import DETECTORS
from tests.helpers import FAKE_DETECTORS, FakeDetector
from ui.html.about import render_about, render_methods, render_snippets
from weights.store import WEIGHTS_FOLDER


def test_every_method_stands_there_with_its_weights() -> None:
    html = render_methods(FAKE_DETECTORS | {"own": FakeDetector("own", "Detection", 4)})
    for name in FAKE_DETECTORS:
        card = json.loads((WEIGHTS_FOLDER / f"{DETECTORS[name].weights}.json").read_text())
        assert card["sha256"][:12] in html
    assert html.count("<td>none</td>") == 1


@pytest.mark.parametrize(
    ("space", "offered"),
    [("someone/digit-duel", True), (None, False), ("", False), ('x/y" onclick="', False), ("../..", True)],
)
def test_a_space_can_be_duplicated_and_nothing_else(space: str | None, offered: bool) -> None:
    html = render_snippets(space)
    assert ("?duplicate=true" in html) == offered
    assert "onclick" not in html
    assert "&lt;iframe" in html


def test_it_is_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/digit-duel")
    assert "spaces/someone/digit-duel?duplicate=true" in render_about(FAKE_DETECTORS)
