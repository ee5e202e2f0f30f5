"""Crops of composed scenes as segmentation would ask about them."""

from __future__ import annotations

import numpy as np

from classifiers.crop import fit_square
from detectors.segmentation.grouping import enumerate_candidates
from detectors.segmentation.scoring import ScoreConfig
from ink.ink import INK_THRESHOLD
from models.classes import NO_SYMBOL
from training.glyphs.glyph_set import GlyphSet
from training.scenes.composer import compose_scene
from training.scenes.drawing import draw_owners

FIRST_SCENE_KINDS = {
    "touching": 0.36, "row": 0.12, "split": 0.1, "scattered": 0.05, "among": 0.15, "other": 0.09, "censored": 0.09,
    "thick": 0.04,
}  # fmt: skip
"""Kinds of scenes that the first validation crops are taken from, and how often."""

SCENE_KINDS = {
    "touching": 0.17, "row": 0.05, "split": 0.03, "scattered": 0.03, "among": 0.08, "other": 0.05, "censored": 0.02,
    "thick": 0.02, "apart": 0.08, "stacked": 0.08, "sums": 0.15, "plain": 0.02, "doodles": 0.06, "photographs": 0.03,
    "framed": 0.03, "ringed": 0.03, "marked": 0.04,
    "annotated": 0.03,
}  # fmt: skip
"""Kinds of scenes that training crops are taken from, and how often."""

ADDED_SCENE_KINDS = ("apart", "stacked", "sums", "doodles", "framed")
"""Kinds whose crops are validation sources of their own."""


def first_scene_kind(rng: np.random.Generator) -> str:
    """A kind for the first validation crops."""
    return str(rng.choice(list(FIRST_SCENE_KINDS), p=list(FIRST_SCENE_KINDS.values())))


MIN_RIGHTNESS, MAX_WRONGNESS = 0.8, 0.6
"""How right (see :func:`crop_rightness`) a crop has to be to show its object, and below which it is no symbol."""

MAX_BEST_DISTANCE, MIN_WRONG_DISTANCE = 0.03, 0.2
"""Between the two a crop is good if it is the object's best but for the first, and no symbol if it is worse than the
best by the second: where digits overlap there may be no better way to cut them."""


def crop_rightness(held: np.ndarray, inked: np.ndarray) -> np.ndarray:
    """How well each crop shows each object, float ``[N, K]`` in 0..1.

    The least of three: the share that the crop holds of the object's ink, the object's share of the crop's ink, and
    what the crop leaves out of the other object that it holds most of.  Without the third a 9 that swallowed a 1 would
    pass for a 9: a plain stroke is little ink.

    Args:
        held: pixels of each object in each crop, ``[N, K]``.
        inked: pixels of each object, ``[K]``.
    """
    whole = held / inked.clip(1)
    pure = held / held.sum(1, keepdims=True).clip(1)
    most = np.sort(whole, axis=1)[:, ::-1]
    fellow = np.where(whole == most[:, :1], most[:, 1:2] if held.shape[1] > 1 else 0.0, most[:, :1])
    return np.minimum(np.minimum(whole, pure), 1 - fellow)


def scene_crops(glyphs: GlyphSet, rng: np.random.Generator, kind: str | None = None) -> list[tuple[np.ndarray, int]]:
    """Crops of one composed scene as segmentation would ask about them: right groupings and cuts, and wrong ones.

    Of what is no symbol, at most as many are taken as of the rest, plus two.

    Returns:
        Inputs uint8 ``[3, 32, 32]`` and classes 0 to 12.
    """
    scene = compose_scene(glyphs, rng, kind or str(rng.choice(list(SCENE_KINDS), p=list(SCENE_KINDS.values()))))
    if not scene.items:
        return []
    found = enumerate_candidates(scene.image, ScoreConfig().reach)
    owner = draw_owners(scene.items, *scene.image.shape[:2])
    inked = np.bincount(owner.ravel(), minlength=len(scene.items) + 1)
    held = np.zeros((len(found), len(scene.items)))
    for row, candidate in zip(held, found, strict=True):
        x1, y1, x2, y2 = candidate.piece.box
        row += np.bincount(owner[y1:y2, x1:x2][candidate.piece.ink > INK_THRESHOLD], minlength=len(inked))[1:]
    rights = crop_rightness(held, inked[1:])
    best = rights.max(0, initial=0)
    right, wrong = [], []
    for candidate, row, pixels in zip(found, rights, held, strict=True):
        own = int(row.argmax() if row.any() else pixels.argmax())
        share = row[own]
        if share >= MIN_RIGHTNESS or share >= max(MAX_WRONGNESS, best[own] - MAX_BEST_DISTANCE):
            right.append((candidate.crop, int(scene.class_id[own])))
        elif pixels.any() and share < max(MAX_WRONGNESS, best[own] - MIN_WRONG_DISTANCE):
            wrong.append((candidate.crop, NO_SYMBOL))
    wrong = [wrong[i] for i in rng.permutation(len(wrong))[: len(right) + 2]]
    return [(fit_square(crop), class_id) for crop, class_id in right + wrong]
