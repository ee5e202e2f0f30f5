"""One drawing through every method: what the page, the endpoint and the command line all show."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from comparison.agreement import compare_matched
from comparison.objects import match_readings
from detectors import CONFIDENCE, IOU, Detections, Detector, keep_best
from ink.sheet import Sheet

UNEVEN_LIGHT = "The light on this picture is too uneven to be sure of the reading."


@dataclass(frozen=True, eq=False)
class Reading:
    """What one method found on a drawing: its proposals before any threshold, and how long it took."""

    proposals: Detections
    milliseconds: float

    def shown(self, confidence: float = CONFIDENCE, iou: float = IOU) -> Detections:
        """What is left of the proposals at these settings; no model runs."""
        return keep_best(self.proposals, confidence, iou)


def sheet_notes(sheet: Sheet) -> list[str]:
    """What a person has to know of a drawing beside its readings, in sentences."""
    return ([] if sheet.paper.certain else [UNEVEN_LIGHT]) + sheet.notes


def read_sheet(sheet: Sheet, detectors: Mapping[str, Detector]) -> dict[str, Reading]:
    """Runs every detector on a drawing."""
    readings = {}
    for name, detector in detectors.items():
        proposals, milliseconds = sheet.measure(partial(detector.proposals, [sheet]))
        readings[name] = Reading(proposals[0], milliseconds)
    return readings


def readings_to_json(
    readings: Mapping[str, Reading], confidence: float = CONFIDENCE, iou: float = IOU
) -> dict[str, Any]:
    """The endpoint's answer: every method's reading, all in one reading order, and where each pair of them agrees."""
    shown = {name: reading.shown(confidence, iou) for name, reading in readings.items()}
    matched = match_readings(list(shown.values()))
    pairs = {
        f"{a} / {b}": compare_matched(matched, i, j, (a, b)).to_json()
        for (i, a), (j, b) in itertools.combinations(enumerate(shown), 2)
    }
    return {
        "methods": {
            name: {
                "reading": text,
                "milliseconds": round(readings[name].milliseconds, 2),
                "detections": found.to_json(),
            }
            for (name, found), text in zip(shown.items(), matched.texts, strict=True)
        },
        "agreement": {"agree": all(p["agree"] for p in pairs.values()), "pairs": pairs},
    }


def sheet_to_json(sheet: Sheet, detectors: Mapping[str, Detector]) -> dict[str, Any]:
    """Reads a drawing by every method: :func:`readings_to_json`, and ``notes`` on the drawing itself."""
    return readings_to_json(read_sheet(sheet, detectors)) | {"notes": sheet_notes(sheet)}
