"""Rubbish of every kind: ``python -m benchmarks.fuzz``.

Pictures, pad values, pen strokes, links, labelled sets, archives, weights, uploads of the pad, references to files,
calls and whole requests are made, damaged and handed in.  Each must be taken, or refused by the error that the page and
the command line turn into one sentence, within two seconds of processor time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import fastapi
import gradio as gr
import numpy as np
from tqdm import tqdm

from comparison.datasets.dataset import DatasetError
from ink.drawing import DrawingError
from tools import rubbish, rubbish_sets
from weights.store import WeightsError

PATIENCE = 2.0
"""Seconds of processor time that one input may take."""

KINDS: dict[str, Callable[[np.random.Generator, Path], Callable[[], object]]] = {
    "pictures": rubbish.pictures,
    "pad values": rubbish.values,
    "pen strokes": rubbish.strokes,
    "links": rubbish.links,
    "labels": rubbish_sets.labels,
    "archives": rubbish_sets.archives,
    "weights": rubbish_sets.weight_files,
    "views": rubbish.views,
    "uploads of the pad": rubbish.blobs,
    "references to files": rubbish.references,
    "requests": rubbish.requests,
    "calls": rubbish.calls,
    "sets of other systems": rubbish_sets.foreign_sets,
    "other archives": rubbish_sets.other_archives,
}

REFUSALS = (DrawingError, DatasetError, WeightsError, fastapi.HTTPException, gr.Error)


def run(count: int, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Hands in ``count`` inputs, the kinds in turn; what became of them, and one line for each that went wrong."""
    outcomes: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for number in tqdm(range(count), unit="input", disable=count < 1000):
            name = list(KINDS)[number % len(KINDS)]
            hand_in = KINDS[name](np.random.default_rng([seed, number]), Path(folder))
            begun = time.process_time()
            try:
                hand_in()
                outcome = "taken"
            except REFUSALS as error:
                outcome = "refused"
                if not str(error).strip():
                    faults.append(f"{name} {number}: refused without a word")
            except Exception as error:
                outcome = "crashed"
                faults.append(f"{name} {number}: {type(error).__name__}: {str(error)[:200]}")
            if time.process_time() - begun > PATIENCE:
                faults.append(f"{name} {number}: took {time.process_time() - begun:.1f} s")
            outcomes[f"{name}, {outcome}"] += 1
    return outcomes, faults


def main() -> None:
    """Prints what became of the inputs; exit status 1 where one got through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcomes, faults = run(arguments.count, arguments.seed)
    for name, count in sorted(outcomes.items()):
        print(f"{name}: {count}")
    print(f"{len(faults)} faults in {arguments.count} inputs")
    for fault in faults[:20]:
        print(fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
