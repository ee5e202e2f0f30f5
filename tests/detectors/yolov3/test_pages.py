"""Pages of many drawings are shown in parts, each drawing in one of them and large enough."""

import numpy as np

from detectors.yolov3.letterbox import render_frame
from detectors.yolov3.pages import MAX_FRAMES, MIN_OBJECT_HEIGHT_PX, frame_page


def grid(rows: int, columns: int, cell: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Ink uint8 ``[H, W]`` of that many bars of 20 x 26 pixels, and their boxes."""
    ink = np.zeros((rows * cell, columns * cell), np.uint8)
    boxes = [(c * cell + 10, r * cell + 7, c * cell + 30, r * cell + 33) for r in range(rows) for c in range(columns)]
    for x1, y1, x2, y2 in boxes:
        ink[y1:y2, x1:x2] = 255
    return ink, np.array(boxes, np.float32)


def test_a_line_is_one_frame() -> None:
    assert len(frame_page(grid(1, 8)[0])) == 1
    assert len(frame_page(np.zeros((400, 400), np.uint8))) == 1


def test_a_page_is_parted_and_nothing_is_lost_or_seen_twice() -> None:
    ink, boxes = grid(10, 10)
    frames = frame_page(ink)
    assert 1 < len(frames) <= MAX_FRAMES
    shown = np.zeros(len(boxes), int)
    for frame in frames:
        width, height = frame.shape
        placed = frame.to_input(boxes)
        inside = (placed[:, :2] > -1).all(1) & (placed[:, 2] < width + 1) & (placed[:, 3] < height + 1)
        shown += inside
        tall = (placed[inside, 3] - placed[inside, 1]).mean()
        assert tall > 0.8 * MIN_OBJECT_HEIGHT_PX
        seen = render_frame(ink, frame)
        x1, y1, x2, y2 = np.round(placed[inside][0]).astype(int)
        assert seen[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].min() > 200
        np.testing.assert_allclose(frame.to_sheet(placed[inside]), boxes[inside], atol=0.2)
    assert (shown == 1).all()


def test_what_cannot_be_parted_stays_whole() -> None:
    ink = grid(10, 10)[0]
    ink[::40, :] = 255  # lines right across
    ink[:, ::40] = 255
    assert len(frame_page(ink)) == 1
