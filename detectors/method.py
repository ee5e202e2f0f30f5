"""What there is to know of a method before it is loaded: one entry each in the registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detectors.detector import Detector

DASHES = ("-", "--", ":", "-.")
"""Styles of lines in diagrams, as Matplotlib names them."""


@dataclass(frozen=True)
class MethodSpec:
    """A method's entry; the page, the command line, evaluation, training and cards go by it.

    Attributes:
        name: as registered and in every file.
        approach: what the page calls this way of reading: "Detection", "Segmentation" or "Together".
        label: what runs, for people.
        colour: of its lines in diagrams, ``#RRGGBB``.
        dash: of its lines, one of ``DASHES``.
        load: makes the detector from a folder of weights, and of the detectors it rests on, if it does; WeightsError
            where the weights can't be used.
        weights: name of its weight files without their endings; empty where it has none of its own.
        rests_on: names of the methods whose readings it judges.
    """

    name: str
    approach: str
    label: str
    colour: str
    dash: str
    load: Callable[..., Detector]
    weights: str = ""
    rests_on: tuple[str, ...] = ()
