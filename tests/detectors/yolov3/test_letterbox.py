import numpy as np
import pytest

from detectors.yolov3.letterbox import (
    INPUT_SHAPES,
    MARGIN_SHARE,
    MAX_BLANK_STRIP,
    MAX_OBJECT_HEIGHT_PX,
    MAX_ZOOM,
    MIN_RELATIVE_ZOOM,
    fold_blank_strips,
    frame_ink,
    render_frame,
    tallest_object,
)


def sheet(shape: tuple[int, int], *boxes: tuple[int, int, int, int]) -> np.ndarray:
    ink = np.zeros(shape, np.uint8)
    for x1, y1, x2, y2 in boxes:
        ink[y1:y2, x1:x2] = 255
    return ink


def inked(ink: np.ndarray) -> list[int]:
    ys, xs = np.nonzero(ink > 128)
    return [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]


CASES = [
    # sheet (h, w), inked box (x1, y1, x2, y2), the shape expected
    ((400, 400), (100, 120, 300, 300), (96, 96)),  # the usual
    ((400, 400), (0, 0, 400, 400), (96, 96)),  # all of it
    ((500, 800), (700, 400, 790, 495), (96, 96)),  # in a corner
    ((400, 400), (20, 120, 380, 280), (192, 96)),  # wide
    ((300, 800), (10, 15, 780, 265), (288, 96)),  # wider
    ((40, 800), (10, 5, 780, 35), (384, 96)),  # very wide
    ((800, 40), (5, 10, 35, 780), (96, 96)),  # tall: only its height counts
    ((28, 28), (10, 4, 18, 24), (96, 96)),  # an MNIST image
    ((400, 400), (200, 200, 203, 203), (96, 96)),  # a speck
]


@pytest.mark.parametrize(("size", "box", "shape"), CASES)
def test_ink_ends_up_inside_and_large(
    size: tuple[int, int], box: tuple[int, int, int, int], shape: tuple[int, int]
) -> None:
    ink = sheet(size, box)
    frame = frame_ink(ink)
    seen = render_frame(ink, frame)
    assert frame.shape == shape
    assert seen.shape == shape[::-1]
    x1, y1, x2, y2 = frame.to_input(np.array([box], np.float32))[0]
    assert min(x1, y1) > -0.5
    assert x2 < shape[0] + 0.5
    assert y2 < shape[1] + 0.5
    assert frame.zoom <= MAX_ZOOM + 0.1
    assert y2 - y1 < MAX_OBJECT_HEIGHT_PX * 1.05
    # The ink has its full height, or fills the input, or is a speck.
    full = max((y2 - y1) / MAX_OBJECT_HEIGHT_PX, (x2 - x1) / shape[0] * (1 + 2 * MARGIN_SHARE))
    assert full > MIN_RELATIVE_ZOOM - 0.02 or frame.zoom > MAX_ZOOM - 0.1
    np.testing.assert_allclose(inked(seen), [x1, y1, x2, y2], atol=2.1)
    np.testing.assert_allclose(frame.to_sheet(np.array([[x1, y1, x2, y2]]))[0], box, atol=0.1)


def test_shapes_fit_the_grids_and_the_cheapest_comes_first() -> None:
    areas = [width * height for width, height in INPUT_SHAPES]
    assert areas == sorted(areas)
    assert max(areas) == 192 * 192
    assert all(side % 32 == 0 for shape in INPUT_SHAPES for side in shape)


def test_several_drawings_get_a_larger_input_and_stay_as_large() -> None:
    one = (40, 40, 120, 140)
    alone = frame_ink(sheet((400, 400), one))
    four = frame_ink(sheet((400, 400), one, (240, 40, 320, 140), (40, 240, 120, 340), (240, 240, 320, 340)))
    assert (alone.shape, four.shape) == ((96, 96), (192, 192))
    assert four.zoom > MIN_RELATIVE_ZOOM * alone.zoom * 0.9
    # Small ones beside a large one shrink with it.
    mixed = frame_ink(sheet((400, 400), (20, 20, 200, 380), (260, 300, 290, 340)))
    assert mixed.zoom == pytest.approx(MAX_OBJECT_HEIGHT_PX / 360, rel=0.12)


def test_height_of_the_tallest_drawing() -> None:
    assert tallest_object(sheet((400, 400), (10, 10, 60, 110), (200, 50, 260, 250))) == pytest.approx(200, rel=0.05)
    # Strokes that nearly meet are one drawing; those far apart are not.
    assert tallest_object(sheet((400, 400), (100, 100, 120, 200), (100, 206, 120, 300))) == pytest.approx(200, rel=0.06)
    assert tallest_object(sheet((400, 400), (100, 100, 120, 200), (100, 240, 120, 300))) == pytest.approx(100, rel=0.1)
    assert tallest_object(sheet((400, 400), (5, 5, 6, 6))) >= 1
    assert tallest_object(np.full((1, 900), 255, np.uint8)) >= 1  # thinner than the pixels it is measured in


def test_blank_paper_between_drawings_is_folded_away() -> None:
    boxes = [(20, 30, 60, 80), (700, 40, 740, 90), (90, 420, 130, 470)]
    ink = sheet((500, 800), *boxes)
    columns, rows = fold_blank_strips(ink)
    assert len(columns) < 300
    assert len(rows) < 200
    frame = frame_ink(ink)
    seen = render_frame(ink, frame)
    assert frame.zoom > 0.9  # without folding 192 / 800, a quarter of it
    # Every box is where its ink is, in the input and back on the sheet.
    there = frame.to_input(np.array(boxes, np.float32))
    assert (np.array([seen[int(y1) + 3, int(x1) + 3] for x1, y1, *_ in there]) > 200).all()
    np.testing.assert_allclose(frame.to_sheet(there), boxes, atol=0.1)
    np.testing.assert_allclose(frame.enlarged(2.5).to_sheet(there), np.array(boxes) * 2.5, atol=0.3)
    # No gap shrinks below the limit, and the ink itself is whole.
    assert there[1, 0] - there[0, 2] > MAX_BLANK_STRIP * 40 * frame.zoom * 0.9
    assert seen.sum() / 255 == pytest.approx(sum((b[2] - b[0]) * (b[3] - b[1]) for b in boxes) * frame.zoom**2, rel=0.1)


def test_a_digit_whose_strokes_do_not_meet_stays_as_it_is() -> None:
    ink = sheet((400, 400), (100, 100, 200, 150), (100, 165, 110, 260), (125, 165, 190, 260))
    assert [len(kept) for kept in fold_blank_strips(ink)] == [400, 400]


def test_narrow_strokes_side_by_side_keep_their_distance() -> None:
    ink = sheet((400, 400), *((100 + 30 * k, 100, 104 + 30 * k, 160) for k in range(4)))
    columns, _ = fold_blank_strips(ink)
    gaps = np.diff(np.flatnonzero(ink[:, columns].any(0)))
    assert gaps.max() == 25  # 40 % of a one's height, and the step from one stroke to the next


def test_an_empty_sheet_is_shown_whole() -> None:
    ink = np.zeros((100, 300), np.uint8)
    frame = frame_ink(ink)
    assert render_frame(ink, frame).max() == 0
    assert frame.width > 300
    assert frame.to_sheet(np.zeros((0, 4), np.float32)).shape == (0, 4)


def test_thin_pens_stay_visible_when_reduced() -> None:
    ink = sheet((1600, 1600), (100, 100, 1500, 102), (100, 100, 102, 1500))
    frame = frame_ink(ink)
    seen = render_frame(ink, frame)
    assert frame.zoom < 0.1
    assert seen[seen.shape[0] // 2].max() > 140
