"""Dark wedges along the edges of a scan, and paper in a sharp shadow."""

import cv2
import numpy as np
import pytest

from ink.edges import fill_wedges, find_paper
from tests.helpers import draw_digits

PAGE = draw_digits((4, (150, 200), 80), (7, (260, 200), 80))
LIGHT = (228, 226, 220)


def page(colour: tuple[int, int, int] = LIGHT) -> np.ndarray:
    return (PAGE / 255 * np.array(colour)).astype(np.uint8)


@pytest.mark.parametrize("turns", range(4))
def test_a_wedge_gets_the_colour_of_the_paper(turns: int) -> None:
    scan = page()
    cv2.fillPoly(scan, [np.array([(0, 0), (399, 0), (399, 20)])], (12, 12, 12))
    scan = np.ascontiguousarray(np.rot90(scan, turns))
    filled = fill_wedges(scan)
    assert np.abs(filled.astype(int) - np.rot90(page(), turns)).max() <= 1
    assert scan.min() <= 12  # the picture itself is as it was


@pytest.mark.parametrize(
    "line", [((60, 5), (340, 5)), ((0, 30), (399, 30)), ((0, 0), (150, 0)), ((200, 0), (200, 399))], ids=str
)
def test_what_is_drawn_near_an_edge_is_no_wedge(line: tuple[tuple[int, int], tuple[int, int]]) -> None:
    drawn = cv2.line(page(), *line, (20, 20, 20), 12)
    assert fill_wedges(drawn) is drawn


def shaded(table: np.ndarray, slope: float = 0.3) -> np.ndarray:
    """The page, with what is given as a table, or as the page in a shadow, below a sharp edge."""
    rows, columns = np.mgrid[:400, :400]
    there = 1 / (1 + np.exp(-(rows - 120 - slope * columns) / 1.5))
    noise = np.random.default_rng(4).normal(0, 2, (400, 400))
    lit = page() * (1 - there[..., None]) + table * there[..., None]
    return np.clip(lit + noise[..., None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", [0.4, 0.6, 0.7])
def test_paper_in_a_sharp_shadow_is_paper(light: float) -> None:
    assert find_paper(shaded(page() * light)) is None


@pytest.mark.parametrize("colour", [(110, 75, 45), (30, 30, 30)])
def test_another_colour_or_hardly_any_light_is_a_table(colour: tuple[int, int, int]) -> None:
    paper = find_paper(shaded(np.full((400, 400, 3), colour, float)))
    assert paper is not None
    assert paper[20, 200]
    assert not paper[380, 200]


def test_a_grained_surface_is_a_table() -> None:
    grain = cv2.resize(np.random.default_rng(2).normal(0, 1, (60, 6)).astype(np.float32), (400, 400))
    paper = find_paper(shaded(110 * (1 + 0.12 * grain[..., None]) * np.ones(3)))
    assert paper is not None
    assert not paper[380, 200]
