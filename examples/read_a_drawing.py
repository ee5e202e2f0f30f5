"""Every method reads one drawing: ``python -m examples.read_a_drawing [PICTURE]``."""

import sys
from pathlib import Path

from detectors import DETECTORS, load_detector, read_drawing

SAMPLE = Path(__file__).resolve().parents[1] / "ui" / "examples" / "4-touching.png"


def main(picture: str | Path = SAMPLE) -> None:
    """Prints what each method reads, and every object with its confidence and box."""
    drawing = read_drawing(picture)  # uint8 [H, W, 3]; a DrawingError says in words what is wrong with a file
    for name in DETECTORS:
        detections = load_detector(name)(drawing)
        print(f"{name}: {detections.reading() or 'nothing'}")
        for item in detections.to_json():
            print(f"    {item['label']:8} {item['confidence']:.2f} at {[round(v) for v in item['box']]}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
