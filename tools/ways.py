"""Numbers of validation writers, made into pictures in many ways, and how many of them each method reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from tqdm import tqdm

from detectors import Detections, keep_best, load_detectors
from ink.sheet import Sheet
from models.classes import CENSORED
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.runs.settings import refusals_in_words
from training.scenes.composer import Scene, compose_scene

METHODS = ("yolov3", "contours-cnn", "referee")
"""The methods that read."""

Rng = np.random.Generator
Way = Callable[[Scene, Rng], np.ndarray]
"""From a number as it was composed to a picture, uint8 ``[h, w, 3]`` RGB."""


def digits_of(classes: np.ndarray, boxes: np.ndarray) -> list[int]:
    """The digits from left to right."""
    return [int(each) for each in classes[np.argsort(boxes[:, 0])] if each < CENSORED]


def compose_numbers(data: Path, count: int, rng: Rng) -> list[Scene]:
    """Numbers of validation writers on sheets that are read at full size."""
    glyphs = load_glyphs(data, "val")
    made: list[Scene] = []
    while len(made) < count:
        scene = compose_scene(glyphs, rng, "row")
        if Sheet(scene.image).scale == 1:
            made.append(scene)
    return made


def compare_ways(told: str | None, ways: Mapping[str, Way]) -> None:
    """Prints a table: the share of numbers whose digits are all right, by way and method.

    Args:
        told: what the command does, for its help.
        ways: by what they are called.
    """
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the data folder")
    parser.add_argument("--count", type=int, default=40, help="numbers")
    parser.add_argument("--seed", type=int, default=55)
    settings = parser.parse_args()
    with refusals_in_words():
        numbers = compose_numbers(settings.data, settings.count, np.random.default_rng(settings.seed))
    detectors = {name: each for name, each in load_detectors().items() if name in METHODS}
    print(f"| way | {' | '.join(detectors)} |\n| --- |{' --- |' * len(detectors)}")
    for name, way in tqdm(ways.items(), unit="way"):
        # One seed for every way: what another one draws does not matter.
        rng = np.random.default_rng(settings.seed)
        right = dict.fromkeys(detectors, 0)
        for number in numbers:
            sheet = Sheet(np.ascontiguousarray(way(number, rng)))
            for method, detector in detectors.items():
                found: Detections = keep_best(detector.proposals([sheet])[0])
                right[method] += digits_of(found.class_id, found.xyxy) == digits_of(number.class_id, number.xyxy)
        print(f"| {name} | {' | '.join(f'{count / len(numbers):.2f}' for count in right.values())} |", flush=True)
