"""Fits what `handwriting` knows of hands and writes it: ``python -m training.handwriting``.

The factors are learned from every collection; the drawings that made digits start from are of those collections alone
whose licence lets anybody pass them on.  Validation writers take part in neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from classifiers import load_classifier
from handwriting.bank import Bank
from handwriting.factors import fit_factors, group_means
from handwriting.features import FEATURES, glyph_features, resample_glyph, strokes_of
from handwriting.style import StyleModel
from handwriting.writer import NAME
from ink.pen import draw_ink
from ink.strokes import Stroke
from ink.tracing import trace_ink
from models.classes import CENSORED
from training.glyphs.glyph_set import GlyphSet
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.glyphs.sources import SOURCES, TRACED_SOURCES
from training.runs.save_arrays import save_arrays
from training.runs.settings import parse_settings, refusals_in_words
from weights.store import WEIGHTS_FOLDER

SHIPPED_SOURCES = ("pendigits", "ujipenchars2", "numberpad-digits")
"""Collections whose drawings may be passed on by anybody, under CC BY 4.0 or Apache 2.0.

UNIPEN's first notice forbids commercial use, and write-math asks that what is made of it be shared alike."""

SOURCE_SHRINK = 20.0
"""Drawings' worth by which a collection's mean is drawn to that of all: what is the tablet's is not the hand's."""

TRACED_SIDE_PX, TRACED_PEN_PX = 100, 8.72
"""Size of the digits that are traced, and width of their pen."""

MAX_SHAPES = 4
"""Shapes of a digit that somebody is asked to choose from."""

MIN_SHAPE_SHARE = 0.06
"""Of a digit's drawings that a shape needs."""

SHAPE_CELLS, SHAPE_BLUR = 10, 0.07
"""A shape is compared as ink on so many cells a side, blurred by so much of its size."""


USES = ("learned from", "kept")
"""What digits are for, as the card counts them."""


SHAPE_CUES, SHAPE_CUE_WEIGHT = ("strokes", "loop", "corners"), 2.0
"""Features that tell shapes apart beside the ink, and how much a spread of them counts."""


@dataclass(frozen=True)
class HandwritingSettings:
    """What is fitted."""

    data: Path = DEFAULT_DATA  # the data folder
    out: Path = WEIGHTS_FOLDER  # where the weight file and its card go
    factors: int = 20  # of a hand
    shrink: float = 100.0  # writers' worth that the map common to all digits counts in each digit's
    per_writer: int = 8  # drawings of a digit that count of each writer
    kept_per_writer: int = 6  # drawings of a digit that are kept of each writer whose drawings may be passed on
    min_confidence: float = 0.98  # of the shipped CNN in a drawing that is kept
    traced: int = 1500  # drawings that are traced, to learn what that changes
    seed: int = 1  # of the choice of drawings


