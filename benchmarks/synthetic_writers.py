"""Do made hands help a reader that has met few writers? ``python -m benchmarks.synthetic_writers`` measures it.

A few writers' digits are enlarged in three ways to as many drawings; the reader that learned from them reads digits of
validation writers, whom neither the generator of hands nor the reader has met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from comparison.report.tables import markdown_table
from handwriting import load_writer
from handwriting.features import Glyph
from handwriting.style import StyleModel
from handwriting.warp import LIMITS, bend_points
from tools.handwriting_judges import Reader, gradient_features, split_all
from training.glyphs.glyph_set import GlyphSet, select_glyphs
from training.glyphs.reader import DEFAULT_DATA, load_glyphs
from training.glyphs.writers import add_synthetic_writers
from training.handwriting import HandData, read_hands
from training.runs.settings import parse_settings, refusals_in_words


@dataclass(frozen=True)
class SyntheticWritersBenchmark:
    """What is measured."""

    data: Path = DEFAULT_DATA  # the data folder
    writers: int = 20  # that the reader has met
    per_writer: int = 2  # drawings of a digit by each of them
    copies: int = 2  # drawings that are added for each of them
    seeds: int = 3  # choices of writers


Digits = tuple[np.ndarray, np.ndarray]
"""What the reader sees, float32 ``[N, 324]``, and which digits they are."""


def see(glyphs: list[Glyph], digits: np.ndarray) -> Digits:
    """Strokes as the reader sees them."""
    return gradient_features(glyphs), digits


def bent_copies(hands: HandData, copies: int, rng: np.random.Generator) -> Digits:
    """The digits bent by chance, each for itself."""
    points, stroke = np.repeat(hands.points, copies, 0), np.repeat(hands.stroke, copies, 0)
    bent = bend_points(points, rng.normal(0, 0.5, (len(points), len(LIMITS))) * LIMITS)
    return see(split_all(bent, stroke), np.repeat(hands.digit, copies))


def doubled_writers(glyphs: GlyphSet, copies: int, seed: int) -> Digits:
    """The digits of synthetic writers, who differ from theirs in all digits alike: what training uses."""
    more = add_synthetic_writers(glyphs, seed, copies)
    rows = range(len(glyphs), len(more))
    return see([more.strokes(row) for row in rows], more.class_id[rows])


def made_hands(style: StyleModel, count: int, per_hand: int, rng: np.random.Generator) -> Digits:
    """The ten digits in so many hands by chance, each so many times."""
    glyphs, digits = [], []
    for _ in range(count):
        factors = rng.standard_normal((style.model.maps.shape[2],))
        for digit in np.tile(np.arange(10), per_hand).tolist():
            glyphs.append(style.make(factors, digit, 1.0, rng=rng))
            digits.append(digit)
    return see(glyphs, np.array(digits))


def measure(
    settings: SyntheticWritersBenchmark, seed: int, glyphs: GlyphSet, test: Digits
) -> Iterator[tuple[str, float]]:
    """The share of digits that is read wrong after learning from each set."""
    rng = np.random.default_rng(seed)
    table, style = glyphs.digits_by_writer, load_writer().style
    names = rng.choice(sorted(table), settings.writers, replace=False)
    rows = np.concatenate([rng.choice(each, settings.per_writer) for name in names for each in table[str(name)]])
    few = select_glyphs(glyphs, rows)
    hands = read_hands(few, settings.per_writer, seed)
    own = see(split_all(hands.points, hands.stroke), hands.digit)
    doubled = doubled_writers(few, settings.copies, seed)
    made = made_hands(style, settings.writers * settings.copies, settings.per_writer, rng)
    arms = {
        "as they are": [own],
        "bent copies": [own, bent_copies(hands, settings.copies, rng)],
        "doubled writers": [own, doubled],
        "made hands": [own, made],
        "doubled writers and made hands": [own, doubled, made],
    }
    for name, parts in arms.items():
        seen, digits = (np.concatenate(part) for part in zip(*parts, strict=True))
        yield name, float(np.mean(Reader.fit(seen, digits).read(test[0]) != test[1]))


def main(argv: list[str] | None = None) -> None:
    """Prints the table."""
    settings = parse_settings(SyntheticWritersBenchmark, argv, __doc__)
    with refusals_in_words():
        train, val = (load_glyphs(settings.data, split) for split in ("train", "val"))
    hands = read_hands(val, 4, 1)
    test = see(split_all(hands.points, hands.stroke), hands.digit)
    runs = [dict(measure(settings, seed, train, test)) for seed in tqdm(range(1, settings.seeds + 1), "seeds")]
    rows = [
        [name, *(f"{run[name]:.4f}" for run in runs), f"{np.mean([run[name] for run in runs]):.4f}"] for name in runs[0]
    ]
    print("\n".join(markdown_table(("learned from", *(f"seed {k + 1}" for k in range(len(runs))), "mean"), rows)))


if __name__ == "__main__":
    main()
