"""Shadows and other faint, wide shades are paper; what is written across them stays."""

import cv2
import numpy as np
import pytest

from ink.ink import INK_THRESHOLD
from ink.paper import read_paper
from ink.shadows import lift_shadows
from tests.helpers import draw_digits

NUMBER = 255 - draw_digits((4, (150, 200), 80), (7, (260, 200), 80))[..., 0]


def photograph(light: np.ndarray, ink: np.ndarray = NUMBER) -> np.ndarray:
    """Grey ink on paper with noise, in this light, ``[h, w]`` as a share."""
    noise = np.random.default_rng(3).normal(0, 2, ink.shape)
    return cv2.merge([np.clip((225 - 165 * (ink / 255.0)) * light + noise, 0, 255).astype(np.uint8)] * 3)


def bar_of_shadow(left: int, width: int) -> np.ndarray:
    light = np.ones(NUMBER.shape, np.float32)
    light[:, left : left + width] = 0.68
    return cv2.GaussianBlur(light, (0, 0), 3)


def stripes() -> np.ndarray:
    rows, columns = np.indices(NUMBER.shape)
    return 0.85 + 0.13 * np.tanh(6 * np.sin((rows + 0.3 * columns) / 13))


@pytest.mark.parametrize("light", [bar_of_shadow(190, 24), bar_of_shadow(60, 40), stripes()])
def test_ink_is_what_was_written_across_shadows(light: np.ndarray) -> None:
    written = NUMBER > INK_THRESHOLD
    found = read_paper(photograph(light))[0] > INK_THRESHOLD
    assert found[written].mean() > 0.9
    assert found[cv2.dilate(written.astype(np.uint8), np.ones((5, 5))) == 0].mean() < 0.001


@pytest.mark.parametrize(
    "darkness",
    [
        np.zeros((90, 120), np.uint8),
        np.full((90, 120), 200, np.uint8),
        NUMBER,
        cv2.GaussianBlur(NUMBER, (0, 0), 2),  # nothing faint but rims
        cv2.max(NUMBER // 2, np.roll(NUMBER, 90, axis=0)),  # two pens
    ],
)
def test_what_has_no_shade_is_left_alone(darkness: np.ndarray) -> None:
    assert lift_shadows(darkness, 12.0) is darkness


def test_ink_as_wide_as_a_shade_stays() -> None:
    darkness = cv2.circle(NUMBER.copy(), (70, 300), 40, 255, cv2.FILLED)
    darkness = cv2.max(darkness, cv2.rectangle(np.zeros_like(NUMBER), (200, 260), (390, 390), 70, cv2.FILLED))
    lifted = lift_shadows(darkness, 12.0)
    assert (lifted[cv2.circle(np.zeros_like(NUMBER), (70, 300), 40, 255, cv2.FILLED) > 0] == 255).all()
    assert (lifted[280:380, 220:380] == 0).all()


def test_a_grey_bar_that_is_drawn_is_no_shadow() -> None:
    drawing = draw_digits((4, (150, 200), 80), (7, (260, 200), 80))
    cv2.line(drawing, (60, 320), (340, 330), (150, 150, 150), 20, cv2.LINE_AA)
    assert (read_paper(drawing)[0][320:330, 100:300] > INK_THRESHOLD).all()
