"""The page beyond the first drawing: live ink, the other tabs, links, and how the page serves everyone."""

from __future__ import annotations

import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
import pytest

import app
from comparison.stress import STRESSES
from detectors import DETECTORS, Detections
from tests.helpers import FakeDetector, draw_digits
from tools.browser import Visitor, reads
from ui.html.panels import EMPTY_READING
from ui.server import launch_settings
from ui.uploads import MAX_BENCHMARK_DRAWINGS

pytestmark = pytest.mark.e2e

Visit = Callable[..., Visitor]


def test_live_ink_reads_without_uploads(visit: Visit) -> None:
    visitor = visit()
    visitor.open_tab("Live ink")
    visitor.page.wait_for_selector("#ink canvas")
    visitor.requests.clear()
    visitor.ink(4, (0.3, 0.5), 0.4)
    visitor.ink(2, (0.7, 0.5), 0.4)
    reads(visitor, "42")
    assert not [r for r in visitor.requests if "/upload" in r]
    visitor.page.get_by_role("button", name="Undo").last.click()
    reads(visitor, "4")
    visitor.page.get_by_role("button", name="Redo").last.click()
    reads(visitor, "42")
    visitor.page.locator("#ink").get_by_role("button", name="Clear").click()
    reads(visitor, EMPTY_READING)
    assert (visitor.errors, visitor.outside) == ([], [])


def test_live_ink_by_keyboard(visit: Visit) -> None:
    visitor = visit()
    visitor.open_tab("Live ink")
    canvas = visitor.page.locator("#ink canvas")
    canvas.focus()
    for keys in (["ArrowUp"] * 12, [" "], ["ArrowDown"] * 24, [" "]):
        for key in keys:
            visitor.page.keyboard.press(key)
    visitor.wait_for(lambda: visitor.reading("segmentation"), "1")
    visitor.page.keyboard.press("Delete")
    reads(visitor, EMPTY_READING)


