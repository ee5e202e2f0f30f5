"""A small residual CNN for single crops."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.classes import CROP_PLANES


@dataclass(frozen=True)
class CNNConfig:
    """Shape of the network."""

    widths: tuple[int, ...] = (64, 128, 256)  # channels of each stage; the stem and every later stage halve the side
    blocks: tuple[int, ...] = (1, 2, 2)  # residual blocks of each stage
    outputs: int = 13  # the twelve classes and NO_SYMBOL
    dropout: float = 0.2  # on the pooled features


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., arXiv:1512.03385).

    Before training only the shortcut counts (Goyal et al., arXiv:1706.02677), so a block behind trained ones changes
    nothing at first: a deeper network goes on from where a shallower one was.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        nn.init.zeros_(self.bn2.weight)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), nn.BatchNorm2d(out_channels)
            )

    def forward(self, x: Tensor) -> Tensor:
        return self.activations(x)[1]

    def activations(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What the first convolution gives, and what the block does."""
        inner = torch.relu(self.bn1(self.conv1(x)))
        return inner, torch.relu(self.bn2(self.conv2(inner)) + self.shortcut(x))

    def pull_back(self, gradient: Tensor, inner: Tensor, out: Tensor) -> Tensor:
        """The gradient before the block, from the one behind it and its own :meth:`activations`; in evaluation mode.

        Written out instead of left to autograd, so that a graph for serving can hold it.
        """
        passed = gradient * (out > 0)
        through = transpose_conv(passed, self.conv2, self.bn2) * (inner > 0)
        before = transpose_conv(through, self.conv1, self.bn1)
        if isinstance(self.shortcut, nn.Sequential):
            return before + transpose_conv(passed, self.shortcut[0], self.shortcut[1])  # type: ignore[arg-type]
        return before + passed


def transpose_conv(gradient: Tensor, conv: nn.Conv2d, norm: nn.BatchNorm2d) -> Tensor:
    """The gradient before a convolution and its normalisation by fixed statistics, for inputs of even sides."""
    assert norm.running_var is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    stride = conv.stride[0]
    return functional.conv_transpose2d(
        gradient * scale[:, None, None], conv.weight, None, stride, conv.kernel_size[0] // 2, stride - 1
    )


class CNN(nn.Module):
    """Crops -> class logits."""

    def __init__(self, config: CNNConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or CNNConfig()
        first = config.widths[0]
        # Full resolution is left at once: its few channels would cost half of all the time and learn little.
        self.stem = nn.Sequential(nn.Conv2d(CROP_PLANES, first, 4, 2, 1, bias=False), nn.BatchNorm2d(first), nn.ReLU())
        stages: list[nn.Module] = []
        channels = first
        for number, (width, blocks) in enumerate(zip(config.widths, config.blocks, strict=True)):
            for block in range(blocks):
                stages.append(ResidualBlock(channels, width, 2 if number and not block else 1))
                channels = width
        self.stages = nn.Sequential(*stages)
        self.head = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(config.dropout), nn.Linear(channels, config.outputs)
        )

    def forward(self, x: Tensor) -> Tensor:
        """``x`` float ``[N, 3, 32, 32]``, 0 paper to 1 ink -> logits float ``[N, 13]``."""
        return self.head(self.stages(self.stem(x)))

    def look(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What :meth:`forward` gives and what it rests on, in evaluation mode.

        The evidence is LayerCAM (Jiang et al., IEEE TIP 2021) of the last stage but one: what speaks for the answer,
        place by place. Every activation counts with its own gradient where that is positive; unlike the plain class
        activation map it works before the last stage, whose 4x4 places are too coarse for a crop of 32x32.

        Args:
            x: as :meth:`forward` takes it.

        Returns:
            Logits float ``[N, 13]``, pooled features float ``[N, C]`` and evidence float ``[N, h, w]`` from 0.
        """
        stages = list(self.stages)
        first_of_last = len(stages) - self.config.blocks[-1]
        places = self.stem(x)
        for stage in stages[:first_of_last]:
            places = stage(places)
        blocks: list[ResidualBlock] = stages[first_of_last:]  # type: ignore[assignment]
        passed, out = [], places
        for block in blocks:
            passed.append(block.activations(out))
            out = passed[-1][1]
        features = self.head[:2](out)
        logits = self.head[2:](features)
        # The answer's logit is a mean over places, weighted by its row of the last layer.
        rows = self.head[-1].weight[logits.argmax(1)]  # type: ignore[index]
        gradient = (rows[:, :, None, None] / (out.shape[2] * out.shape[3])).expand_as(out)
        for block, (inner, answer) in zip(reversed(blocks), reversed(passed), strict=True):
            gradient = block.pull_back(gradient, inner, answer)
        return logits, features, (gradient.relu() * places).sum(1)
