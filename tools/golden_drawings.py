"""The golden record's drawings: what is drawn on each, composed of validation writers' strokes.

Only strokes that may be passed on are used: ``SHIPPABLE`` lists their sources.
"""

from __future__ import annotations

import dataclasses
import io
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from training.glyphs.glyph_set import GlyphSet, select_glyphs
from training.glyphs.reader import load_glyphs
from training.scenes.drawing import draw_glyphs
from training.scenes.kinds import KINDS
from training.scenes.layouts import Layout, LayoutContext, crowded
from training.scenes.look import Look, colourise
from training.scenes.placing import PlacedGlyph, move_strokes

SHIPPABLE = ("pendigits", "unipen-digits", "unipen-letters", "quickdraw", "censored", "omniglot")
"""Sources under CC BY 4.0 or the MIT licence, by the names of ``training.glyphs.sources``."""

MAX_TRIES = 500
"""Layouts drawn at most until one has what is wanted."""

CHALK, NIGHT = (235, 240, 235), (20, 24, 32)
"""A light ink and a dark paper."""


@dataclass(frozen=True)
class Plan:
    """How one drawing is made.

    Attributes:
        layout: puts objects on the sheet; None leaves it empty.
        size: width and height of the sheet in pixels.
        pen: width in pixels; small objects get a thinner one.
        look: colours of paper and ink; pad strokes have none.
        form: ``strokes`` for the pad's strokes, otherwise the picture's mode: ``RGB``, ``RGBA`` (paper left out), ``L``
            (grey), ``P`` (16 colours and a transparent paper) or ``I;16`` (16 bits a pixel).
    """

    layout: Layout | None
    size: tuple[int, int] = (400, 400)
    pen: float = 8.0
    look: Look = field(default_factory=Look)
    form: str = "RGB"


@dataclass(frozen=True)
class Watched(GlyphSet):
    """GlyphSet that note which of them were taken."""

    taken: list[int] = field(default_factory=list)

    def strokes(self, index: int) -> list[np.ndarray]:
        self.taken.append(index)
        return super().strokes(index)


def watched(folder: Path) -> Watched:
    """The validation writers' drawings that may be passed on."""
    found = load_glyphs(folder, "val")
    allowed = np.flatnonzero(np.isin(np.char.partition(found.source, "/")[:, 0], SHIPPABLE))
    kept = select_glyphs(found, allowed)
    return Watched(**{f.name: getattr(kept, f.name) for f in dataclasses.fields(GlyphSet)})


def _until(layout: Layout, wanted: Callable[[list[PlacedGlyph]], bool], context: LayoutContext) -> list[PlacedGlyph]:
    """A layout drawn anew until it has what is wanted."""
    assert isinstance(context.glyphs, Watched)
    for _ in range(MAX_TRIES):
        context.glyphs.taken.clear()
        items = layout(context)
        if wanted(items):
            return items
    raise SystemExit(f"No layout in {MAX_TRIES} has what is wanted.")


def _kind(name: str, least: int = 1, most: int = 99, size: float = 0.0) -> Layout:
    """A kind of sheet with so many objects, each at least ``size`` pixels high or wide."""

    def wanted(items: list[PlacedGlyph]) -> bool:
        sides = [float(max(i.box()[2] - i.box()[0], i.box()[3] - i.box()[1])) for i in items]
        return least <= len(items) <= most and min(sides) >= size

    return partial(_until, crowded if name == "crowded" else KINDS[name].layout, wanted)


