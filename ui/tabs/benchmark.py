"""The tab that measures every method on a labelled set, and opens the drawings they differ on in the other tabs."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from comparison.datasets.archive import unpacked
from comparison.datasets.dataset import BUILT_IN, Dataset, DatasetError
from comparison.datasets.readers import read_dataset
from comparison.evaluation.evaluate import EvaluationRun
from comparison.evaluation.results import Evaluation
from comparison.report.html import STYLE, render_page, render_summary
from comparison.report.mistakes import blurred_picture
from detectors import Detector, keep_best
from ui.html.panels import render_notice
from ui.session import PackedImage

MAX_DRAWINGS = 600
"""Drawings of a set that the page evaluates; the command line takes any number."""

MAX_SET_PIXELS = 1_000_000_000
"""Pixels of a set's pictures together that the page reads while someone waits."""

MAX_TILES = 40
"""Drawings shown on which the methods differ."""

log = logging.getLogger("digit-duel")


def read_small(folder: Path) -> Dataset:
    """A labelled set that the page can evaluate while someone waits; DatasetError where it is larger, or is none."""
    dataset = read_dataset(folder)
    if len(dataset.samples) > MAX_DRAWINGS:
        raise DatasetError(
            f"The set has {len(dataset.samples)} drawings; the page takes {MAX_DRAWINGS}, the command line any number."
        )
    if dataset.pixels > MAX_SET_PIXELS:
        raise DatasetError(
            f"The set's pictures have {dataset.pixels // 10**6:,} million pixels together; the page takes "
            f"{MAX_SET_PIXELS // 10**6:,}, the command line any number."
        )
    return dataset


def render_progress(share: float, what: str) -> str:
    """How far the work has come."""
    return (
        f'<div class="work" role="progressbar" aria-valuenow="{share:.0%}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-label="Evaluation"><span style="width: {share:.1%}"></span></div><p class="foot">{what}</p>'
    )


def write_report(folder: Path, page: str, data: str) -> list[str]:
    """The report as a page and as data."""
    files = [folder / "report.html", folder / "report.json"]
    files[0].write_text(page, encoding="utf-8")
    files[1].write_text(data)
    return [str(f) for f in files]


def differing_tiles(done: Evaluation) -> list[tuple[np.ndarray, str]]:
    """The drawings that the methods read differently, worst first, with what was read; censored ones veiled."""
    shown = []
    for k in done.differing()[:MAX_TILES]:
        readings = [
            keep_best(result.found[k]).reading().replace("\n", " / ") or "-" for result in done.results.values()
        ]
        shown.append((blurred_picture(done, k), " | ".join(readings)))
    return shown


def build_benchmark(detectors: Mapping[str, Detector], tabs: gr.Tabs, picked: gr.State) -> None:
    """Lays the tab out and wires it; ``picked`` gets the drawing that a visitor chose to open."""
    kept = gr.State([])

    def on_run(archive: str | None) -> Iterator[list[Any]]:
        try:
            with unpacked(archive or BUILT_IN) as folder:
                run = EvaluationRun(read_small(folder), detectors)
                for share, what in run.steps():
                    yield [
                        render_progress(share, what),
                        gr.skip(),
                        gr.skip(),
                        gr.skip(),
                        gr.skip(),
                        gr.Button(interactive=True),
                    ]
                done = run.result()
                differ = done.differing()
                shown = [
                    f"<style>{STYLE}</style>{render_summary(done)}",
                    gr.Gallery(differing_tiles(done), visible=True),
                    [PackedImage(done.drawing(k)) for k in differ[:MAX_TILES]],
                ]
                page, data = render_page(done), json.dumps(done.report(), indent=2)
        except DatasetError as error:
            log.warning("refused: %s", error)
            yield [
                render_notice(str(error)),
                "",
                gr.Gallery([], visible=False),
                [],
                gr.skip(),
                gr.Button(interactive=False),
            ]
            return
        told = f"{len(differ)} of {len(done.samples)} drawings are read differently. Choose one to look into it."
        told = f'<p class="foot">{told}</p>'
        try:
            with tempfile.TemporaryDirectory() as out:
                yield [
                    told,
                    *shown,
                    gr.Files(write_report(Path(out), page, data), visible=True),
                    gr.Button(interactive=False),
                ]
        except OSError as error:
            log.warning("no report saved: %s", error)
            told += render_notice(f"The report could not be saved: {error.strerror or error}.")
            yield [told, *shown, gr.Files(None, visible=False), gr.Button(interactive=False)]

    def on_stopped() -> list[Any]:
        return ['<p class="foot">Stopped.</p>', gr.Button(interactive=False)]

    def on_pick(drawings: list[PackedImage], event: gr.SelectData) -> list[Any]:
        index = event.index if isinstance(event.index, int) else -1
        if not 0 <= index < len(drawings):
            return [gr.skip(), gr.skip()]
        return [drawings[index].image, gr.Tabs(selected="draw")]

    gr.HTML(
        "<p>How well does each method do on drawings whose content is known? Run it on the built-in set, or on one of "
        "your own: a zip archive with pictures and labels as COCO, YOLO, Pascal VOC or from makesense.ai.</p>"
    )
    with gr.Row():
        archive = gr.File(
            label="Your own set (optional)", file_types=[".zip"], type="filepath", elem_id="bench-file", height=120
        )
        with gr.Column(min_width=200):
            start = gr.Button("Run the benchmark", variant="primary", elem_id="bench-run")
            stop = gr.Button("Stop", elem_id="bench-stop", interactive=False)
    work = gr.HTML(elem_id="bench-work")
    table = gr.HTML(elem_id="bench-table")
    gallery = gr.Gallery(
        label="Read differently, worst first: " + " | ".join(detectors), columns=6, height="auto", object_fit="contain",
        allow_preview=False, elem_id="bench-gallery", visible=False,
    )  # fmt: skip
    files = gr.Files(label="The report", visible=False, elem_id="bench-report")
    run = start.click(
        on_run, archive, [work, table, gallery, kept, files, stop],
        api_visibility="private", show_progress="hidden", concurrency_limit=1,
    )  # fmt: skip
    stop.click(None, None, None, cancels=[run], api_visibility="private")
    # Said once the run is over: a bar still under way would otherwise replace it.
    run.failure(on_stopped, None, [work, stop], api_visibility="private", queue=False)
    gallery.select(on_pick, kept, [picked, tabs], api_visibility="private")
