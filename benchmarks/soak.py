"""A long day: ``python -m benchmarks.soak`` (Linux).

Hands thousands of drawings to one app, as pictures and as strokes, and prints every so often how much memory it holds
and how many temporary files it keeps.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
from gradio_client import Client, handle_file
from tqdm import tqdm

from tools.server import serving
from tools.visitors import scrawls
from ui.uploads import drawing_from_strokes

PARTS = 10
"""Times that memory and files are looked at."""


def visit(url: str, folder: Path, visitor: int, count: int, pause: float) -> None:
    """One visitor: every second drawing comes as a picture, which is uploaded."""
    client = Client(url, verbose=False)
    for number, strokes in enumerate(scrawls(visitor, count)):
        time.sleep(pause)
        if number % 2:
            client.predict(strokes, api_name="/recognize_strokes")
            continue
        path = folder / f"{visitor}-{number}.png"
        cv2.imwrite(str(path), drawing_from_strokes(strokes))
        client.predict(handle_file(str(path)), api_name="/recognize")
        path.unlink()


def main() -> None:
    """Prints a table: drawings, minutes, memory and temporary files so far; then how much the memory grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, default=10_000)
    parser.add_argument("--visitors", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that each visitor waits before each drawing")
    arguments = parser.parse_args()
    each = max(1, arguments.drawings // PARTS // arguments.visitors)
    with (
        tempfile.TemporaryDirectory() as kept,
        tempfile.TemporaryDirectory() as own,
        serving({"GRADIO_TEMP_DIR": kept}) as server,
        ThreadPoolExecutor(arguments.visitors) as pool,
    ):
        begun, levels = time.monotonic(), []
        print("| drawings | minutes | MB resident | temporary files | of MB |\n|---|---|---|---|---|")
        for part in tqdm(range(PARTS), unit="part"):
            visitors = range(part * arguments.visitors, (part + 1) * arguments.visitors)
            list(pool.map(lambda v: visit(server.url, Path(own), v, each, arguments.pause), visitors))
            files = [f for f in Path(kept).rglob("*") if f.is_file()]
            size = sum(f.stat().st_size for f in files) / 1e6
            levels.append(server.resident())
            minutes = (time.monotonic() - begun) / 60
            done = (part + 1) * each * arguments.visitors
            tqdm.write(f"| {done} | {minutes:.1f} | {levels[-1]:.0f} | {len(files)} | {size:.1f} |")
    print(f"memory after the first tenth {levels[0]:.0f} MB, at the end {levels[-1]:.0f} MB: "
          f"{levels[-1] / levels[0] - 1:+.1%}")  # fmt: skip


if __name__ == "__main__":
    main()