def test_strokes_are_saved_and_opened(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.open_tab("Live ink")
    visitor.ink(3)
    reads(visitor, "3")
    with visitor.page.expect_download() as download:
        visitor.page.locator("#ink").get_by_role("button", name="Save").click()
    download.value.save_as(tmp_path / "strokes.json")
    assert json.loads((tmp_path / "strokes.json").read_text())["strokes"]
    visitor.page.locator("#ink").get_by_role("button", name="Clear").click()
    reads(visitor, EMPTY_READING)
    visitor.page.locator("#ink input[type=file]").set_input_files(str(tmp_path / "strokes.json"))
    reads(visitor, "3")


def test_objects_are_chosen_by_pointing_and_by_keyboard(visit: Visit) -> None:
    visitor = visit()
    visitor.example(0)
    cards = visitor.page.locator(".card.selected")
    visitor.wait_for(cards.count, 1)
    visitor.page.locator("#panel-segmentation [data-object='B']").hover()
    visitor.wait_for(lambda: cards.get_attribute("data-card"), "B")
    visitor.page.locator("#panel-detection [data-object='C']").focus()
    visitor.wait_for(lambda: cards.get_attribute("data-card"), "C")
    visitor.page.get_by_role("button", name="Object A", exact=True).last.click()
    visitor.wait_for(lambda: cards.get_attribute("data-card"), "A")
    visitor.wait_for(lambda: cards.locator("figure").count(), len(DETECTORS))


def test_inside_and_stress_compute_only_when_open(visit: Visit) -> None:
    visitor = visit()
    visitor.example(3)  # touching digits: candidates on both sides of the threshold
    assert visitor.page.locator(".act, .film").count() == 0
    visitor.open_tab("Inside")
    acts = visitor.page.locator(".act")
    visitor.until(lambda: acts.count() >= 5)
    assert not visitor.page.locator("#inside-settings").is_visible()  # they change the last step alone
    visitor.page.get_by_role("button", name=f"Step {acts.count()}", exact=True).click()
    visitor.page.locator("#inside-settings").wait_for()
    kept = acts.last.locator("article").first
    before = kept.inner_text()
    visitor.requests.clear()
    visitor.page.locator("#inside-confidence input[type=number]").fill("0.02")
    visitor.page.locator("#inside-confidence input[type=number]").press("Enter")
    visitor.until(lambda: kept.inner_text() != before)
    assert visitor.page.locator("#inside-settings").is_visible()  # still the last step
    visitor.open_tab("Stress")
    visitor.wait_for(lambda: visitor.page.locator(".film tbody tr").count(), len(DETECTORS) + 1)
    for stress in STRESSES.values():
        visitor.page.locator("#stress-choice label", has_text=stress.label).click()
        visitor.wait_for(lambda s=stress: visitor.page.locator(".film thead th").count(), len(stress.values))
    assert (visitor.errors, visitor.outside) == ([], [])


def test_benchmark_on_an_own_set_and_a_drawing_of_it(visit: Visit, tmp_path: Path) -> None:
    image = draw_digits((4, (200, 200), 200))
    noise = cv2.circle(draw_digits((8, (200, 200), 240)), (200, 200), 60, (0, 0, 0), -1)
    for name, picture in (("a", image), ("b", noise)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        for name in ("a", "b"):
            archive.write(tmp_path / f"{name}.png", f"{name}.png")
            archive.writestr(f"{name}.txt", "4 0.5 0.5 0.4 0.5\n")
    visitor = visit()
    visitor.open_tab("Benchmark")
    visitor.page.locator("#bench-file input[type=file]").set_input_files(str(tmp_path / "set.zip"))
    visitor.page.wait_for_selector("#bench-file .file-preview, #bench-file table", timeout=20_000)
    visitor.page.locator("#bench-run").click()
    visitor.wait_for(lambda: visitor.page.locator("#bench-table tbody").first.locator("tr").count(), len(DETECTORS))
    assert "2 drawings with 2 objects" in visitor.page.locator("#bench-table").inner_text()
    visitor.until(lambda: visitor.page.locator("#bench-report a").count() >= 2)
    visitor.until(lambda: "not read exactly" in visitor.page.locator("#bench-work").inner_text())
    # The labels say 4 of both drawings, and one is no 4: the truth stands with the readings, here and when opened.
    tiles = visitor.page.locator("#bench-gallery .tile")
    visitor.until(lambda: tiles.count() >= 1)
    assert tiles.first.locator("strong").inner_text() == "4"
    visitor.page.locator("select[data-filter=right]").select_option("none")
    visitor.until(lambda: "of" in visitor.page.locator(".filters .count").inner_text())
    visitor.page.locator("select[data-filter=right]").select_option("")
    tiles.first.click()
    visitor.until(lambda: "Its label says 4." in visitor.verdict())
    (tmp_path / "bad.zip").write_text("hello")
    visitor.open_tab("Benchmark")
    visitor.page.locator(
        "#bench-file button[aria-label='Remove this file'], #bench-file button[aria-label=Clear]"
    ).first.click()
    visitor.page.locator("#bench-file input[type=file]").set_input_files(str(tmp_path / "bad.zip"))
    visitor.page.wait_for_selector("#bench-file .file-preview, #bench-file table", timeout=20_000)
    visitor.page.locator("#bench-run").click()
    visitor.until(lambda: "no zip archive" in visitor.page.locator("#bench-work").inner_text())


def test_the_benchmark_can_be_stopped(visit: Visit, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), draw_digits((4, (100, 200), 150), (7, (300, 200), 150)))
    with zipfile.ZipFile(tmp_path / "long.zip", "w") as archive:
        for k in range(MAX_BENCHMARK_DRAWINGS):  # so many that no machine is through before the button is pressed
            archive.write(tmp_path / "a.png", f"{k}.png")
            archive.writestr(f"{k}.txt", "4 0.25 0.5 0.3 0.4\n7 0.75 0.5 0.3 0.4\n")
    visitor = visit()
    visitor.open_tab("Benchmark")
    stop = visitor.page.locator("#bench-stop")
    assert stop.is_disabled()
    visitor.page.locator("#bench-file input[type=file]").set_input_files(str(tmp_path / "long.zip"))
    visitor.page.wait_for_selector("#bench-file .file-preview, #bench-file table", timeout=20_000)
    visitor.page.locator("#bench-run").click()
    visitor.wait_for(lambda: visitor.page.locator("#bench-work [role=progressbar]").count(), 1)
    stop.click()
    visitor.wait_for(lambda: visitor.page.locator("#bench-work").inner_text().strip(), "Stopped.")
    visitor.page.wait_for_timeout(1500)
    assert visitor.page.locator("#bench-work").inner_text().strip() == "Stopped."
    assert visitor.page.locator("#bench-table table").count() == 0
    visitor.until(stop.is_disabled)


def test_a_link_reproduces_the_view(visit: Visit) -> None:
    visitor = visit()
    visitor.example(0)
    visitor.choose("ViT")
    visitor.until(lambda: "ViT" in visitor.page.locator("#panel-segmentation .method").inner_text())
    expected = visitor.reading("detection"), visitor.reading("segmentation")
    visitor.page.locator("#share button", has_text="Save and share").click()
    visitor.page.locator("#share-make").click()
    box = visitor.page.locator("#share-link textarea, #share-link input")
    visitor.until(lambda: box.count() > 0 and "?view=" in box.input_value())
    visitor.until(lambda: visitor.page.locator("#share-files a").count() >= 5)
    other = visit()
    other.page.goto(visitor.home + "?" + urlsplit(box.input_value()).query, wait_until="domcontentloaded")
    other.wait_for(lambda: (other.reading("detection"), other.reading("segmentation")), expected)
    other.until(lambda: "ViT" in other.page.locator("#panel-segmentation .method").inner_text())
    other.page.goto(visitor.home + "?view=nonsense", wait_until="domcontentloaded")
    other.until(lambda: "cut off" in other.verdict())


def test_who_waits_is_told_for_how_long(browser: Any) -> None:
    """Two visitors of a slow server: the second one sees the place in the queue; no event of the page fails."""

    class Slow(FakeDetector):
        def propose(self, sheets: Any) -> list[Detections]:
            time.sleep(3)
            return super().propose(sheets)

    page = app.build_page(
        {"yolov3": Slow("yolov3", "Detection", 3), "contours-cnn": FakeDetector("contours-cnn", "Segmentation", 3)}
    )
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, **launch_settings())
    visitors = [Visitor(browser, url) for _ in range(3)]
    try:
        for visitor in visitors:
            visitor.dot()
        last = visitors[-1]
        last.until(lambda: "queue:" in last.page.locator("#queue").inner_text())
        for visitor in visitors:
            reads(visitor, "3")
            assert visitor.errors == []
            visitor.until(lambda v=visitor: "queue" not in v.page.locator("#queue").inner_text())
        # What takes long can be stopped.
        last.open_tab("Stress")
        stop = last.page.locator(".stop:visible")
        stop.click()
        last.wait_for(stop.count, 0)
        assert last.page.locator(".film").count() == 0
        # One benchmark runs at a time, and who waits for it is told so.
        first, second = visitors[:2]
        for visitor in (first, second):
            visitor.open_tab("Benchmark")
        first.page.locator("#bench-run").click()
        first.until(lambda: first.page.locator("#bench-work [role=progressbar]").count() == 1)
        second.page.locator("#bench-run").click()
        second.until(lambda: "Waiting for its turn" in second.page.locator("#bench-work").inner_text())
        first.page.locator("#bench-stop").click()
        second.until(lambda: second.page.locator("#bench-work [role=progressbar]").count() == 1)
    finally:
        for visitor in visitors:
            visitor.close()
        page.close()
