"""Drawings that were once misread: what every method reads now, and what it still does not.

The pictures are of our own making, after public reports on programs of this kind: light that falls off, borders and
rulings, pages of many digits, marks beside digits, ink with gaps, strokes of dashes and specks,
hollow digits, powers, a long fraction bar, numbers struck through, paper of two colours, combs, sharp shadows,
dotted paper, a scan askew, a text marker, the shadows of a window frame and of blinds, chalk and crayons.
"""

from pathlib import Path

import pytest

from detectors import DETECTORS, Detector, load_detector, read_drawing

FOLDER = Path(__file__).with_name("cases")

PAGE = "86523000\n18695697\n65592860\n38507781\n08050244\n40010656\n26734989\n36968673"

READINGS = {
    "6_lines_of_ten.png": "\n".join(["0123456789"] * 6),
    "blinds_6049.jpg": "6049",
    "chalk_6049.jpg": "6049",
    "circled_12.png": "12",
    "comb_3725.png": "3725",
    "comb_of_two_18.png": "18",
    "comma_1250_0.png": "1250",
    "crayon_6049.jpg": "6049",
    "dashed_1495.png": "1495",
    "date_120524.png": "120524",
    "dot_matrix_8723.png": "8723",
    "discs_1962.png": "1962",
    "dotted_79288.png": "79288",
    "dotted_paper_3725.png": "3725",
    "grid_8x8_0.png": PAGE,
    "highlighted_3725.jpg": "3725",
    "hollow_15629.png": "15629",
    "long_bar_852_37.png": "852\n37",
    "power_387.png": "387",
    "scan_askew_3725.png": "3725",
    "small_digits_in_a_ring.jpg": "56",
    "small_sum.png": "052846103",
    "sprayed_962.png": "962",
    "time_17-45.png": "1745",
    "tinted_outlines_6280.png": "6280",
    "two_colours_1962.png": "1962",
    "two_1_200.png": "1234567891\n2345619773",
    "white_with_black_rims_14660.png": "14660",
    "window_shadow_6049.jpg": "6049",
} | dict.fromkeys(
    (
        "LA_white_ink.png", "black_edge_left_8px.png", "border_1px.png", "corner_shadow.jpg", "digits_in_one_frame.png",
        "gaps.png", "loud_noise.jpg", "photo_vignette_60.jpg", "ruled_paper_light_blue.png",
        "ruled_paper_on_a_table.jpg", "sharp_shadow_4072.jpg", "sheet_of_paper_on_a_wooden_table.png",
        "squared_paper_askew.jpg", "struck.png", "underlined_number.png", "yellow_note_on_a_light_table.jpg",
    ),
    "4072",
)  # fmt: skip

STILL_MISREAD: dict[str, set[str]] = {
    "yolov3": set(),
    "contours-cnn": set(),
    "contours-vit": set(),
}


@pytest.fixture(scope="module", params=[name for name, method in DETECTORS.items() if not method.rests_on])
def detector(request: pytest.FixtureRequest) -> Detector:
    return load_detector(request.param)


@pytest.mark.parametrize("name", list(READINGS))
def test_reads_what_it_once_misread(detector: Detector, name: str) -> None:
    right = detector(read_drawing(FOLDER / name)).reading() == READINGS[name]
    assert right == (name not in STILL_MISREAD[detector.name])
