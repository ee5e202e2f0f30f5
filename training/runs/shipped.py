"""Shipped classifiers that a training command asks; a wrong name or damaged weights end the program in words."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from classifiers import CLASSIFIERS, load_classifier
from training.runs.settings import refusals_in_words
from weights.store import WEIGHTS_FOLDER


def check_classifier(name: str) -> None:
    """Ends the program in words where there is no classifier called ``name``."""
    if name not in CLASSIFIERS:
        raise SystemExit(f"There is no classifier called {name}; there are {' and '.join(CLASSIFIERS)}.")


def shipped_network(name: str, folder: Path = WEIGHTS_FOLDER) -> nn.Module:
    """The shipped classifier called ``name``, for inference; ends the program in words where there is none."""
    check_classifier(name)
    with refusals_in_words():
        classifier = load_classifier(name, folder)
        assert classifier.net is not None
        return classifier.net()
