"""More writers than the data has: its glyphs as other people may have drawn them, for training.

A network reads the writers that it was trained on almost without fault, and new ones less well.  So every writer gets
synthetic ones, whose glyphs all differ from the writer's in the same way: narrower or leaning further, with ends that
stop short or run on, and digits on the way to, or away from, those of a second writer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from ink.strokes import distance_along, normalise_strokes, points_at
from models.classes import CENSORED
from training.glyphs.augment import bend_strokes
from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs, flatten_strokes
from training.glyphs.sources import TRACED_SOURCES

STYLES_PER_WRITER = 2
"""Synthetic writers made of every writer."""

MIXED_STROKE_POINTS = 48
"""Of a stroke that is mixed with another one."""

MAX_MIXING_DISTANCE = 0.2
"""Mean distance up to which two strokes are the same movement, glyphs being one unit large."""


@dataclass(frozen=True)
class WriterStyle:
    """In what a synthetic writer's glyphs differ from the writer's.

    Attributes:
        matrix: float ``[2, 2]``, how the glyphs are stretched and leant.
        sines: what the glyphs are bent by, float ``[3, 1, 2]``; see ``training.glyphs.augment.bend_strokes``.
        ends: how far strokes run on beyond where they ended, in units of the glyph; stop short where negative.
        towards: how far digits go the way to the second writer's; away from them where negative.
    """

    matrix: np.ndarray
    sines: np.ndarray
    ends: float
    towards: float


def random_style(rng: np.random.Generator) -> WriterStyle:
    """A style by chance."""
    aspect, lean = np.exp(rng.normal(0, 0.16)), rng.normal(0, 0.16)
    return WriterStyle(
        np.array([[aspect, lean], [0, 1 / aspect]]),
        np.stack([rng.uniform(0, 0.04, (1, 2)), rng.uniform(2, 7, (1, 2)), rng.uniform(0, 2 * np.pi, (1, 2))]),
        float(rng.normal(0, 0.04)),
        float(rng.uniform(-0.35, 0.5)),
    )


def apply_style(strokes: list[np.ndarray], style: WriterStyle, rng: np.random.Generator) -> list[np.ndarray]:
    """A glyph in that style, but for the second writer's part: normalised strokes to strokes."""
    found = []
    for stroke in strokes:
        stroke = extend_stroke(stroke, style.ends + rng.normal(0, 0.03))
        found.append(extend_stroke(stroke[::-1], style.ends + rng.normal(0, 0.03))[::-1])
    return bend_strokes(found, style.matrix, style.sines)


def extend_stroke(stroke: np.ndarray, length: float) -> np.ndarray:
    """A stroke, float ``[n, 2]``, that goes on straight for ``length``, or stops so much earlier where negative.

    It gains 0.15 and loses a fifth of its way at most; one that is hardly longer than a dot stays.
    """
    come = distance_along(stroke)
    if come[-1] < 0.1:
        return stroke
    length = float(np.clip(length, -0.2 * come[-1], 0.15))
    if length < 0:
        last = come[-1] + length
        return np.vstack([stroke[come < last], points_at(stroke, np.array([last]))])
    ahead = stroke[-1] - points_at(stroke, np.array([come[-1] - 0.08]))[0]
    norm = np.hypot(*ahead)
    return stroke if norm < 1e-3 else np.vstack([stroke, stroke[-1] + ahead / norm * length])


def mix_strokes(strokes: list[np.ndarray], others: list[np.ndarray], towards: float) -> list[np.ndarray] | None:
    """Point by point on the way from one glyph to another; None where they are not drawn by the same movements."""
    if len(strokes) != len(others):
        return None
    found = []
    for mine, theirs in zip(strokes, others, strict=True):
        a, b = _evenly(mine), _evenly(theirs)
        if np.hypot(*(a - b).T).mean() > MAX_MIXING_DISTANCE:
            return None
        found.append((a + (b - a) * towards).astype(np.float32))
    return found


def _evenly(stroke: np.ndarray) -> np.ndarray:
    """:data:`MIXED_STROKE_POINTS` points at even distances along a stroke, float ``[48, 2]``."""
    return points_at(stroke, np.linspace(0, distance_along(stroke)[-1], MIXED_STROKE_POINTS))


def add_synthetic_writers(glyphs: GlyphSet, seed: int, copies: int = STYLES_PER_WRITER) -> GlyphSet:
    """The glyphs, and those of each writer's synthetic writers.

    Args:
        glyphs: of one split.
        seed: of all chance.
        copies: synthetic writers of each writer; whose writer is not known is a writer of one glyph.
    """
    return concatenate_glyphs(
        [glyphs, *(_rewrite_all(glyphs, np.random.default_rng([seed, k]), k) for k in range(copies))]
    )


def _rewrite_all(glyphs: GlyphSet, rng: np.random.Generator, number: int) -> GlyphSet:
    """Every glyph once more, by its writer's synthetic writer."""
    writers, writer_of = np.unique(glyphs.writer, return_inverse=True)
    styles = [random_style(rng) for _ in writers]
    digits = glyphs.digits_by_writer
    seconds = [str(name) for name in rng.choice(list(digits), len(writers))] if digits else []
    traced = np.isin(glyphs.short_source, list(TRACED_SOURCES))  # their ends are not where a hand stopped
    redrawn = []
    each = enumerate(zip(glyphs.class_id.tolist(), writer_of.tolist(), strict=True))
    for index, (class_id, writer) in tqdm(each, f"synthetic writers {number + 1}", len(glyphs), leave=False):
        strokes = normalise_strokes(glyphs.strokes(index))
        if class_id < CENSORED and seconds:
            # What the second writer drew most like it; a digit drawn in another way can't be mixed.
            theirs = [glyphs.strokes(int(k)) for k in rng.choice(digits[seconds[writer]][class_id], 2)]
            ways = [mix_strokes(strokes, normalise_strokes(other), styles[writer].towards) for other in theirs]
            strokes = next((mixed for mixed in ways if mixed), strokes)
        style = styles[writer]
        redrawn.append(
            bend_strokes(strokes, style.matrix, style.sines) if traced[index] else apply_style(strokes, style, rng)
        )
    points, stroke_offsets, _ = flatten_strokes(redrawn)
    return replace(
        glyphs, points=points, stroke_offsets=stroke_offsets, writer=np.char.add(glyphs.writer, f"~{number}")
    )