def _two_lines(context: LayoutContext) -> list[PlacedGlyph]:
    """Two rows of three to five digits, one above the other."""
    half = dataclasses.replace(context, height=context.height // 2)
    upper = _kind("row", 3, 5)(half)
    taken = list(context.glyphs.taken) if isinstance(context.glyphs, Watched) else []
    lower = _kind("row", 3, 5)(half)
    if isinstance(context.glyphs, Watched):
        context.glyphs.taken.extend(taken)
    return upper + [dataclasses.replace(i, paths=move_strokes(i.paths, 0, half.height)) for i in lower]


def _over_the_edge(context: LayoutContext) -> list[PlacedGlyph]:
    """A row whose first and last digits leave the sheet."""
    items = _kind("row", 4, 6)(context)
    points = np.concatenate([s for item in items for s in item.paths])
    low, high = points.min(0), points.max(0)
    factor = np.float32(1.15 * context.width / (high[0] - low[0]))
    middle, centre = (low + high) / 2, np.array([context.width, context.height]) / 2
    return [
        dataclasses.replace(
            item, paths=[((s - middle) * factor + centre).astype(np.float32) for s in item.paths], pen=context.pen
        )
        for item in items
    ]


def _dots(context: LayoutContext) -> list[PlacedGlyph]:
    """Single taps of the pen, and no writing."""
    at = context.rng.uniform(40, context.short - 40, (3, 2)).astype(np.float32)
    return [PlacedGlyph([point[None]], 0, context.pen) for point in at]


_DARK = Look(NIGHT, CHALK)
_PAD: dict[str, Any] = {"form": "strokes", "pen": 12.0}

PLANS: dict[str, Plan] = {
    "pad-single": Plan(_kind("single", size=150), **_PAD),
    "pad-row": Plan(_kind("row", 4, 4, 50), **_PAD),
    "pad-two-lines": Plan(_two_lines, **_PAD),
    "pad-touching": Plan(_kind("touching", 2, 4, 60), **_PAD),
    "pad-split": Plan(_kind("split", 2, 4), **_PAD),
    "pad-scattered": Plan(_kind("scattered", 4, 8), **_PAD),
    "pad-among": Plan(_kind("among", 3), **_PAD),
    "pad-other": Plan(_kind("other"), **_PAD),
    "pad-censored": Plan(_kind("censored", 1, 1), **_PAD),
    "pad-thick": Plan(_kind("thick", 2, 3), form="strokes", pen=36.0),
    "pad-thin": Plan(_kind("row", 3, 6), form="strokes", pen=1.5),
    "pad-wide-sheet": Plan(_kind("scattered", 5, 8), (900, 900), form="strokes", pen=20.0),
    "pad-dots": Plan(_dots, form="strokes", pen=12.0),
    "pad-empty": Plan(None, form="strokes"),
    "single-dark": Plan(_kind("single", size=120)),
    "single-light": Plan(_kind("single", size=120), look=_DARK),
    "row-dark": Plan(_kind("row", 4, 5), (640, 400), 10),
    "row-light": Plan(_kind("row", 4, 5), (640, 400), 10, Look((0, 0, 0), (255, 255, 255))),
    "scattered-dark": Plan(_kind("scattered", 4, 8), pen=5),
    "coloured-red": Plan(_kind("row", 3, 5), (400, 300), 7, Look((255, 250, 220), (200, 30, 40))),
    "coloured-blue": Plan(_kind("scattered", 3, 5), (300, 300), 7, Look((30, 60, 140), (250, 210, 60))),
    "coloured-green": Plan(_kind("split", 2, 3), (400, 400), 9, Look((120, 180, 120), (20, 70, 30))),
    "coloured-faint": Plan(_kind("row", 3, 4), (400, 300), 6, Look((250, 250, 250), (215, 215, 215))),
    "coloured-too-faint": Plan(_kind("single", size=100), (200, 200), 8, Look((250, 250, 250), (235, 235, 235))),
    "grain": Plan(_kind("row", 3, 4), (240, 160), 6, Look((235, 232, 225), (40, 40, 60), grain=2.0)),
    "jpeg": Plan(_kind("row", 3, 4), (240, 160), 6, Look((255, 255, 255), (20, 40, 120), jpeg=60)),
    "touching-pair": Plan(_kind("touching", 2, 2, 100), pen=12),
    "touching-three": Plan(_kind("touching", 3, 3), (600, 300), 10),
    "touching-four": Plan(_kind("touching", 4, 4), (800, 400), 14, _DARK),
    "touching-six": Plan(_kind("touching", 5, 6), (800, 300), 6),
    "split-one": Plan(_kind("split", 1, 1, 150), pen=9),
    "split-row": Plan(_kind("split", 3, 4), (640, 400), 8),
    "tiny": Plan(_kind("tiny", 2, 5), (800, 500), 4),
    "tiny-row": Plan(_kind("tiny", 6, 8), (800, 500), 3, _DARK),
    "thin": Plan(_kind("row", 3, 6), pen=1.2),
    "thin-large": Plan(_kind("single", size=500), (800, 800), 1.2),
    "thick": Plan(_kind("thick", 2, 2), pen=30),
    "thick-single": Plan(_kind("thick", 1, 1), pen=40, look=_DARK),
    "row-eleven": Plan(_kind("row", 11, 11), (1000, 300), 6),
    "two-lines": Plan(_two_lines, (640, 400), 7),
    "two-lines-light": Plan(_two_lines, (500, 500), 9, _DARK),
    "empty-white": Plan(None),
    "empty-black": Plan(None, (300, 200), look=Look((0, 0, 0), (255, 255, 255))),
    "censored": Plan(_kind("censored", 1, 1), pen=7),
    "censored-digits": Plan(_kind("censored", 3, 5), (600, 400), 7, _DARK),
    "other-one": Plan(_kind("other", 1, 1, 150), pen=6),
    "other-three": Plan(_kind("other", 3, 3), (640, 400), 6),
    "among": Plan(_kind("among", 4, 7), (640, 400), 6),
    "among-light": Plan(_kind("among", 4, 7), (500, 400), 8, _DARK),
    "crowded": Plan(_kind("crowded", 12, 20), (800, 600), 5),
    "over-the-edge": Plan(_over_the_edge, (400, 200), 9),
    "wide": Plan(_kind("row", 7, 11), (1200, 200), 10),
    "tall": Plan(_kind("scattered", 3, 6), (200, 1000), 9),
    "small-28": Plan(_kind("single", size=17), (28, 28), 2.5),
    "small-28-light": Plan(_kind("single", size=17), (28, 28), 3, Look((0, 0, 0), (255, 255, 255))),
    "large": Plan(_kind("row", 3, 5, 300), (2400, 1800), 40),
    "large-wide": Plan(_kind("row", 6, 8), (3000, 500), 18),
    "transparent": Plan(_kind("row", 3, 5), (400, 300), 8, Look((255, 255, 255), (20, 60, 160)), "RGBA"),
    "transparent-palette": Plan(_kind("scattered", 3, 5), (300, 300), 8, form="P"),
    "grey-16-bits": Plan(_kind("single", size=80), (160, 160), 8, form="I;16"),
}


def draw(name: str, glyphs: Watched, seed: int) -> tuple[str, bytes | dict[str, Any], list[str]]:
    """One drawing.

    Args:
        name: a key of ``PLANS``.
        glyphs: where the strokes come from.
        seed: of all drawings; each has chance of its own, whatever the others are.

    Returns:
        The file's name, the picture's bytes or the pad's strokes, and the drawings it is made of (source and row).
    """
    plan, (width, height) = PLANS[name], PLANS[name].size
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    glyphs.taken.clear()
    items = plan.layout(LayoutContext(glyphs, rng, width, height, plan.pen)) if plan.layout else []
    made_of = sorted({f"{glyphs.source[i].partition('/')[0]} {glyphs.row[i]}" for i in glyphs.taken})
    if plan.form == "strokes":
        return f"{name}.json", _pad(items, width), made_of
    ink = draw_glyphs(items, height, width)
    return f"{name}.png", _png(_picture(ink, plan, rng)), made_of


def _pad(items: Sequence[PlacedGlyph], side: int) -> dict[str, Any]:
    """Objects as the pad reports them; coordinates rounded to a tenth of a pixel."""
    strokes = [
        {"w": round(max(item.pen, 1.0), 1), "p": np.round(stroke.astype(float), 1).tolist()}
        for item in items
        for stroke in item.paths
    ]
    return {"side": side, "strokes": strokes}


def _picture(ink: np.ndarray, plan: Plan, rng: np.random.Generator) -> Image.Image:
    """Coverage of ink, uint8 ``[H, W]``, as a picture of the plan's form."""
    if plan.form == "RGBA":
        colour = np.broadcast_to(np.array(plan.look.ink, np.uint8), (*ink.shape, 3))
        return Image.fromarray(np.dstack([colour, ink]))
    if plan.form == "L":
        return Image.fromarray(255 - ink)
    if plan.form == "I;16":
        return Image.fromarray(40_000 - ink.astype(np.uint16) * 100)
    if plan.form == "P":
        picture = Image.fromarray(ink // 16).convert("P")
        picture.putpalette([255 - 17 * level for level in range(16) for _ in range(3)])
        picture.info["transparency"] = 0
        return picture
    return Image.fromarray(colourise(ink, plan.look, rng))


def _png(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, "PNG", optimize=True)
    return packed.getvalue()
