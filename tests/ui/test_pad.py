"""The one drawing that both pads write on: pictures under strokes, and the way back to the pads."""

from __future__ import annotations

import numpy as np
import pytest

from comparison.export import data_url
from ink.drawing import BLANK_SIDE, DrawingError
from ink.pen import draw_strokes
from ink.strokes import Stroke
from tests.helpers import DRAWING_OF_4
from ui.blobs import BoundedPad
from ui.pad import (
    BLACK,
    MAX_PICTURE_SIDE_PX,
    WHITE,
    PadContext,
    brush_change,
    draw_over,
    editor_value,
    picture_from_url,
    read_request,
    render_landing,
    square_picture,
    update_editor,
)

STROKE = Stroke(np.array([[50, 50], [350, 350]], np.float32), 12.0)


def test_strokes_go_on_on_the_picture_under_them() -> None:
    both = draw_over(DRAWING_OF_4, [STROKE], BLANK_SIDE)
    alone = draw_strokes([STROKE], BLANK_SIDE)
    by_one = (DRAWING_OF_4 == 255) | (alone == 255)  # elsewhere soft edges lie over each other
    np.testing.assert_allclose(both[by_one].astype(int), np.minimum(DRAWING_OF_4, alone)[by_one].astype(int), atol=1)
    assert (both <= np.minimum(DRAWING_OF_4, alone).astype(int) + 1).all()


def test_a_pen_shows_on_dark_paper() -> None:
    dark = 255 - DRAWING_OF_4
    assert draw_over(dark, [STROKE], BLANK_SIDE)[200, 200].tolist() == [255, 255, 255]


def test_a_picture_comes_back_as_it_went() -> None:
    landing = render_landing({"at": 5}, DRAWING_OF_4)
    url = landing.split('data-picture="')[1].split('"')[0]
    np.testing.assert_array_equal(picture_from_url(url), DRAWING_OF_4)


def test_gradios_pad_hands_over_its_picture_or_the_name_of_an_upload() -> None:
    context = PadContext(BoundedPad(), [])
    source, content = read_request({"editor": data_url(DRAWING_OF_4, 800)}, context)
    assert source == "editor"
    np.testing.assert_array_equal(content.drawing, DRAWING_OF_4)
    with pytest.raises(DrawingError, match="can't be read"):
        read_request({"editor": "data:image/png;base64,AAAA"}, context)
    assert read_request({"editor": "gone"}, context)[1].drawing.min() == 255  # as an empty sheet


def test_a_wide_picture_stands_in_the_middle_of_its_own_paper() -> None:
    wide = np.full((100, 2000, 3), (10, 20, 90), np.uint8)
    wide[40:60, 900:1100] = 255
    square = square_picture(wide)
    assert square.shape == (MAX_PICTURE_SIDE_PX, MAX_PICTURE_SIDE_PX, 3)
    assert square[0, 0].tolist() == [10, 20, 90]
    assert square[400, 400].tolist() == [255, 255, 255]


def test_gradios_pad_shows_it_at_its_own_size() -> None:
    value = editor_value(np.full((30, 90, 3), 255, np.uint8))
    assert value is not None
    assert value["background"].shape == (BLANK_SIDE, BLANK_SIDE, 3)
    assert editor_value(None) is None


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "",
        "data:image/png;base64,",
        "data:image/png;base64,AAAA",
        "data:image/gif;base64,R0lGODdh",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_picture_is_refused(url: object) -> None:
    with pytest.raises(DrawingError, match="can't be read"):
        picture_from_url(url)


def test_a_picture_larger_than_a_pads_is_refused() -> None:
    large = data_url(np.zeros((MAX_PICTURE_SIDE_PX + 1, 10, 3), np.uint8), 5000)
    with pytest.raises(DrawingError):
        picture_from_url(large)


def test_a_blank_sheet_lands_as_an_empty_one() -> None:
    blank = np.full((400, 400, 3), 255, np.uint8)
    assert 'data-picture=""' in render_landing({"at": 5}, blank, is_blank=True)
    assert "data-picture" not in render_landing({"at": 5})


DARK = 255 - DRAWING_OF_4


@pytest.mark.parametrize(
    ("request_", "drawing", "colour"),
    [
        ({"on": "editor"}, DRAWING_OF_4, ""),  # black at first
        ({"on": "editor", "brush": BLACK}, DARK, WHITE),
        ({"on": "editor", "brush": WHITE}, DARK, ""),
        ({"on": "editor", "brush": WHITE}, None, BLACK),  # cleared
        ({"on": "ink", "brush": BLACK}, DARK, ""),  # the other pad has a pen of its own
        ({"on": "editor", "brush": [1]}, DRAWING_OF_4, BLACK),
        (None, DARK, ""),
    ],
)
def test_gradios_brush_shows_on_the_paper(request_: object, drawing: np.ndarray | None, colour: str) -> None:
    assert brush_change(request_, drawing) == colour
    updates = update_editor(request_, "editor", drawing)
    assert [update["brush"].colors for update in updates.values()] == ([[colour]] if colour else [])
    assert all("value" not in update for update in updates.values())  # what was drawn there stays as it is


def test_an_opened_dark_picture_comes_with_its_brush() -> None:
    update = update_editor({"on": "editor"}, "example", DARK)["pad"]
    assert update["value"]["background"].shape == (BLANK_SIDE, BLANK_SIDE, 3)
    assert update["brush"].colors == [WHITE]
    assert f'data-brush="{WHITE}"' in render_landing({"at": 1}, DARK, brush=WHITE)
