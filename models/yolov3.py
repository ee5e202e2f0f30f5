"""YOLOv3 (Redmon and Farhadi, arXiv:1804.02767): Darknet-53, a neck, and heads at three scales.

The full-size config has the paper's layout; the shipped one differs in width and in taking one channel of ink.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

Anchor = tuple[float, float]


@dataclass(frozen=True)
class YOLOv3Config:
    """Shape of the network; the defaults are the paper's."""

    in_channels: int = 3
    width: float = 1.0  # factor on every number of channels
    depth: float = 1.0  # factor on the number of residual blocks per stage, at least one each
    patch_stem: bool = False  # leave full resolution at once: one 6x6 convolution of stride 2 instead of two of 3x3
    num_classes: int = 12
    # Width and height of each anchor in input pixels, three per stride, coarsest stride first: the paper's for 416x416.
    anchors: tuple[tuple[Anchor, Anchor, Anchor], ...] = (
        ((116, 90), (156, 198), (373, 326)),
        ((30, 61), (62, 45), (59, 119)),
        ((10, 13), (16, 30), (33, 23)),
    )

    def channels(self, paper: int) -> int:
        """The paper's number of channels at this width, a multiple of eight."""
        return max(8, round(paper * self.width / 8) * 8)

    def blocks(self, paper: int) -> int:
        """The paper's number of residual blocks at this depth."""
        return max(1, round(paper * self.depth))


def slim_config(
    anchors: tuple[tuple[Anchor, Anchor, Anchor], ...], width: float = 0.25, depth: float = 1.5
) -> YOLOv3Config:
    """The shipped shape: narrow but deep, one channel of ink, a patch stem, anchors of its own."""
    return YOLOv3Config(in_channels=1, width=width, depth=depth, anchors=anchors, patch_stem=True)


class ConvBlock(nn.Sequential):
    """Convolution, batch norm, leaky ReLU of slope 0.1: the unit everything here is built from."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel, stride, (kernel - 1) // 2, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.LeakyReLU(0.1, inplace=True),
        )


class Residual(nn.Module):
    """Half the channels and back again, added to the input.

    The last norm starts at zero (Goyal et al., arXiv:1706.02677), so a fresh block changes nothing at first: a deeper
    network goes on from where a shallower one was.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(ConvBlock(channels, channels // 2, 1), ConvBlock(channels // 2, channels, 3))
        nn.init.zeros_(self.body.get_parameter("1.1.weight"))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.body(x)


class Darknet53(nn.Module):
    """The backbone: a stem and five stages of 1, 2, 8, 8 and 4 residual blocks, each halving the side.

    A patch stem takes the place of the stem and of the convolution that halves the side for the first time.
    """

    def __init__(self, config: YOLOv3Config) -> None:
        super().__init__()
        channels = config.channels(32)
        if config.patch_stem:
            channels = config.channels(64)
            self.stem = ConvBlock(config.in_channels, channels, 6, stride=2)
        else:
            self.stem = ConvBlock(config.in_channels, channels, 3)
        self.stages = nn.ModuleList()
        for paper_channels, paper_blocks in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
            wider = config.channels(paper_channels)
            blocks = [Residual(wider) for _ in range(config.blocks(paper_blocks))]
            halved = config.patch_stem and paper_channels == 64  # the stem did it
            down = nn.Identity() if halved else ConvBlock(channels, wider, 3, stride=2)
            self.stages.append(nn.Sequential(down, *blocks))
            channels = wider

    def forward(self, x: Tensor) -> list[Tensor]:
        """``x`` float ``[B, C, H, W]`` -> features at strides 32, 16 and 8, coarsest first."""
        features = []
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features[:1:-1]


class Head(nn.Module):
    """The five alternating convolutions of one scale, and its output layer."""

    def __init__(self, in_channels: int, channels: int, outputs: int) -> None:
        super().__init__()
        self.neck = nn.Sequential(
            ConvBlock(in_channels, channels, 1),
            ConvBlock(channels, channels * 2, 3),
            ConvBlock(channels * 2, channels, 1),
            ConvBlock(channels, channels * 2, 3),
            ConvBlock(channels * 2, channels, 1),
        )
        self.out = nn.Sequential(ConvBlock(channels, channels * 2, 3), nn.Conv2d(channels * 2, outputs, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """``x`` float ``[B, in, H, W]`` -> (output ``[B, outputs, H, W]``, features for the next finer head)."""
        x = self.neck(x)
        return self.out(x), x


class YOLOv3(nn.Module):
    """Ink -> raw maps at three scales; see ``detectors.yolov3.decode`` for what they mean as boxes."""

    def __init__(self, config: YOLOv3Config | None = None) -> None:
        super().__init__()
        self.config = config = config or YOLOv3Config()
        self.backbone = Darknet53(config)
        outputs = 3 * (5 + config.num_classes)
        c = config.channels
        self.heads = nn.ModuleList(
            [
                Head(c(1024), c(512), outputs),
                Head(c(256) + c(512), c(256), outputs),
                Head(c(128) + c(256), c(128), outputs),
            ]
        )
        self.reduce = nn.ModuleList([ConvBlock(c(512), c(256), 1), ConvBlock(c(256), c(128), 1)])
        self._start_quiet()

    def _start_quiet(self) -> None:
        """Objectness starts at one per cent: nearly all cells are empty, and the first steps need not learn that."""
        for layer in [m for m in self.heads.modules() if isinstance(m, nn.Conv2d) and m.bias is not None]:
            with torch.no_grad():
                layer.bias.zero_()  # type: ignore[union-attr]
                layer.bias.view(3, -1)[:, 4] = -4.6  # type: ignore[union-attr]

    def forward(self, x: Tensor) -> list[Tensor]:
        """Raw maps, which are what serving runs.

        Args:
            x: float ``[B, C, H, W]``, 0 paper to 1 ink; H and W multiples of 32.

        Returns:
            One map per stride (32, 16, 8), float ``[B, 3 * (5 + classes), H / stride, W / stride]``.  For each of the
            cell's three anchors the channels are x, y, width, height, objectness and the class logits, all before any
            activation.
        """
        features = self.backbone(x)
        outputs = []
        carry: Tensor | None = None
        for number, (head, feature) in enumerate(zip(self.heads, features, strict=True)):
            if carry is not None:
                up = functional.interpolate(self.reduce[number - 1](carry), scale_factor=2.0, mode="nearest")
                feature = torch.cat([up, feature], 1)
            raw, carry = head(feature)
            outputs.append(raw)
        return outputs


def fold_batch_norms(net: nn.Module) -> nn.Module:
    """The network, in evaluation mode, with each block's batch norm in its convolution: the same answers, sooner.

    The network is changed; only :class:`ConvBlock` is looked for.
    """
    for block in [m for m in net.eval().modules() if isinstance(m, ConvBlock)]:
        convolution, norm = block[0], block[1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            block[0], block[1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
    return net
