"""Digits read by small networks that have never seen their writer, or their source (cross-validation in folds)."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from classifiers.crop import fit_square
from models.cnn import CNN, CNNConfig
from training.batches.crops import plain_crop, stroke_crop
from training.glyphs.glyph_set import GlyphSet

BATCH = 128
"""Crops per training step."""

READ_BATCH = 512
"""Crops that are read at once."""

SUSPECTS_PER_ROW = 20
"""Suspects in a row of the contact sheet."""


def assign_folds(kept_together: np.ndarray, folds: int, rng: np.random.Generator) -> np.ndarray:
    """A fold for each item, int64 ``[N]``: groups by falling size, each into the fold that has the fewest items.

    Args:
        kept_together: names of the groups, str ``[N]``.
        folds: how many.
        rng: which of two groups of one size comes first.
    """
    groups, member, sizes = np.unique(kept_together, return_inverse=True, return_counts=True)
    fold_of, filled = np.zeros(len(groups), np.int64), np.zeros(folds, np.int64)
    for group in np.lexsort((rng.random(len(groups)), -sizes)):
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    return fold_of[member]


def read_by_others(
    glyphs: GlyphSet, indices: np.ndarray, kept_together: np.ndarray, folds: int, crops: int, seed: int
) -> np.ndarray:
    """Probabilities of the ten digits by networks that know nothing of the writer's or source's, float32 ``[N, 10]``.

    Args:
        glyphs: any.
        indices: int64 ``[N]``, which of them are digits.
        kept_together: the writer or the source of each digit, str ``[N]``.
        folds: into which the digits are divided; each is read by a network that the others trained.
        crops: that each network learns from.
        seed: of all chance.
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    fold = assign_folds(kept_together, folds, rng)
    probabilities = np.zeros((len(indices), 10), np.float32)
    for number in range(folds):
        net = train_fold(glyphs, indices[fold != number], crops, rng, f"fold {number + 1}")
        mine = np.flatnonzero(fold == number)
        for start in range(0, len(mine), READ_BATCH):
            part = mine[start : start + READ_BATCH]
            inputs = np.stack([fit_square(plain_crop(glyphs, int(indices[k]))) for k in part])
            with torch.inference_mode():
                probabilities[part] = net(torch.from_numpy(inputs).float() / 255).softmax(1).numpy()
    return probabilities


def train_fold(glyphs: GlyphSet, indices: np.ndarray, crops: int, rng: np.random.Generator, name: str) -> CNN:
    """A small network that tells the ten digits apart; ``name`` labels its progress bar."""
    net = CNN(CNNConfig(widths=(32, 64, 128), blocks=(1, 1, 1), outputs=10)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
    steps = max(1, crops // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    for _ in tqdm(range(steps), desc=name, unit="batch"):
        chosen = rng.choice(indices, BATCH)
        inputs = np.stack([fit_square(stroke_crop(glyphs, int(i), rng)) for i in chosen])
        x = (torch.from_numpy(inputs).float() / 255).contiguous(memory_format=torch.channels_last)
        loss = functional.cross_entropy(net(x), torch.from_numpy(glyphs.class_id[chosen]), label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval()


def draw_suspects(glyphs: GlyphSet, indices: np.ndarray, captions: list[str]) -> np.ndarray:
    """A contact sheet: the glyphs side by side, a line of text over each, uint8 ``[H, W]``."""
    cells = []
    for index, caption in zip(indices, captions, strict=True):
        ink = cv2.resize(255 - fit_square(plain_crop(glyphs, int(index)))[0], (64, 64), interpolation=cv2.INTER_CUBIC)
        cell = np.pad(ink, ((14, 1), (1, 1)), constant_values=220)
        cells.append(cv2.putText(cell, caption, (2, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.32, 0, 1, cv2.LINE_AA))
    cells += [np.full_like(cells[0], 255)] * (-len(cells) % SUSPECTS_PER_ROW)
    return np.vstack([np.hstack(cells[k : k + SUSPECTS_PER_ROW]) for k in range(0, len(cells), SUSPECTS_PER_ROW)])
