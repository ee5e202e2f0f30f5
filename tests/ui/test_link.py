"""A view goes into a link and comes back as it was; what anyone else wrote there is refused in words."""

from __future__ import annotations

import base64
import json
import zlib

import cv2
import numpy as np
import pytest

from ink.drawing import DrawingError
from tests.helpers import draw_digits
from ui.link import MAX_LINK_CHARACTERS, View, pack_view, unpack_view

KNOWN = [["yolov3"], ["contours-cnn", "contours-vit"]]
VIEW = View(["yolov3", "contours-vit"], 0.35, 0.6)
IMAGE = draw_digits((4, (120, 200), 160), (2, (290, 200), 160))


def test_there_and_back() -> None:
    for image in (IMAGE, np.dstack([IMAGE[..., 0], 255 - IMAGE[..., 1], IMAGE[..., 2]]), IMAGE[:1, :1]):
        text = pack_view(image, VIEW)
        assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        seen, view = unpack_view(text, KNOWN)
        assert np.array_equal(seen, image)
        assert view == VIEW
    assert len(pack_view(IMAGE, VIEW)) < MAX_LINK_CHARACTERS


def test_a_link_never_uncensors_and_knows_only_our_methods() -> None:
    text = pack_view(IMAGE, View(["other", "contours-cnn", "more"], 7.0, -3.0, uncensored=True))
    assert unpack_view(text, KNOWN)[1] == View(["yolov3", "contours-cnn"], 0.95, 0.1, uncensored=False)
    assert unpack_view(pack_view(IMAGE, View([])), KNOWN)[1].methods == ["yolov3", "contours-cnn"]


def packed(settings: object, png: bytes) -> str:
    """A view with these settings, as JSON where they are no text yet."""
    head = (settings if isinstance(settings, str) else json.dumps(settings)).encode()
    return base64.urlsafe_b64encode(zlib.compress(len(head).to_bytes(2, "big") + head + png)).decode()


PNG = cv2.imencode(".png", IMAGE)[1].tobytes()
BOMB = PNG[:16] + (60_000).to_bytes(4, "big") * 2 + PNG[24:]

REFUSED = {
    "nothing": "",
    "words": "hello there",
    "no base64": "\u00e9\u00e9",
    "cut off": pack_view(IMAGE, VIEW)[:200],
    "no zip": base64.urlsafe_b64encode(b"hello").decode(),
    "no picture": packed({}, b""),
    "svg": packed({}, b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 40),
    "broken picture": packed({}, PNG[:60]),
    "a bomb": packed({}, BOMB),
    "a zip bomb": base64.urlsafe_b64encode(zlib.compress(b"0" * 50_000_000, 9)).decode(),
    "settings of another kind": packed([1], PNG),
    "no number": packed({"confidence": "high"}, PNG),
    "not a number": packed({"iou": float("nan")}, PNG),
    "a very large number": packed({"confidence": 10**400}, PNG),
    "a number of too many digits": packed('{"confidence": 1' + "0" * 5000 + "}", PNG),
    "two numbers that are none together": packed({"confidence": float("inf"), "iou": float("-inf")}, PNG),
    "lists in lists in lists": packed("[" * 30_000, PNG),
    "methods in lists in lists": packed('{"methods": ' + "[" * 20_000 + "]" * 20_000 + "}", PNG),
    "methods of another kind": packed({"methods": 7}, PNG),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_refuses_in_words(text: str) -> None:
    with pytest.raises(DrawingError, match="may have been cut off"):
        unpack_view(text, KNOWN)
