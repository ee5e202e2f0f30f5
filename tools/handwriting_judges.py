"""Judges of made digits, who see pictures alone: whose hand is it, and which digit?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

from handwriting.factors import FactorModel, fit_factors, group_means
from handwriting.features import Glyph, resample_glyph
from handwriting.warp import LIMITS, bend_points
from ink.strokes import normalise_strokes
from ink.tracing import strokes_from_image
from training.glyphs.reader import load_mnist

SIDE_PX, CONTENT_PX, PEN_PX = 32, 24, 2
"""Of the pictures that judges see: every digit is as large and drawn with one pen, so that neither tells the writer."""

PICTURE_COMPONENTS = 40
"""Principal components of the pictures' gradients that the verifier goes by."""

FACTORS, SHRINK, SOURCE_SHRINK = 12, 100.0, 20.0
"""Of the verifier's factor analysis."""

RANDOM_FEATURES = 2500
"""Of the reader: a Gaussian kernel's random features (A. Rahimi, B. Recht, NIPS 2007)."""

MNIST_COPIES = 1
"""Bent copies of what the reader learns of MNIST."""

_HOG = cv2.HOGDescriptor((SIDE_PX, SIDE_PX), (16, 16), (8, 8), (8, 8), 9)


def gradient_features(glyphs: Sequence[Glyph]) -> np.ndarray:
    """Histograms of oriented gradients of the digits' pictures, float32 ``[N, 324]``."""
    cv2.setNumThreads(1)  # for pictures this small threads cost more than they do
    found = []
    for glyph in glyphs:
        ink = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
        for stroke in normalise_strokes(glyph):
            path = np.round((stroke * CONTENT_PX + SIDE_PX / 2) * 16).astype(np.int32).reshape(-1, 1, 2)
            cv2.polylines(ink, [np.repeat(path, 2, 0)], False, 255, PEN_PX, cv2.LINE_AA, 4)
        found.append(np.ravel(_HOG.compute(ink)))
    return np.array(found, np.float32).reshape(len(glyphs), -1)


@dataclass(frozen=True)
class Verifier:
    """Says whether a digit is by whoever drew some others, from pictures: the likelihood ratio of a factor analysis.

    Attributes:
        middle: float ``[324]``.
        components: float ``[324, 40]``.
        model: factors of hands, in these components.
    """

    middle: np.ndarray
    components: np.ndarray
    model: FactorModel

    @classmethod
    def fit(cls, gradients: np.ndarray, digits: np.ndarray, writers: np.ndarray, sources: np.ndarray) -> Verifier:
        """Learns from the drawings of many writers, ``[N]`` each; what tells sources apart is taken off."""
        middle = gradients.mean(0)
        within = gradients - np.stack([gradients[digits == d].mean(0) for d in range(10)])[digits]
        _, vectors = np.linalg.eigh(within.T @ within)
        components = vectors[:, -PICTURE_COMPONENTS:]
        values = (gradients - middle) @ components
        mean = np.stack([values[digits == d].mean(0) for d in range(10)])
        values = values - group_means(values - mean[digits], np.char.add(sources, digits.astype(str)), SOURCE_SHRINK)
        return cls(middle, components, fit_factors(values, digits, writers, FACTORS, SHRINK, 25))

    def project(self, gradients: np.ndarray, digits: np.ndarray) -> np.ndarray:
        """Pictures' gradients as standardised components, float ``[N, 40]``."""
        return self.model.standardise((gradients - self.middle) @ self.components, digits)

    def hand(self, gradients: np.ndarray, digits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The hand that some drawings speak of: mean and covariance."""
        return self.model.posterior(self.project(gradients, digits), digits)

    def score(self, hand: tuple[np.ndarray, np.ndarray], gradients: np.ndarray, digits: np.ndarray) -> np.ndarray:
        """Logarithm of how much likelier each digit is by that hand than by anybody's, float ``[N]``."""
        mean, covariance = hand
        values, scores = self.project(gradients, digits), np.zeros(len(digits))
        for digit in np.unique(digits):
            mine, maps = digits == digit, self.model.maps[digit]
            noise = np.diag(self.model.own[digit] + self.model.within[digit])
            parts = []
            for centre, spread in ((maps @ mean, covariance), (np.zeros(len(maps)), np.eye(len(mean)))):
                total = maps @ spread @ maps.T + noise
                off = values[mine] - centre
                parts.append(-0.5 * ((off @ np.linalg.inv(total)) * off).sum(1) - 0.5 * np.linalg.slogdet(total)[1])
            scores[mine] = parts[0] - parts[1]
        return scores


@dataclass(frozen=True)
class Reader:
    """Reads digits from pictures: ridge regression on random features, fitted in one go.

    Attributes:
        directions: float ``[324, R]``.
        phases: float ``[R]``.
        weights: float ``[R, 10]``.
    """

    directions: np.ndarray
    phases: np.ndarray
    weights: np.ndarray

    @classmethod
    def fit(cls, gradients: np.ndarray, digits: np.ndarray, width: float = 2.2, ridge: float = 3e-3) -> Reader:
        """Learns from drawings, float ``[N, 324]`` and int ``[N]``."""
        rng = np.random.default_rng(0)
        directions = (rng.standard_normal((gradients.shape[1], RANDOM_FEATURES)) / width).astype(np.float32)
        phases = rng.uniform(0, 2 * np.pi, RANDOM_FEATURES).astype(np.float32)
        waves = np.cos(gradients @ directions + phases)
        wanted = np.eye(10, dtype=np.float32)[digits]
        square = waves.T @ waves + ridge * len(waves) / 100 * np.eye(RANDOM_FEATURES, dtype=np.float32)
        return cls(directions, phases, np.linalg.solve(square, waves.T @ wanted))

    def read(self, gradients: np.ndarray) -> np.ndarray:
        """Digits, int ``[N]``."""
        return (np.cos(gradients @ self.directions + self.phases) @ self.weights).argmax(1)


def split_all(points: np.ndarray, stroke: np.ndarray) -> list[list[np.ndarray]]:
    """Strokes of many resampled digits."""
    return [np.split(p, np.flatnonzero(np.diff(s)) + 1) for p, s in zip(points, stroke, strict=True)]


def bent_gradients(points: np.ndarray, stroke: np.ndarray, copies: int) -> np.ndarray:
    """What judges see of some digits, and of copies of all of them that are bent by chance."""
    rng, found = np.random.default_rng(0), [gradient_features(split_all(points, stroke))]
    for _ in range(copies):
        bent = bend_points(points, rng.normal(0, 0.5, (len(points), len(LIMITS))) * LIMITS)
        found.append(gradient_features(split_all(bent, stroke)))
    return np.vstack(found)


def trace_mnist(folder: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What the reader learns of some MNIST images' middle lines, float32 ``[M, 324]``, and their digits."""
    images, labels = load_mnist(folder, "train")
    rows = np.random.default_rng(0).choice(len(labels), min(count, len(labels)), replace=False)
    traced = [strokes_from_image(images[row]) for row in tqdm(rows, "MNIST", leave=False)]
    drawn = [k for k, strokes in enumerate(traced) if strokes]
    points, stroke = (np.stack(part) for part in zip(*(resample_glyph(traced[k]) for k in drawn), strict=True))
    return bent_gradients(points, stroke, MNIST_COPIES), np.tile(labels[rows[drawn]], MNIST_COPIES + 1)
