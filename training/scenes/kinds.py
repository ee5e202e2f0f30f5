"""The kinds of scenes: which layout makes each, and how often training meets it."""

from __future__ import annotations

from training.scenes.apart import apart
from training.scenes.doodles import doodles
from training.scenes.framed import framed
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
from training.scenes.photographs import photographs
from training.scenes.plain import plain
from training.scenes.stacked import stacked
from training.scenes.sums import sums
from training.scenes.tables import tables

# Kind -> (layout, share of the training scenes).  Three kinds name a pen or a colour and reuse other layouts.
FIRST_KINDS: dict[str, tuple[Layout, float]] = {
    "single": (single, 0.09),
    "row": (row, 0.1),
    "touching": (touching, 0.09),
    "split": (split, 0.03),
    "scattered": (scattered, 0.04),
    "among": (among, 0.06),
    "other": (other, 0.03),
    "censored": (censored, 0.02),
    "tiny": (tiny, 0.02),
    "thin": (any_digits, 0.02),
    "thick": (thick, 0.02),
    "coloured": (any_digits, 0.02),
    "empty": (empty, 0.01),
}
"""The kinds of the first evaluations: for a seed their scenes stay as they are, so that figures can be compared."""

ADDED_KINDS: dict[str, tuple[Layout, float]] = {
    "apart": (apart, 0.07),
    "stacked": (stacked, 0.06),
    "sums": (sums, 0.14),
    "plain": (plain, 0.05),
    "tables": (tables, 0.06),
    "doodles": (doodles, 0.09),
    "photographs": (photographs, 0.05),
    "framed": (framed, 0.04),
}
"""What people bring beside these."""

KINDS = FIRST_KINDS | ADDED_KINDS
"""All slices of an evaluation."""

TRAINING_KINDS: dict[str, tuple[Layout, float]] = KINDS | {"crowded": (crowded, 0.06)}
"""With a kind that nobody draws: it teaches faster."""
