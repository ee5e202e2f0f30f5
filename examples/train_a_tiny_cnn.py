"""A tiny CNN learns ten digits of one hand in seconds: ``python -m examples.train_a_tiny_cnn``."""

import numpy as np
import torch

from ink.pen import draw_ink
from ink.strokes import Stroke
from models.cnn import CNN, CNNConfig
from tools.recorded import RECORDED_DIGITS


def draw_batch(rng: np.random.Generator, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Crops float ``[count, 3, 32, 32]``, 0 paper to 1 ink, and their digits."""
    digits, crops = rng.integers(0, 10, count), np.zeros((count, 3, 32, 32), np.float32)
    for crop, digit in zip(crops, digits, strict=True):
        bend = 20 * (np.eye(2) + rng.normal(0, 0.15, (2, 2)))  # pixels per unit; turns, leans, narrows
        strokes = [Stroke(np.array(s) @ bend + 16, rng.uniform(2, 4)) for s in RECORDED_DIGITS[str(digit)]]
        crop[0] = draw_ink(strokes, 32, 32) / 255
    return torch.from_numpy(crops), torch.from_numpy(digits)


def main(steps: int = 60) -> float:
    """Trains a network and returns the share of 500 new crops that are read right."""
    torch.manual_seed(1)
    torch.set_num_threads(1)  # so small a network gains nothing from more
    rng, net = np.random.default_rng(1), CNN(CNNConfig(widths=(8, 16, 32), blocks=(1, 1, 1), outputs=10))
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
    for _ in range(steps):
        crops, digits = draw_batch(rng, 64)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(crops), digits).backward()
        optimizer.step()
    crops, digits = draw_batch(rng, 500)
    return (net.eval()(crops).argmax(1) == digits).float().mean().item()


if __name__ == "__main__":
    print(f"{main():.1%} of 500 new crops are read right.")
