"""Composes scenes from real pen strokes, with the exact box of every object.

A scene is made in three steps: a *kind* lays objects out in scene pixels, the pen draws them, paper and ink get their
colours.  The same seed gives the same scene.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from training.glyphs.glyph_set import GlyphSet
from training.scenes.drawing import draw_glyphs
from training.scenes.kinds import ADDED_KINDS, FIRST_KINDS, TRAINING_KINDS
from training.scenes.layouts import LayoutContext
from training.scenes.look import colourise, random_look
from training.scenes.photographs import take_photograph
from training.scenes.placing import PlacedGlyph
from training.scenes.stripes import blank_stripes

SCENE_SIZES = ((400, 400), (400, 400), (400, 400), (800, 500), (640, 400), (600, 300), (300, 400), (280, 280))
"""Scene shapes as (width, height); the square one is the page's own pad."""


@dataclass(frozen=True)
class Scene:
    """One composed scene.

    Attributes:
        image: uint8 ``[H, W, 3]`` RGB.
        xyxy: float32 ``[N, 4]``, tight boxes of the drawn ink in pixels, stroke width included, inside the scene.
        class_id: int64 ``[N]``.
        kind: the layout it was made by.
        items: the objects as they were drawn, in the order of the boxes.
    """

    image: np.ndarray
    xyxy: np.ndarray
    class_id: np.ndarray
    kind: str
    items: tuple[PlacedGlyph, ...] = ()


def compose_scene(glyphs: GlyphSet, rng: np.random.Generator, kind: str | None = None) -> Scene:
    """One scene.

    Args:
        glyphs: where the strokes come from; give it one split only.
        rng: source of all chance; the same state gives the same scene.
        kind: a key of ``TRAINING_KINDS``; drawn by the training shares where None.
    """
    if kind is None:
        shares = np.array([each.share for each in TRAINING_KINDS.values()])
        kind = list(TRAINING_KINDS)[rng.choice(len(shares), p=shares / shares.sum())]
    chosen = TRAINING_KINDS[kind]
    width, height = chosen.size or SCENE_SIZES[rng.integers(len(SCENE_SIZES))]
    short = min(width, height)
    low, high = chosen.pens or (1.0 * short / 400, 40.0 * short / 400)
    # Most people keep the brush they find; the rest spreads evenly over the scale.
    pen = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    if chosen.pens is None and rng.random() < 0.3:
        pen = float(rng.uniform(6, 20)) * short / 400
    items = chosen.layout(LayoutContext(glyphs, rng, width, height, pen))
    if chosen.on_paper:
        items, image = take_photograph(items, width, height, rng)
    else:
        ink = draw_glyphs(items, height, width)
        ink = blank_stripes(ink, rng) if chosen.striped else ink
        image = colourise(ink, random_look(rng, chosen.coloured), rng)
    boxes = np.array([item.box() for item in items], np.float32).reshape(-1, 4)
    boxes = np.clip(boxes, 0, [width, height, width, height]).astype(np.float32)
    return Scene(image, boxes, np.array([item.class_id for item in items], np.int64), kind, tuple(items))


def compose_validation_scene(glyphs: GlyphSet, rng: np.random.Generator, kind: str) -> Scene:
    """As :func:`compose_scene`, but the first kinds are composed of the first sources alone.

    So their scenes, and what is measured on them, stay what they were before more sources came.
    """
    return compose_scene(glyphs.first if kind in FIRST_KINDS else glyphs, rng, kind)


def validation_kinds(count: int, kind: str = "") -> list[str]:
    """Kinds of so many scenes of an evaluation: the first kinds in turn, and after them the added ones in turn.

    Each kind gets about as many; the first scenes are those of evaluations before there were added kinds.

    Args:
        count: scenes.
        kind: a key of ``KINDS``, "first" or "added" for these kinds alone; all of them where empty.
    """
    first, added = list(FIRST_KINDS), list(ADDED_KINDS)
    if kind:
        chosen = {"first": first, "added": added}.get(kind, [kind])
        return [chosen[i % len(chosen)] for i in range(count)]
    before = round(count * len(first) / (len(first) + len(added)))
    return [first[i % len(first)] for i in range(before)] + [added[i % len(added)] for i in range(count - before)]


def compose_validation_set(glyphs: GlyphSet, count: int, seed: int, kind: str = "") -> Iterator[Scene]:
    """A fixed set of scenes; the same for the same arguments.

    Args:
        glyphs: of the validation split.
        count: scenes.
        seed: of all chance.
        kind: see :func:`validation_kinds`.
    """
    for number, each in enumerate(validation_kinds(count, kind)):
        yield compose_validation_scene(glyphs, np.random.default_rng([seed, number]), each)
