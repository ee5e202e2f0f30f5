"""Paper of every kind a person photographs, with the same four digits: their ink has to come out nearly the same."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from ink.drawing import as_drawing
from ink.ink import ink_bounds
from ink.paper import ink_map, read_paper
from tests.helpers import draw_digits

CLEAN = draw_digits((4, (80, 190), 90), (0, (160, 190), 90), (7, (240, 190), 90), (2, (320, 190), 90))
ROWS, COLUMNS = np.mgrid[0:400, 0:400].astype(np.float32)


def photograph(light: np.ndarray, noise: float = 3.0) -> np.ndarray:
    """The digits in grey ink on paper under this light, 0 to 1."""
    grey = (60 + 150 * (CLEAN[..., 0] / 255.0)) * light
    grey = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8)
    grey += np.random.default_rng(0).normal(size=grey.shape) * noise
    return cv2.merge([np.clip(grey, 0, 255).astype(np.uint8)] * 3)


def falls_off() -> np.ndarray:
    return photograph(1 - 0.5 * COLUMNS / 400)


def vignette() -> np.ndarray:
    return photograph(1 - 0.5 * (np.hypot(ROWS - 200, COLUMNS - 200) / 283) ** 2)


def corner_shadow() -> np.ndarray:
    return photograph(1 - 0.45 / (1 + np.exp((np.hypot(ROWS - 400, COLUMNS - 400) - 220) / 6)))


def blackboard() -> np.ndarray:
    return 255 - photograph(1 - 0.4 * ROWS / 400)


def colour_gradient() -> np.ndarray:
    low, high = np.array([255, 200, 120]), np.array([120, 200, 255])
    paper = low + (high - low) * (ROWS / 400)[..., None]
    return np.where(CLEAN < 128, 0, paper).astype(np.uint8)


def on_a_table() -> np.ndarray:
    image = np.full((520, 520, 3), (120, 80, 50), np.uint8)
    image[60:460, 60:460] = CLEAN
    return image


def partly_in_the_shadow_on_a_table() -> np.ndarray:
    image = np.full((520, 520, 3), 55, np.uint8)
    image[60:460, 60:460] = photograph(np.where(COLUMNS + ROWS < 240, 0.5, 1).astype(np.float32))
    return image


def ruled_on_a_table() -> np.ndarray:
    image = np.full((520, 520, 3), (70, 50, 40), np.uint8)
    image[60:460, 60:460] = ruled()
    return image


def squared_on_a_table() -> np.ndarray:
    """Lines fade with the light, which must not fade at the paper's rim."""
    image = np.full((520, 520, 3), (70, 50, 40), np.uint8)
    image[60:460, 60:460] = np.minimum(squared(), photograph(1 - 0.3 * COLUMNS / 400))
    return image


def coloured_note_on_a_light_table() -> np.ndarray:
    """The note is hardly darker than the table, but yellow."""
    image = np.full((520, 520, 3), (225, 222, 218), np.uint8)
    image[60:460, 60:460] = (np.array([235, 220, 90]) * (0.25 + 0.75 * CLEAN / 255.0)).astype(np.uint8)
    return image


def dark_note_on_a_light_table() -> np.ndarray:
    image = np.full((520, 520, 3), 230, np.uint8)
    image[60:460, 60:460] = 90 + (255 - CLEAN) // 2
    return image


def filling_the_picture_askew() -> np.ndarray:
    """Of the table only wedges are seen, whose tips are finer than what the paper is looked for on."""
    image = photograph(1 - 0.2 * ROWS / 400)
    image[(ROWS < 24 - 0.06 * COLUMNS) | (ROWS > 412 - 0.06 * COLUMNS) | (COLUMNS < 0.05 * ROWS - 2)] = (35, 30, 30)
    return image


def askew(rise: float, squares: bool) -> np.ndarray:
    """Rulings 26 pixels apart that rise by so much a pixel, on paper that grows darker."""
    image = photograph(1 - 0.3 * COLUMNS / 400).astype(int)
    lines = (ROWS + rise * COLUMNS) % 26 < 1.5
    if squares:
        lines |= (COLUMNS - rise * ROWS) % 26 < 1.5
    image[lines] -= (60, 40, 15)
    return np.clip(image, 0, 255).astype(np.uint8)


def ruled_askew() -> np.ndarray:
    return askew(0.16, squares=False)


def squared_askew() -> np.ndarray:
    return askew(0.052, squares=True)


def loud_noise() -> np.ndarray:
    return photograph(1 - 0.2 * COLUMNS / 400, noise=22)


def to_the_rim_on_a_table() -> np.ndarray:
    image = np.full((520, 520, 3), (70, 50, 40), np.uint8)
    left, _, right, _ = ink_bounds(255 - CLEAN[..., 0]) or (0, 0, 0, 0)
    image[60:460, 60 + left - 6 : 60 + right + 6] = CLEAN[:, left - 6 : right + 6]
    return image


def hard_shadow() -> np.ndarray:
    """Of a hand: as even as the paper, and as large as a drawing may be."""
    return photograph(np.where(np.hypot(ROWS - 400, COLUMNS - 400) < 120, 0.6, 1).astype(np.float32))


def ruled() -> np.ndarray:
    image = CLEAN.copy()
    image[20::40] = np.minimum(image[20::40], (150, 180, 220))
    return image