@dataclass(frozen=True)
class HandData:
    """N resampled digits of known writers; see :mod:`handwriting.features`.

    Attributes:
        points: float32 ``[N, 64, 2]``.
        stroke: int8 ``[N, 64]``.
        features: float32 ``[N, F]``.
        digit: int ``[N]``.
        writer: str ``[N]``.
        source: str ``[N]``, collection and site.
    """

    points: np.ndarray
    stroke: np.ndarray
    features: np.ndarray
    digit: np.ndarray
    writer: np.ndarray
    source: np.ndarray

    def select(self, rows: np.ndarray) -> HandData:
        """Some of the digits."""
        return HandData(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def read_hands(glyphs: GlyphSet, per_writer: int, seed: int) -> HandData:
    """The digits of a set, at most ``per_writer`` of one digit by one writer; traced ones say nothing of a hand."""
    drawn = (glyphs.class_id < CENSORED) & ~np.isin(glyphs.short_source, list(TRACED_SOURCES))
    rows = np.random.default_rng(seed).permutation(np.flatnonzero(drawn))
    rows = np.sort(first_of_each(rows, np.char.add(glyphs.writer[rows], glyphs.class_id[rows].astype(str)), per_writer))
    resampled = [resample_glyph(glyphs.strokes(int(row))) for row in tqdm(rows, "digits", leave=False)]
    points, stroke = (np.stack(part) for part in zip(*resampled, strict=True))
    return HandData(
        points, stroke, all_features(points, stroke), glyphs.class_id[rows], glyphs.writer[rows], glyphs.source[rows]
    )


def first_of_each(rows: np.ndarray, keys: np.ndarray, count: int) -> np.ndarray:
    """The rows whose key stands in fewer than ``count`` rows before them."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    number = np.arange(len(rows)) - np.repeat(starts, np.diff(np.append(starts, len(rows))))
    return rows[np.sort(order[number < count])]


def all_features(points: np.ndarray, stroke: np.ndarray, step: int = 2000) -> np.ndarray:
    """:func:`glyph_features` of any number of digits without much memory."""
    starts = range(0, len(points), step)
    return np.concatenate([glyph_features(points[k : k + step], stroke[k : k + step]) for k in starts])


def fit_style(hands: HandData, kept: HandData, factors: int, shrink: float) -> StyleModel:
    """The factors of some hands, and a bank of the kept drawings."""
    mean = np.stack([hands.features[hands.digit == d].mean(0) for d in range(10)])
    groups = np.char.add(hands.source, hands.digit.astype(str))
    features = hands.features - group_means(hands.features - mean[hands.digit], groups, SOURCE_SHRINK)
    model = fit_factors(features, hands.digit, hands.writer, factors, shrink)
    _, number = np.unique(kept.writer, return_inverse=True)
    shapes = np.zeros(len(kept.digit), int)
    for digit in range(10):
        mine = kept.digit == digit
        shapes[mine] = cluster_shapes(kept.select(np.flatnonzero(mine)))
    return StyleModel(model, Bank.from_points(kept.points, kept.stroke, kept.digit, shapes, number))


def learn_tracing(style: StyleModel, hands: HandData, count: int, seed: int) -> StyleModel:
    """The style with what tracing changes of features, from so many drawings."""
    rows = np.random.default_rng(seed).permutation(len(hands.digit))[:count]
    digit, model = hands.digit[rows], style.model
    traced = np.stack([traced_features(style, hands, int(row)) for row in tqdm(rows, "traced", leave=False)])
    change = np.clip(model.standardise(traced, digit) - model.standardise(hands.features[rows], digit), -4, 4)
    added = np.zeros_like(model.traced)
    for k in range(10):
        mine = change[digit == k]
        added[:, k] = (mine.mean(0), mine.var(0)) if len(mine) else 0.0
    return replace(style, model=replace(model, traced=added))


def traced_features(style: StyleModel, hands: HandData, row: int) -> np.ndarray:
    """Features of a drawing once it was a picture, float32 ``[F]``."""
    paths = strokes_of(hands.points[row], hands.stroke[row])
    side = 2 * TRACED_SIDE_PX
    picture = draw_ink([Stroke(path * TRACED_SIDE_PX + side / 2, TRACED_PEN_PX) for path in paths], side, side)
    glyph = style.arrange([stroke.points for stroke in trace_ink(picture)], int(hands.digit[row]))
    points, stroke = resample_glyph(glyph)
    return glyph_features(points[None], stroke[None])[0]


def cluster_shapes(kept: HandData) -> np.ndarray:
    """Which of up to :data:`MAX_SHAPES` shapes each drawing of one digit has, int ``[N]``, the commonest first."""
    lean = kept.features[:, FEATURES.index("slant of strokes")]
    x, y = kept.points[..., 0] + lean[:, None] * kept.points[..., 1], kept.points[..., 1]
    # Upright and equally wide, so that neither lean nor width makes a shape; a one keeps its width.
    x, y = ((v - v.mean(1, keepdims=True)) / np.maximum(np.ptp(v, 1), 0.45)[:, None] for v in (x, y))
    cells = (np.arange(SHAPE_CELLS) + 0.5) / SHAPE_CELLS - 0.5
    across, down = (np.exp(-(((v[:, None] - cells[:, None]) / SHAPE_BLUR) ** 2) / 2) for v in (x, y))
    ink = np.minimum(np.einsum("nap,nbp->nab", across, down), 2.0).reshape(len(x), -1)
    # A crossbar and a loop are little ink, but what people see first.
    cues = kept.features[:, [FEATURES.index(name) for name in SHAPE_CUES]]
    cues = (cues - cues.mean(0)) / np.maximum(cues.std(0), 0.1)
    ink = np.hstack([ink, SHAPE_CUE_WEIGHT * np.clip(cues, -2, 2)])
    rng = np.random.default_rng(0)
    return min((_k_means(ink, rng) for _ in range(5)), key=lambda pair: pair[1])[0]


def _k_means(values: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Clusters, the largest first, those too small dissolved; and the mean squared distance to their middles."""
    middles = values[rng.choice(len(values), min(MAX_SHAPES, len(values)), replace=False)]
    for _ in range(25):
        distance = ((values[:, None] - middles[None]) ** 2).sum(2)
        nearest = distance.argmin(1)
        share = np.bincount(nearest, minlength=len(middles)) / len(values)
        large = np.argsort(-share, kind="stable")[: max(1, int((share >= MIN_SHAPE_SHARE).sum()))]
        nearest = distance[:, large].argmin(1)
        middles = np.stack([values[nearest == k].mean(0) for k in range(len(large)) if (nearest == k).any()])
    distance = ((values[:, None] - middles[None]) ** 2).sum(2)
    order = np.argsort(-np.bincount(distance.argmin(1), minlength=len(middles)), kind="stable")
    return np.argsort(order)[distance.argmin(1)], float(distance.min(1).mean())


def confidences(points: np.ndarray, stroke: np.ndarray, digit: np.ndarray) -> np.ndarray:
    """How sure the shipped CNN is that each drawing is its digit, float ``[N]``."""
    classifier, found = load_classifier("cnn"), []
    for start in tqdm(range(0, len(points), 256), "read", leave=False):
        rows = range(start, min(start + 256, len(points)))
        crops = []
        for row in rows:
            paths = [Stroke(path * 48 + 32, 4.72) for path in strokes_of(points[row], stroke[row])]
            crops.append(255 - draw_ink(paths, 64, 64))
        found.append(classifier(crops)[np.arange(len(rows)), digit[rows]])
    return np.concatenate(found)


def keep_drawings(hands: HandData, sources: Sequence[str], settings: HandwritingSettings) -> HandData:
    """The drawings that made digits may start from: of these collections, and read without doubt."""
    kept = hands.select(np.flatnonzero(np.isin(np.char.partition(hands.source, "/")[:, 0], list(sources))))
    sure = confidences(kept.points, kept.stroke, kept.digit) >= settings.min_confidence
    rows = np.flatnonzero(sure)
    keys = np.char.add(kept.writer[rows], kept.digit[rows].astype(str))
    return kept.select(first_of_each(rows, keys, settings.kept_per_writer))


def style_arrays(style: StyleModel) -> dict[str, np.ndarray]:
    """What `handwriting.load_writer` reads."""
    model, bank = style.model, style.bank
    numbers = {
        key: getattr(model, key).astype(np.float32) for key in ("mean", "scale", "maps", "own", "within", "traced")
    }
    return numbers | {key: getattr(bank, key) for key in ("grid", "counts", "digit", "allograph", "writer")}


def make_card(hands: HandData, kept: HandData, settings: HandwritingSettings) -> dict[str, Any]:
    """What is said of the file: how it was made, of what, and under which licences."""
    learned, given = (np.unique(np.char.partition(data.source, "/")[:, 0]).tolist() for data in (hands, kept))
    sources = [{"file": name, **asdict(source)} for name, source in SOURCES.items() if source.short in learned]
    fields = ("factors", "shrink", "per_writer", "kept_per_writer", "min_confidence", "seed")
    return {
        "task": "learn a hand from one to ten drawn digits and write the others in it",
        "made by": "python -m training.handwriting",
        "config": {name: getattr(settings, name) for name in fields},
        "drawings learned from": len(hands.digit),
        "writers learned from": len(np.unique(hands.writer)),
        "drawings kept": len(kept.digit),
        "writers kept": len(np.unique(kept.writer)),
        "drawings kept are of": [source["file"] for source in sources if source["short"] in given],
        "data": sources,
    }


def render_card(card: dict[str, Any]) -> str:
    """The card as Markdown."""
    kept = set(card["drawings kept are of"])
    lines = [
        f"# {card['name']}",
        "",
        f"Task: {card['task']}. No network: factors of hands, and drawings to start from.",
        "",
    ]
    lines += [f"SHA-256 `{card['sha256']}`. Made by `{card['made by']}`.", ""]
    lines += [f"Config: `{json.dumps(card['config'])}`", ""]
    learned, given = (f"{card[f'drawings {k}']:,} digits of {card[f'writers {k}']} writers" for k in USES)
    lines += [
        f"The factors are learned from {learned}. The file holds {given} of them, resampled to 64 points",
        "and rounded to 1/250 of their size. No validation writer is among either.",
        "",
        "## Data, licences and attribution",
        "",
        "Names of writers are not kept. [docs/handwriting.md](../docs/handwriting.md) has the measurements.",
        "",
    ]
    for source in card["data"]:
        use = "drawings kept and learned from" if source["file"] in kept else "learned from only"
        lines += [
            f"- {source['title']} ({use}). {source['url']}. Licence: {source['licence']}. Cite: {source['cite']}."
        ]
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> None:
    """Fits and writes ``handwriting.safetensors`` and its card."""
    settings = parse_settings(HandwritingSettings, argv, __doc__)
    with refusals_in_words():
        glyphs = load_glyphs(settings.data, "train")
    hands = read_hands(glyphs, settings.per_writer, settings.seed)
    kept = keep_drawings(hands, SHIPPED_SOURCES, settings)
    style = fit_style(hands, kept, settings.factors, settings.shrink)
    style = learn_tracing(style, hands, settings.traced, settings.seed)
    path = save_arrays(NAME, style_arrays(style), make_card(hands, kept, settings), render_card, settings.out)
    print(
        f"{path}: {path.stat().st_size:,} bytes, {len(kept.digit):,} drawings of {len(np.unique(kept.writer))} writers"
    )


if __name__ == "__main__":
    main()
