"""The factors of a hand: tied factor analysis, one map a digit, and what it says of digits that were not drawn.

The features of digit d by one writer are ``mean[d] + maps[d] @ z`` and noise, where z, the hand, is one for all of
that writer's digits, and normal with unit variance.  What a writer does with one digit alone (``own``) and what changes
from one drawing to the next (``within``) is noise to it.  After S. J. D. Prince et al., Tied Factor Analysis for Face
Recognition across Large Pose Differences, PAMI 30(6), 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class FactorModel:
    """A fitted tied factor analysis of D digits, F features and K factors.

    Attributes:
        mean: float ``[D, F]``.
        scale: float ``[F]``, the spread of each feature within a digit; features are divided by it.
        maps: float ``[D, F, K]``, from factors to divided features.
        own: float ``[D, F]``, variance of what a writer does with one digit alone.
        within: float ``[D, F]``, variance from one drawing of a writer to the next.
        traced: float ``[2, D, F]``, mean and variance of what tracing a picture adds to divided features.
    """

    mean: np.ndarray
    scale: np.ndarray
    maps: np.ndarray
    own: np.ndarray
    within: np.ndarray
    traced: np.ndarray

    def standardise(self, features: np.ndarray, digits: np.ndarray, traced: bool = False) -> np.ndarray:
        """Features float ``[N, F]`` of digits int ``[N]``, less their mean (a tracing's, perhaps), per spread."""
        return (features - self.mean[digits]) / self.scale - traced * self.traced[0, digits]

    def posterior(
        self, standard: np.ndarray, digits: np.ndarray, weight: np.ndarray | None = None, traced: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """The hand that these drawings speak of.

        Args:
            standard: float ``[N, F]`` of :meth:`standardise`; N may be 0.
            digits: int ``[N]``.
            weight: float ``[N]``, above 0 and at most 1: how much each drawing counts; all of them 1 where not given.
            traced: they are pictures that were traced, so that features of order and direction count less.

        Returns:
            Mean float ``[K]`` and covariance float ``[K, K]`` of its factors.
        """
        weight = np.ones(len(digits)) if weight is None else np.asarray(weight, float)
        within = self.within + traced * self.traced[1]
        precision, pull = np.eye(self.maps.shape[2]), np.zeros(self.maps.shape[2])
        for digit in np.unique(digits):
            mine = digits == digit
            count = weight[mine].sum()
            noise = self.own[digit] * max(1.0, 1 / weight[mine].max()) + within[digit] / count
            scaled = self.maps[digit] / noise[:, None]
            precision = precision + scaled.T @ self.maps[digit]
            pull = pull + scaled.T @ (weight[mine] @ standard[mine] / count)
        covariance = np.linalg.inv(precision)
        return covariance @ pull, covariance

    def estimate(
        self, standard: np.ndarray, digits: np.ndarray, weight: np.ndarray | None = None, traced: bool = False
    ) -> np.ndarray:
        """The mean of :meth:`posterior`, float ``[K]``, made as large as hands are.

        The fewer digits there are, the nearer to the average hand the mean is: among hands it varies by the known share
        of their variance alone.  Divided by that share's root, one digit speaks as loudly as nine.
        """
        mean, covariance = self.posterior(standard, digits, weight, traced)
        known = 1 - np.trace(covariance) / len(mean)
        return mean / np.sqrt(max(known, 1e-3))

    def predict(self, hand: np.ndarray, digit: int, strength: float = 1.0) -> np.ndarray:
        """Standardised features, float ``[F]``, that a hand (float ``[K]``) gives a digit, times ``strength``."""
        return strength * self.maps[digit] @ hand


def fit_factors(
    features: np.ndarray, digits: np.ndarray, writers: np.ndarray, factors: int, shrink: float, rounds: int = 40
) -> FactorModel:
    """Fits the factors by expectation and maximisation.

    Args:
        features: float ``[N, F]``.
        digits: int ``[N]``, 0 to 9.
        writers: ``[N]``, names or numbers.
        factors: K.
        shrink: how many writers' worth the map common to all digits counts in that of each.
        rounds: of the fit.
    """
    names, who = np.unique(writers, return_inverse=True)
    count = np.zeros((len(names), 10))
    np.add.at(count, (who, digits), 1)
    known = count > 0
    size = features.shape[1]
    total = np.zeros((len(names), 10, size))
    np.add.at(total, (who, digits), features)
    average = total / np.maximum(count, 1)[..., None]
    mean = np.stack([average[known[:, d], d].mean(0) for d in range(10)])
    spread = np.sqrt(np.mean((features - mean[digits]) ** 2, 0)) + 1e-6
    standard = (features - mean[digits]) / spread
    average = (average - mean) / spread * known[..., None]
    residual = standard - average[who, digits]
    within = np.stack([(residual[digits == d] ** 2).sum(0) for d in range(10)])
    freedom = np.array([(digits == d).sum() - known[:, d].sum() for d in range(10)])
    pooled = within.sum(0) / max(freedom.sum(), 1)
    within = (within + 50 * pooled) / (freedom[:, None] + 50)
    maps, own = _start(average, known, factors)
    for _ in range(rounds):
        maps, own = _improve(average, count, maps, own, within, shrink)
    return FactorModel(mean, spread, maps, own, within, np.zeros((2, *mean.shape)))


def _start(average: np.ndarray, known: np.ndarray, factors: int) -> tuple[np.ndarray, np.ndarray]:
    """Maps of the principal components of the writers' averages over their digits, one for all digits."""
    hands = average.sum(1) / np.maximum(known.sum(1), 1)[:, None]
    _, values, vectors = np.linalg.svd(hands, full_matrices=False)
    kept = (vectors[:factors] * values[:factors, None]).T / np.sqrt(len(hands))
    kept = np.pad(kept, ((0, 0), (0, factors - kept.shape[1])))
    return np.repeat(kept[None], 10, 0), np.full((10, average.shape[2]), 0.5)


def _improve(
    average: np.ndarray, count: np.ndarray, maps: np.ndarray, own: np.ndarray, within: np.ndarray, shrink: float
) -> tuple[np.ndarray, np.ndarray]:
    """One round: the hands by the maps, then the maps by the hands."""
    factors, known = maps.shape[2], count > 0
    noise = own[None] + within[None] / np.maximum(count, 1)[..., None]
    inverse = known[..., None] / noise
    precision = np.eye(factors) + np.einsum("wdf,dfk,dfl->wkl", inverse, maps, maps, optimize=True)
    covariance = np.linalg.inv(precision)
    hand = np.einsum("wkl,wdf,dfl->wk", covariance, inverse * average, maps, optimize=True)
    second = covariance + hand[:, :, None] * hand[:, None]
    # Hands that the data gives unit variance keep the prior honest: the maps take up the difference.
    cross = np.einsum("wd,wdf,wk->dfk", known.astype(float), average, hand, optimize=True)
    square = np.einsum("wd,wkl->dkl", known.astype(float), second, optimize=True)
    common = np.linalg.solve(square.sum(0) + 1e-3 * np.eye(factors), cross.sum(0).T).T
    ridge = shrink * second.mean(0)
    new = np.stack([np.linalg.solve(square[d] + ridge, (cross[d] + common @ ridge).T).T for d in range(10)])
    error = np.einsum("wd,wdf->df", known.astype(float), average**2, optimize=True)
    error += np.einsum("dfk,dkl,dfl->df", new, square, new, optimize=True) - 2 * np.einsum("dfk,dfk->df", new, cross)
    noise_left = np.einsum(
        "wd,wdf->df", known.astype(float), within[None] / np.maximum(count, 1)[..., None], optimize=True
    )
    writers = known.sum(0)[:, None]
    pooled = (error - noise_left).sum(0) / writers.sum()
    variance = (error - noise_left + 10 * pooled) / (writers + 10)
    return new, np.maximum(variance, 0.05)


def fit_shares(model: FactorModel) -> np.ndarray:
    """Of each feature's variance between writers the share that the factors explain, float ``[D, F]``, 0 to 1."""
    explained = (model.maps**2).sum(2)
    return explained / (explained + model.own)


def group_means(values: np.ndarray, groups: Sequence[str] | np.ndarray, shrink: float) -> np.ndarray:
    """For each row the mean of its group, shrunk to zero by ``shrink`` rows' worth: float ``[N, F]``."""
    _, number = np.unique(groups, return_inverse=True)
    total = np.zeros((number.max() + 1, values.shape[1]))
    np.add.at(total, number, values)
    return (total / (np.bincount(number)[:, None] + shrink))[number]
