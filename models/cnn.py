"""A small residual CNN for single crops."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

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
        y = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))


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
