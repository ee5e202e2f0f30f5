"""How the page groups the methods and what it calls them."""

from __future__ import annotations

from collections.abc import Mapping

from detectors import Detector


def methods_by_approach(detectors: Mapping[str, Detector]) -> dict[str, list[str]]:
    """Approach -> names of its methods; each approach that looks at the drawing itself gets one panel."""
    table: dict[str, list[str]] = {}
    for name, detector in detectors.items():
        if not detector.ways:
            table.setdefault(detector.approach, []).append(name)
    return table


def method_name(detector: Detector) -> str:
    """What a plot, a card or a table calls a method; of one that judges others, with their names."""
    if detector.ways:
        return f"{detector.approach}, {' + '.join(way.label for way in detector.ways)}"
    return f"{detector.approach}, {detector.label}" if detector.approach == "Segmentation" else detector.label
