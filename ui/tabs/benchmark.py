"""The tab that measures every method on a labelled set, and opens the drawings they differ on in the first tab."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import gradio as gr
from gradio.blocks import Block

from comparison.datasets.dataset import Dataset, DatasetError
from comparison.datasets.names import display_name
from comparison.evaluation.evaluate import EvaluationRun
from comparison.evaluation.results import LABELLED, Evaluation
from comparison.report.html import STYLE, render_page, render_summary
from detectors import Detector
from ui.deadline import DeadlineError, benchmark_deadline
from ui.html.gallery import render_gallery
from ui.html.notices import BENCHMARK_PURPOSE, STOPPED, WAITING, render_mistake_count, render_notice, render_progress
from ui.logs import log
from ui.methods import method_name
from ui.pad import Pick
from ui.session import PackedImage
from ui.uploads import open_labelled_set
from ui.waiting import BENCHMARK
from ui.wiring import Updates, by_name, listen

MAX_TILES = 80
"""Drawings shown that some method does not read exactly."""


def write_report(folder: Path, page: str, data: str) -> list[str]:
    """The report as a page and as data."""
    files = [folder / "report.html", folder / "report.json"]
    files[0].write_text(page, encoding="utf-8")
    files[1].write_text(data)
    return [str(f) for f in files]


def mistaken_drawings(evaluation: Evaluation) -> list[Pick]:
    """The drawings that some method does not read exactly, worst first, with what their labels say."""
    return [
        Pick(PackedImage(evaluation.drawing(k)), evaluation.readings(k)[LABELLED])
        for k in evaluation.mistaken()[:MAX_TILES]
    ]


def evaluate_with_progress(
    dataset: Dataset, detectors: Mapping[str, Detector], set_name: str
) -> Generator[Updates, None, Evaluation]:
    """Evaluates every method on a set, and says on the page how far it has come."""
    run, deadline = EvaluationRun(dataset, detectors, set_name), benchmark_deadline()
    for share, work in run.steps():
        yield {"bench-work": render_progress(share, work), "bench-stop": gr.Button(interactive=True)}
        deadline.check()
    return run.result()


def name_as_on_page(evaluation: Evaluation, detectors: Mapping[str, Detector]) -> Evaluation:
    """The evaluation with its methods called as everywhere on the page; in their order, they keep their colours."""
    return replace(evaluation, results={method_name(detectors[n]): each for n, each in evaluation.results.items()})


def render_evaluation(evaluation: Evaluation) -> Updates:
    """The result without its files; it reads the pictures that it shows, so the set must still be there."""
    numbers = evaluation.mistaken()[:MAX_TILES]
    return {
        "bench-work": render_mistake_count(
            len(evaluation.mistaken()), len(evaluation.differing()), len(evaluation.samples)
        ),
        "bench-table": f"<style>{STYLE}</style>{render_summary(evaluation)}",
        "bench-gallery": render_gallery(evaluation, numbers),
        "picks": mistaken_drawings(evaluation),
        "bench-stop": gr.Button(interactive=False),
    }


def offer_report(result: Updates, page: str, data: str) -> Iterator[Updates]:
    """The result with its files; where the disk takes no files, the result and the reason."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            # Gradio copies the files before it asks for the next answer.
            yield result | {"bench-report": gr.Files(write_report(Path(folder), page, data), visible=True)}
    except OSError as error:
        log.warning("no report saved: %s", error)
        reason = render_notice(f"The report could not be saved: {error.strerror or error}.")
        yield result | {"bench-work": f"{result['bench-work']}{reason}", "bench-report": gr.Files(None, visible=False)}


def on_run(detectors: Mapping[str, Detector], archive: str | None) -> Iterator[Updates]:
    """Measures every method on an archive's set, or on the built-in one; what is no set is refused in words."""
    set_name = display_name(Path(archive)) if archive else "Built-in set"
    try:
        with open_labelled_set(archive) as dataset:
            evaluation = yield from evaluate_with_progress(dataset, detectors, set_name)
            named = name_as_on_page(evaluation, detectors)
            result, page = render_evaluation(named), render_page(named)
            data = json.dumps(evaluation.report(), indent=2)
    except (DatasetError, DeadlineError) as error:
        log.warning("refused: %s", error)
        yield {
            "bench-work": render_notice(str(error)),
            "bench-table": "",
            "bench-gallery": "",
            "picks": [],
            "bench-stop": gr.Button(interactive=False),
        }
        return
    yield from offer_report(result, page, data)


def on_stopped() -> Updates:
    """Says so, once a run is over."""
    return {"bench-work": STOPPED, "bench-stop": gr.Button(interactive=False)}


def build_benchmark(detectors: Mapping[str, Detector], picks: gr.State) -> None:
    """Lays the tab out and wires it; ``picks`` gets the drawings that a visitor may open on the first tab."""
    gr.HTML(BENCHMARK_PURPOSE)
    with gr.Row():
        archive = gr.File(
            label="Your own set (optional)", file_types=[".zip"], type="filepath", elem_id="bench-file", height=150
        )
        with gr.Column(min_width=200):
            start = gr.Button("Run the benchmark", variant="primary", elem_id="bench-run")
            stop = gr.Button("Stop", elem_id="bench-stop", interactive=False)
    place = gr.HTML("<p></p>", elem_id="bench-queue", elem_classes="queue-place")
    work = gr.HTML(elem_id="bench-work")
    table = gr.HTML(elem_id="bench-table")
    gallery = gr.HTML(elem_id="bench-gallery")
    files = gr.Files(label="The report", visible=False, elem_id="bench-report")
    outputs: dict[str, Block] = {"picks": picks, **by_name(work, table, gallery, files, stop)}
    # Said by the browser, for a run that waits for another one has no step yet that could say so.
    start.click(None, None, work, js=f"() => {json.dumps(WAITING)}", api_visibility="private", show_progress="hidden")
    run = listen(
        start.click, on_run, (detectors,), [archive], outputs,
        show_progress="minimal", show_progress_on=[place], **BENCHMARK,
    )  # fmt: skip
    stop.click(None, None, None, cancels=[run], api_visibility="private")
    # Said once the run is over: a bar still under way would otherwise replace it.
    listen(run.failure, on_stopped, (), [], by_name(work, stop), queue=False)
