"""Does a small network write better than features and bending?  ``python -m benchmarks.stroke_model`` says.

The network is a conditional variational autoencoder of digits as 64 points: its code says what a drawing is beside its
digit and the hand that drew it.  A drawing of the bank is written in another hand by as much as the decoder changes
it when it is told of that hand instead of the drawing's own.  The trials and judges are those of
:mod:`tools.handwriting_rotations`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import trange

from comparison.report.tables import markdown_table
from handwriting.factors import FactorModel
from handwriting.features import PATH_POINTS
from handwriting.style import StyleModel
from tools.handwriting_judges import gradient_features, split_all
from tools.handwriting_rotations import (
    DRAWN,
    Rotation,
    RotationSettings,
    make_rotations,
    mean_and_error,
    read_trial_hands,
)
from tools.handwriting_trials import Jury, infer_factors, preferred, writers_hands
from training.handwriting import HandData
from training.runs.settings import parse_settings, refusals_in_words

POINT_ERROR = 0.05
"""Standard deviation of a point around what the decoder says, in sizes of a digit."""


@dataclass(frozen=True)
class StrokeModelBenchmark(RotationSettings):
    """What is tried."""

    width: int = 256  # of the network's layers
    code: int = 8  # numbers that say what a drawing is beside its digit and hand
    epochs: int = 60  # passes over the drawings
    strengths: str = "0.5,1,1.5"  # times that the decoder's change is taken
    blur: float = 0.1  # of the change, in sizes of a digit: points that are near one another move alike


class StrokeModel(nn.Module):
    """Points from a code, a digit and a hand, and the code from points.

    Args:
        factors: numbers of a hand.
        width: of the layers.
        code: numbers of a code.
    """

    def __init__(self, factors: int, width: int, code: int) -> None:
        super().__init__()
        points = 2 * PATH_POINTS

        def layers(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(
                nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, outputs)
            )

        self.encoder = layers(points + PATH_POINTS + 10, 2 * code)
        self.decoder = layers(code + PATH_POINTS + 10 + factors, points)

    def encode(self, points: Tensor, lifts: Tensor, digit: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and logarithm of the variance of the codes of points ``[N, 128]``, float ``[N, code]`` each."""
        mean, log_variance = self.encoder(torch.cat([points, lifts, digit], 1)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 4)

    def decode(self, code: Tensor, lifts: Tensor, digit: Tensor, hand: Tensor) -> Tensor:
        """Points ``[N, 128]``."""
        return self.decoder(torch.cat([code, lifts, digit, hand], 1))


def lifts_of(stroke: np.ndarray) -> np.ndarray:
    """Where the pen was lifted before a point, float32 ``[N, 64]`` of 0 and 1."""
    return np.diff(stroke, axis=1, prepend=stroke[:, :1]).astype(np.float32)


def other_hands(model: FactorModel, hands: HandData, rng: np.random.Generator) -> np.ndarray:
    """For each drawing the hand that some of the same writer's other digits show, float32 ``[N, K]``."""
    standard = np.clip(model.standardise(hands.features, hands.digit), -4, 4)
    found = np.zeros((len(hands.digit), model.maps.shape[2]), np.float32)
    writer = np.unique(hands.writer, return_inverse=True)[1]
    for who in range(writer.max() + 1):
        mine = np.flatnonzero(writer == who)
        for digit in np.unique(hands.digit[mine]):
            rest = mine[hands.digit[mine] != digit]
            if len(rest):
                given = rng.choice(rest, min(len(rest), int(rng.integers(1, 10))), replace=False)
                found[mine[hands.digit[mine] == digit]] = model.estimate(standard[given], hands.digit[given])
    return found


