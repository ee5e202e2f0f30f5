"""What a dozen hands write, for the page without a server to be held to; :mod:`tools.web_fixtures` keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from handwriting import Writer, load_writer
from handwriting.features import Glyph, glyph_features, resample_glyph, strokes_of
from tools.recorded import RECORDED_DIGITS

Examples = list[tuple[Glyph, int]]

HAND_COUNT, SEED = 12, 25
"""Hands, and the seed of whose they are."""

HEIGHT_PX, GAP_PX, RATE = 120.0, 40.0, 3
"""Of digits on a sheet; and of the bank's points every so many-th is kept, as a slow tablet would."""

STRENGTHS = (1.0, 1.6)
"""Of the style; the hands have them by turns."""

SIGNS = "({digit}, - :.+/ )"
"""What is written with the first digit of a hand, where nothing is left to chance."""


def _sheet_examples(digits: list[tuple[Glyph, int]]) -> Examples:
    """Drawings of one unit as they would stand side by side on a sheet, in tenths of a pixel."""
    placed: Examples = []
    left = 30.0
    for glyph, digit in digits:
        low = np.concatenate(glyph).min(0)
        moved = [np.round((path - low) * HEIGHT_PX + (left, 100), 1) for path in glyph]
        placed.append((moved, digit))
        left = float(np.concatenate(moved).max(0)[0]) + GAP_PX
    return placed


def drawn_hands(writer: Writer) -> Iterator[Examples]:
    """One, three or four drawings each of a dozen people: the recorded hand, and writers of the bank."""
    recorded = {digit: [np.array(path, float) for path in glyph] for digit, glyph in RECORDED_DIGITS.items()}
    yield _sheet_examples([(recorded["4"], 4)])
    yield _sheet_examples([(recorded[digit], int(digit)) for digit in "270"])
    rng, bank = np.random.default_rng(SEED), writer.style.bank
    for number, name in enumerate(rng.permutation(np.unique(bank.writer))[: HAND_COUNT - 2]):
        rows = rng.permutation(np.flatnonzero(bank.writer == name))[: (1, 3, 4)[number % 3]]
        glyphs = [strokes_of(bank.points[row], bank.stroke[row]) for row in rows]
        thinned = [[np.concatenate([path[:-1:RATE], path[-1:]]) for path in glyph] for glyph in glyphs]
        yield _sheet_examples([(glyph, int(bank.digit[row])) for glyph, row in zip(thinned, rows, strict=True)])


def _plain(values: Any) -> Any:
    return [_plain(each) for each in values] if isinstance(values, list) else np.round(values, 6).tolist()


def hand_values(writer: Writer, examples: Examples, strength: float) -> dict[str, Any]:
    """What is known of a hand, and the digits that it makes where nothing is left to chance."""
    style = writer.style
    weights = [1.0 - 0.1 * k for k in range(len(examples))]
    hand = writer.learn(examples, weights)
    features = [glyph_features(*(part[None] for part in resample_glyph(glyph)))[0] for glyph, _ in examples]
    digits = np.array([digit for _, digit in examples])
    standard = np.clip(style.model.standardise(np.array(features), digits), -4, 4)
    mean, covariance = style.model.posterior(standard, digits, np.array(weights))
    made = []
    for digit in range(10):
        rows = style.rows(digit)
        row = rows[np.argsort(style.costs(hand.factors, rows, strength), kind="stable")[0]]
        made.append(
            {
                "target": _plain(style.target(hand.factors, digit, strength)),
                "place": int(np.flatnonzero(rows == row)[0]),
                "warped": _plain(style.warp(row[None], hand.factors[None], strength)[0].ravel()),
                # Steadier than any drawing: a tremor would be chance.
                "glyph": _plain(style.make(hand.factors, digit, strength, wobble=0.0)),
            }
        )
    shape = style.shape_count(digits[0]) - 1
    signs = SIGNS.format(digit=digits[0])
    line = hand.line_style
    return {
        "examples": [
            {"glyph": _plain(glyph), "digit": digit, "weight": weight}
            for (glyph, digit), weight in zip(examples, weights, strict=True)
        ],
        "strength": strength,
        "features": _plain(features),
        "posterior": {"mean": _plain(mean), "variance": _plain(np.diag(covariance).copy())},
        "factors": _plain(hand.factors),
        "wobble": hand.wobble,
        "lean": style.lean(hand.factors),
        "line_style": {"height": line.height, "gap": line.gap, "rise": line.rise, "bounce": line.bounce},
        "made": made,
        "chosen": {"shape": shape, "factors": _plain(hand.choose(int(digits[0]), shape).factors)},
        "signs": {"text": signs, "glyphs": _plain(hand.write(signs, strength)) if line.bounce == 0 else None},
    }


def write_hands(path: Path) -> None:
    """Writes what a dozen hands write, as JSON."""
    writer = load_writer()
    values = [
        hand_values(writer, examples, STRENGTHS[number % len(STRENGTHS)])
        for number, examples in enumerate(drawn_hands(writer))
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values), encoding="utf-8")
