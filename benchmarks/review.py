"""How fast the reviewer's page lets go of a drawing: ``python -m benchmarks.review`` (needs Chromium).

Fills a store with drawings of recorded digits, some of them with wrong labels, with a box too many, or to be refused;
starts ``python -m collection review`` on it and decides by keyboard alone, as soon as each drawing is up.  Every tenth
decision is taken back and made again.  What it tells is the page's time: nobody looks at anything.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from collection.consent import make_key, owner_of_key
from collection.record import LabelledObjects, make_contribution, strokes_to_json
from collection.review_queue import build_queue
from collection.store import Place, Store
from comparison.reading import read_sheet
from detectors import load_detectors
from detectors.referee import WAYS
from ink.pen import draw_strokes
from ink.sheet import Sheet
from ink.strokes import Stroke
from tools.browser import launch_browser
from tools.recorded import RECORDED_DIGITS
from tools.server import free_port, wait_for_page

SIDE, PEN = 400, 9.0
"""Of a sheet and its pen, in pixels."""

PATIENCE_S = 120
UNDO_EVERY = 10

# The page counts the drawings that it has put up, so that no polling of what they look like is timed.
WATCH = """
() => {
  window.shown = 0;
  new MutationObserver(() => window.shown++)
    .observe(document.querySelector('#editor svg image'), {attributes: true, attributeFilter: ['href']});
}
"""


@dataclass(frozen=True)
class Work:
    """What a reviewer has to do with a drawing.

    Attributes:
        given: class of each box, as its giver says.
        right: class of each, as it should be; None where nothing is.
        accepted: whether the drawing may be kept.
    """

    given: list[int]
    right: list[int | None]
    accepted: bool

    def keys(self) -> list[str]:
        """The keys that do it, the last of which ends with the drawing."""
        if not self.accepted:
            return ["x"]
        keys: list[str] = []
        for k, (said, true) in enumerate(zip(self.given, self.right, strict=True)):
            keys += ["Tab"] * (k > 0)
            if said != true:
                keys.append("Delete" if true is None else str(true))
        while keys and keys[-1] == "Tab":
            keys.pop()
        return [*keys, "Enter"]

    @property
    def is_wrong(self) -> bool:
        """Whether a label or a box is wrong."""
        return self.given != self.right

    def labels(self) -> list[int]:
        """The classes that are right, without boxes that hold nothing; those given where it is refused."""
        return [c for c in self.right if c is not None] if self.accepted else self.given


def compose(rng: np.random.Generator) -> tuple[list[Stroke], np.ndarray, list[int]]:
    """One to four recorded digits in a row, each warped by chance: strokes, boxes ``[N, 4]`` in pixels, and classes."""
    strokes, boxes, classes = [], [], []
    count = int(rng.integers(1, 5))
    for k in range(count):
        digit = int(rng.integers(10))
        warp = np.array([[rng.uniform(0.6, 1), rng.uniform(-0.25, 0.25)], [rng.uniform(-0.1, 0.1), 1]])
        size = rng.uniform(55, 85)
        centre = np.array([SIDE * (k + 1) / (count + 1), rng.uniform(120, 280)])
        paths = [np.array(s) @ warp.T * size + centre for s in RECORDED_DIGITS[str(digit)]]
        points = np.concatenate(paths)
        strokes += [Stroke(path.astype(np.float32), PEN) for path in paths]
        boxes.append([*(points.min(0) - PEN / 2), *(points.max(0) + PEN / 2)])
        classes.append(digit)
    return strokes, np.array(boxes, np.float32), classes


def fill(store: Store, count: int, wrong: float, rng: np.random.Generator) -> dict[Place, Work]:
    """Puts drawings into a store, read by both ways; what is to be done with each."""
    detectors, work = load_detectors(WAYS), {}
    for _ in tqdm(range(count), unit="drawing", desc="given"):
        strokes, boxes, classes = compose(rng)
        given, right = list(classes), list[int | None](classes)
        if rng.random() < wrong:
            k = int(rng.integers(len(given)))
            given[k] = (given[k] + int(rng.integers(1, 10))) % 10
        if rng.random() < wrong / 4:  # a box in the corner, where nothing is
            boxes = np.vstack([boxes, np.array([[2, 2, 40, 40]], np.float32)])
            given, right = [*given, 1], [*right, None]
        drawing = draw_strokes(strokes, SIDE)
        objects = LabelledObjects(boxes, np.array(given))
        readings = read_sheet(Sheet(drawing), detectors)
        ink = strokes_to_json(SIDE, strokes)
        place = store.add(make_contribution(owner_of_key(make_key()), drawing, objects, readings, {}, ink))
        work[place] = Work(given, right, accepted=bool(rng.random() > 0.05))
    return work


@contextmanager
def reviewing(store: Path) -> Iterator[str]:
    """``python -m collection review`` at work on a folder; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    process = subprocess.Popen(
        [sys.executable, "-m", "collection", "review", str(store), "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for_page(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def press(page: Any, keys: list[str]) -> None:
    """Presses keys, the last of which brings another drawing, and waits until that is up."""
    shown = page.evaluate("window.shown")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function("(shown) => window.shown > shown", arg=shown, timeout=PATIENCE_S * 1000)


def labels_up(page: Any) -> list[str]:
    """The labels of the drawing that is up, in the editor's order."""
    names = page.locator("#editor [data-item]").evaluate_all("all => all.map((o) => o.getAttribute('aria-label'))")
    return [name.rpartition(": ")[2] for name in names]


def review_all(page: Any, order: list[Work]) -> tuple[list[float], int, int]:
    """Decides on all drawings in the queue's order.

    Returns:
        Seconds of each drawing, how many decisions were taken back, and how many of those came back as decided.
    """
    seconds, undone, back = [], 0, 0
    for number, work in enumerate(tqdm(order, unit="drawing", desc="reviewed"), 1):
        begun = time.perf_counter()
        press(page, work.keys())
        seconds.append(time.perf_counter() - begun)
        if number % UNDO_EVERY == 0:
            press(page, ["u"])
            undone += 1
            title = f"{number} of {len(order)}"
            page.wait_for_function(f"document.querySelector('#head').innerText.startsWith('{title}')")
            back += labels_up(page) == [str(c) for c in work.labels()]
            press(page, ["Enter" if work.accepted else "x"])
    return seconds, undone, back


def count_right(store: Store, work: dict[Place, Work]) -> int:
    """Drawings whose last decision is the one that was to be made."""
    last = store.reviews()
    right = 0
    for place, todo in work.items():
        decided = store.read_review(place, last[place]) if place in last else None
        right += decided is not None and (decided.accepted, decided.objects.class_id.tolist()) == (
            todo.accepted,
            todo.labels(),
        )
    return right


def main() -> None:
    """Prints the time of a drawing, drawings an hour, and whether every label ended right."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="drawings")
    parser.add_argument("--wrong", type=float, default=0.2, help="share of them with a wrong label")
    parser.add_argument("--seed", type=int, default=1)
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = Store(folder)
        work = fill(store, settings.count, settings.wrong, np.random.default_rng(settings.seed))
        order = [work[item.place] for item in build_queue(store)]
        browser = launch_browser(playwright, shutil.which("chromium") or shutil.which("chromium-browser"))
        with reviewing(Path(folder)) as url:
            begun = time.perf_counter()
            page = browser.new_page()
            page.goto(url)
            page.locator("#editor [data-item]").first.wait_for(timeout=PATIENCE_S * 1000)
            opened = time.perf_counter() - begun
            page.evaluate(WATCH)
            begun = time.perf_counter()
            seconds, undone, back = review_all(page, order)
            took = time.perf_counter() - begun
        browser.close()
        keys = sum(len(todo.keys()) for todo in order)
        within = np.quantile(seconds, 0.9)
        print(f"{len(order)} drawings, {keys} keys; the first is up after {opened:.1f} s")
        print(f"a drawing takes {statistics.median(seconds):.2f} s (median; 9 of 10 within {within:.2f} s)")
        print(f"{took:.0f} s for all with {undone} taken back: {len(order) / took * 3600:.0f} drawings an hour")
        wrong = sum(todo.is_wrong for todo in order)
        early = sum(todo.is_wrong for todo in order[:wrong])
        print(f"{wrong} had a wrong label or box, {early} of these were among the first {wrong}")
        print(f"{count_right(store, work)} of {len(order)} ended right; {back} of {undone} came back as decided")


if __name__ == "__main__":
    main()