def train_stroke_model(settings: StrokeModelBenchmark, model: FactorModel, hands: HandData) -> StrokeModel:
    """A network that has learned the drawings of some writers, each epoch with other digits to know the hand by."""
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    network = StrokeModel(model.maps.shape[2], settings.width, settings.code)
    points = torch.from_numpy(hands.points.reshape(len(hands.digit), -1).astype(np.float32))
    lifts, digit = torch.from_numpy(lifts_of(hands.stroke)), functional.one_hot(torch.tensor(hands.digit), 10).float()
    optimiser = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=1e-3)
    batch = 256
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, settings.epochs * (len(points) // batch))
    for epoch in trange(settings.epochs, desc="stroke model", leave=False):
        if epoch % 5 == 0:
            known = torch.from_numpy(other_hands(model, hands, rng))
        for rows in torch.randperm(len(points)).split(batch)[: len(points) // batch]:
            mean, log_variance = network.encode(points[rows], lifts[rows], digit[rows])
            code = mean + (log_variance / 2).exp() * torch.randn_like(mean)
            said = network.decode(code, lifts[rows], digit[rows], known[rows])
            error = ((said - points[rows]) ** 2).sum(1) / (2 * POINT_ERROR**2)
            divergence = (mean**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
            optimiser.zero_grad()
            (error + divergence).mean().backward()
            optimiser.step()
            schedule.step()
    return network.eval()


@torch.no_grad()
def change_hands(
    network: StrokeModel, style: StyleModel, rows: np.ndarray, factors: np.ndarray, blur: float
) -> np.ndarray:
    """By how much the decoder moves drawings of the bank when another hand writes them.

    Args:
        network: see :func:`train_stroke_model`.
        style: whose bank.
        rows: of the bank, int ``[N]``.
        factors: of the hands, float ``[N, K]``.
        blur: over how much of a digit's size the change is averaged, so that strokes that meet go on meeting.

    Returns:
        float32 ``[N, 64, 2]``.
    """
    bank, own = style.bank, writers_hands(style)[rows].astype(np.float32)
    points = torch.from_numpy(bank.points[rows].reshape(len(rows), -1))
    lifts = torch.from_numpy(lifts_of(bank.stroke[rows]))
    digit = functional.one_hot(torch.from_numpy(bank.digit[rows].astype(int)), 10).float()
    code, _ = network.encode(points, lifts, digit)
    hands = (torch.from_numpy(each) for each in (factors.astype(np.float32), own))
    wanted, before = (network.decode(code, lifts, digit, hand) for hand in hands)
    change = (wanted - before).numpy().reshape(len(rows), PATH_POINTS, 2)
    apart = ((bank.points[rows][:, :, None] - bank.points[rows][:, None]) ** 2).sum(3)
    weight = np.exp(-apart / (2 * blur**2))
    return weight @ change / weight.sum(2, keepdims=True)


def judge(
    rotation: Rotation,
    hands: HandData,
    gradients: np.ndarray,
    network: StrokeModel,
    strengths: list[float],
    blur: float,
) -> dict[str, np.ndarray]:
    """Way of writing -> float ``[3, 2]``: shares of digits preferred to the wrong hand's, and read."""
    style, found = rotation.style, dict[str, list[tuple[float, float]]]()
    for trials in rotation.trials.values():
        jury, made = Jury(rotation.verifier, gradients, hands, trials), list[dict[str, np.ndarray]]()
        for who in ("own", "wrong"):
            factors = infer_factors(style, hands, [getattr(t, who) for t in trials])
            picked = np.array(
                [
                    (able := style.rows(digit))[np.argmin(style.costs(factors[k], able, 1.0))]
                    for k, digit in enumerate(jury.digits.tolist())
                ]
            )
            bent, change = style.warp(picked, factors, 1.0), change_hands(network, style, picked, factors, blur)
            ways = {"bent": bent, "as in the bank": style.bank.points[picked]}
            for times in strengths:
                ways[f"network, {times:g} times"] = style.bank.points[picked] + times * change
                ways[f"bent and network, {times:g} times"] = bent + times * change
            strokes = style.bank.stroke[picked]
            made.append({name: gradient_features(split_all(points, strokes)) for name, points in ways.items()})
        for name, mine in made[0].items():
            legible = float(np.mean(rotation.reader.read(mine) == jury.digits))
            found.setdefault(name, []).append((preferred(jury.score(mine), jury.score(made[1][name])), legible))
    return {name: np.array(values) for name, values in found.items()}


def main(argv: list[str] | None = None) -> None:
    """Prints a table: each way of writing, and how often the own hand beats the wrong one."""
    settings = parse_settings(StrokeModelBenchmark, argv, __doc__)
    with refusals_in_words():
        hands, kept, gradients = read_trial_hands(settings)
    strengths = [float(times) for times in settings.strengths.split(",")]
    rows = []
    for rotation in make_rotations(settings, hands, kept, gradients):
        network = train_stroke_model(settings, rotation.style.model, hands.select(np.flatnonzero(rotation.able)))
        rows.append(judge(rotation, hands, gradients, network, strengths, settings.blur))
        print("\n".join(["", rotation.name, *render(rows[-1:])]), flush=True)
    size = sum(p.numel() for p in network.parameters())
    print("\n".join(["", f"All rotations; the network has {size:,} parameters", *render(rows)]))


def render(rows: list[dict[str, np.ndarray]]) -> list[str]:
    """How each way of writing does over the rotations, as Markdown."""
    head = ("way of writing", *(f"own beats wrong, {n} drawn" for n in DRAWN), "legible")
    scores = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    cells = [
        [name, *(mean_and_error(s[:, n, 0]) for n in range(len(DRAWN))), mean_and_error(s[..., 1].mean(1))]
        for name, s in scores.items()
    ]
    return markdown_table(head, cells)


if __name__ == "__main__":
    main()
