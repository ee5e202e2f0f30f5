"""Scans become glyphs too: MNIST's writers are many times those of the stroke collections.

Scans can't be bent, thickened or laid so that they touch as strokes can.
"""

from __future__ import annotations

import numpy as np

from ink.tracing import strokes_from_image
from training.glyphs.glyph_set import GlyphSet, concatenate_glyphs
from training.glyphs.reader import LabelledImages

MAX_TRACED_IMAGES = 20_000
"""Images of MNIST that become strokes too: three in ten digits, beside synthetic writers, from hundreds of people."""


def add_traced_images(glyphs: GlyphSet, mnist: LabelledImages, seed: int, count: int = MAX_TRACED_IMAGES) -> GlyphSet:
    """The glyphs and some MNIST images as strokes, for training: by hundreds of people more.

    Args:
        glyphs: of one split.
        mnist: images of the same split.
        seed: which images are traced, so that runs that are averaged have met different ones.
        count: images traced at most.
    """
    rng = np.random.default_rng([seed, 2])
    rows = np.sort(rng.choice(len(mnist[1]), min(count, len(mnist[1])), replace=False))
    strokes = [strokes_from_image(image) for image in mnist[0][rows]]
    rows = rows[[len(s) > 0 for s in strokes]]
    strokes = [s for s in strokes if s]
    if not strokes:
        return glyphs
    return concatenate_glyphs([glyphs, GlyphSet.from_pieces(strokes, mnist[1][rows], source="mnist", row=rows)])
