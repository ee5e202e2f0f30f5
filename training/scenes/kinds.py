"""The kinds of scenes: which layout makes each, and how often training meets it."""

from __future__ import annotations

from dataclasses import dataclass

from training.scenes.annotated import annotated
from training.scenes.apart import apart
from training.scenes.barred import barred
from training.scenes.doodles import doodles
from training.scenes.framed import framed, ringed
from training.scenes.layouts import (
    Layout,
    among,
    any_digits,
    censored,
    crowded,
    empty,
    other,
    row,
    scattered,
    single,
    split,
    thick,
    tiny,
    touching,
)
from training.scenes.marked import marked
from training.scenes.photographs import PEN_RANGE_PX, photographs
from training.scenes.plain import plain
from training.scenes.stacked import stacked
from training.scenes.sums import sums
from training.scenes.tables import tables


@dataclass(frozen=True)
class Kind:
    """What makes a scene of a kind what it is.

    Attributes:
        layout: where its objects go.
        share: of the training scenes.
        size: width and height of every such scene in pixels; any of the composer's where None.
        pens: narrowest and widest pen in pixels; any that a visitor may choose where None.
        coloured: never black on white.
        on_paper: photographed or scanned.
        striped: with blank stripes through the ink.
    """

    layout: Layout
    share: float
    size: tuple[int, int] | None = None
    pens: tuple[float, float] | None = None
    coloured: bool = False
    on_paper: bool = False
    striped: bool = False


FIRST_KINDS: dict[str, Kind] = {
    "single": Kind(single, 0.09),
    "row": Kind(row, 0.1),
    "touching": Kind(touching, 0.13),
    "split": Kind(split, 0.04),
    "scattered": Kind(scattered, 0.04),
    "among": Kind(among, 0.08),
    "other": Kind(other, 0.03),
    "censored": Kind(censored, 0.07),
    "tiny": Kind(tiny, 0.02, size=(800, 500)),
    "thin": Kind(any_digits, 0.02, pens=(1.5, 3.0)),
    "thick": Kind(thick, 0.02, pens=(22.0, 40.0)),
    "coloured": Kind(any_digits, 0.02, coloured=True),
    "empty": Kind(empty, 0.01),
}
"""The kinds of the first evaluations: for a seed their scenes stay as they are, so that figures can be compared."""

ADDED_KINDS: dict[str, Kind] = {
    "apart": Kind(apart, 0.07),
    "stacked": Kind(stacked, 0.06),
    "sums": Kind(sums, 0.16),
    "plain": Kind(plain, 0.05),
    "tables": Kind(tables, 0.07),
    "doodles": Kind(doodles, 0.14),
    "photographs": Kind(photographs, 0.04, pens=PEN_RANGE_PX, on_paper=True),
    "framed": Kind(framed, 0.07),
}
"""What people bring beside these."""

KINDS = FIRST_KINDS | ADDED_KINDS
"""All slices of an evaluation."""

TRAINING_KINDS: dict[str, Kind] = KINDS | {
    "crowded": Kind(crowded, 0.04),
    "barred": Kind(barred, 0.09),
    "striped": Kind(any_digits, 0.015, pens=(4.0, 40.0), striped=True),
    "ringed": Kind(ringed, 0.04),
    "marked": Kind(marked, 0.06),
    "annotated": Kind(annotated, 0.08),
}
"""With a kind that nobody draws, which teaches faster, and five for what the others hold too rarely."""
