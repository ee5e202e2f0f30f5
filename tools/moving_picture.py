"""The README's moving picture: ``python -m tools.moving_picture`` draws on the real page (needs Chromium).

A driven browser draws a number on live ink, point by point; every frame is a screenshot of the page at that moment.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

import app
from detectors import load_detectors
from tools.browser import Visitor, launch_browser, reads
from ui.server import launch_settings

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "moving.webp"
NUMBER = ((4, (0.2, 0.5)), (0, (0.5, 0.5)), (7, (0.8, 0.5)))
"""What is drawn: digits with the middles of their places as shares of the pad."""

DIGIT_SIZE = 0.3
POINTS_PER_FRAME = 2
FRAME_MS, LAST_FRAME_MS = 90, 2500
SIZE_PX = (880, 376)
MARGIN_PX = 12
MAX_BYTES = 1_500_000


def crop_to_readings(visitor: Visitor) -> Image.Image:
    """The page at this moment: the pad and both readings."""
    boxes = [visitor.page.locator(name).bounding_box() for name in ("#ink", "#panel-detection", "#panel-segmentation")]
    left, top = (min(box[side] for box in boxes) - MARGIN_PX for side in ("x", "y"))
    width = max(box["x"] + box["width"] for box in boxes) + MARGIN_PX - left
    clip = {"x": left, "y": top, "width": width, "height": width * SIZE_PX[1] / SIZE_PX[0]}
    return Image.open(io.BytesIO(visitor.page.screenshot(clip=clip))).convert("RGB").resize(SIZE_PX)


def draw_number(visitor: Visitor) -> list[Image.Image]:
    """Frames of a number that is drawn and read."""
    frames = [crop_to_readings(visitor)]
    for digit, place in NUMBER:
        for number, _ in enumerate(visitor.ink_in_steps(digit, place, DIGIT_SIZE)):
            if number % POINTS_PER_FRAME == 0:
                frames.append(crop_to_readings(visitor))
        visitor.page.wait_for_timeout(400)
        frames.append(crop_to_readings(visitor))
    reads(visitor, "".join(str(digit) for digit, _ in NUMBER))
    frames.append(crop_to_readings(visitor))
    return frames


def main() -> None:
    """Writes docs/moving.webp."""
    page = app.build_page(load_detectors())
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    with sync_playwright() as playwright:
        browser = launch_browser(playwright, shutil.which("chromium"))
        visitor = Visitor(browser, url)
        visitor.open_tab("Live ink")
        visitor.page.wait_for_selector("#ink canvas")
        frames = draw_number(visitor)
        browser.close()
    page.close()
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]
    frames[0].save(PICTURE, save_all=True, append_images=frames[1:], duration=durations, loop=0, quality=70, method=4)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {len(frames)} frames, {size / 1e6:.2f} MB")
    if size > MAX_BYTES:
        raise SystemExit(f"The moving picture is larger than {MAX_BYTES / 1e6} MB.")


if __name__ == "__main__":
    main()