def squared() -> np.ndarray:
    image = ruled()
    image[:, 20::40] = np.minimum(image[:, 20::40], (150, 180, 220))
    return image


def framed() -> np.ndarray:
    return cv2.rectangle(CLEAN.copy(), (15, 130), (385, 250), (0, 0, 0), 4)


def underlined() -> np.ndarray:
    return cv2.line(CLEAN.copy(), (10, 262), (390, 262), (0, 0, 0), 3)


def bordered() -> np.ndarray:
    return cv2.rectangle(CLEAN.copy(), (0, 0), (399, 399), (0, 0, 0), 1)


def scanned() -> np.ndarray:
    image = CLEAN.copy()
    image[:, :9] = 12
    return image


KINDS = [
    falls_off, vignette, corner_shadow, hard_shadow, blackboard, colour_gradient, on_a_table,
    partly_in_the_shadow_on_a_table, ruled_on_a_table, squared_on_a_table, to_the_rim_on_a_table, ruled, squared,
    coloured_note_on_a_light_table, dark_note_on_a_light_table, filling_the_picture_askew, ruled_askew,
    squared_askew, loud_noise,
    framed, underlined, bordered, scanned,
]  # fmt: skip


def agreement(ink: np.ndarray) -> float:
    """Intersection over union with the ink of the clean digits."""
    if ink.shape != (400, 400):
        ink = ink[60:460, 60:460]
    one, other = ink > 96, CLEAN[..., 0] < 128
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("picture", KINDS, ids=lambda kind: kind.__name__)
def test_the_digits_are_all_the_ink(picture: Callable[[], np.ndarray]) -> None:
    assert agreement(ink_map(picture())) > 0.75


def test_pencil_in_a_dark_frame_is_read() -> None:
    """The frame's ink is full ink only as long as it is there."""
    image = np.maximum(CLEAN, 170)
    ink = ink_map(cv2.rectangle(image, (15, 130), (385, 250), (0, 0, 0), 6))
    assert agreement(ink) > 0.75
    assert ink[(CLEAN[..., 0] == 0) & (ink > 96)].mean() > 200


def test_nothing_beside_the_paper_is_ink() -> None:
    ink = ink_map(on_a_table())
    ink[60:460, 60:460] = 0
    assert ink.max() == 0


@pytest.mark.parametrize("invert", [False, True])
def test_even_paper_is_not_taken_for_another(invert: bool) -> None:
    """A clean drawing's ink is what it always was: the distance to the paper's colour."""
    ink, report = read_paper(255 - CLEAN if invert else CLEAN)
    assert report.even
    assert report.certain
    # Only the lowest grey levels, where grain hides, are set to 0.
    expected = np.clip((255.0 - CLEAN[..., 0] - 12) * 255 / (255 - 12), 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(ink, expected)


def test_a_thick_pen_and_a_filled_drawing_are_no_shadow() -> None:
    image = draw_digits((8, (200, 200), 340), pen=40.72)
    assert read_paper(image)[1].even
    assert read_paper(cv2.circle(CLEAN.copy(), (320, 320), 60, (0, 0, 0), cv2.FILLED))[1].even


@pytest.mark.parametrize("seed", range(6))
def test_black_on_white_is_no_uneven_light(seed: int) -> None:
    """Rectangles that reach the edge look like tables and shadows, but nothing is grey."""
    rng = np.random.default_rng(seed)
    image = np.full((400, 400, 3), 255, np.uint8)
    for x, y, width, height in rng.integers(40, 400, (8, 4)).tolist():
        cv2.rectangle(image, (x, y), (x + width, y + height), (0, 0, 0), cv2.FILLED)
    cv2.line(image, (30, 30), (200, 370), (255, 255, 255), 9)
    assert read_paper(image)[1].certain


def test_a_shadow_is_no_dark_paper() -> None:
    """It reaches the edge of the picture, and what is written beside it is read."""
    light = np.where((COLUMNS < 60) & (ROWS < 120), 0.5, 1).astype(np.float32)
    assert agreement(ink_map(photograph(light))) > 0.75


def test_uneven_light_is_reported() -> None:
    assert not read_paper(falls_off())[1].even
    assert read_paper(falls_off())[1].certain


def test_an_unevenly_lit_sheet_without_ink_has_none() -> None:
    grey = 220 - 100 * COLUMNS / 400 + np.random.default_rng(0).normal(size=(400, 400)) * 2
    assert ink_map(cv2.merge([grey.astype(np.uint8)] * 3)).max() <= 96


@pytest.mark.parametrize("channels", [2, 4])
def test_light_ink_on_transparency_is_read(channels: int) -> None:
    cover = 255 - CLEAN[..., 0]
    image = np.dstack([np.full_like(cover, 255)] * (channels - 1) + [cover])
    assert agreement(ink_map(as_drawing(image))) > 0.9


def test_the_widest_pen_is_no_shadow() -> None:
    drawing = draw_digits((6, (70, 200), 200), (9, (200, 200), 200), (0, (330, 200), 200), pen=40)
    assert read_paper(drawing)[1].even
    noisy = cv2.subtract(drawing, np.random.default_rng(0).integers(0, 4, drawing.shape, dtype=np.uint8))
    assert not read_paper(noisy)[1].even  # what a camera has seen may be a shadow
