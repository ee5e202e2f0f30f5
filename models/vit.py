"""A small Vision Transformer for single crops, from timm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn

from models.classes import CROP_PLANES
from models.cnn import ResidualBlock


@dataclass(frozen=True)
class ViTConfig:
    """Shape of the network (Dosovitskiy et al., arXiv:2010.11929)."""

    image_side: int = 32
    patch_side: int = 4  # 64 patches: fine enough that a closed loop and an open one differ in one of them
    dim: int = 128
    depth: int = 8
    merge_after: int = 1  # blocks that see every patch; those behind see groups of four, at a quarter of the work
    heads: int = 4
    mlp_ratio: float = 3.0
    outputs: int = 13  # the twelve classes and NO_SYMBOL
    drop_path: float = 0.05  # share of blocks skipped at random in training, rising with depth


class ConvStem(nn.Module):
    """Residual convolutions that reduce by four, instead of one large patch projection: the hybrid of the ViT paper.

    Transformers learn from far fewer images with it (Xiao et al., arXiv:2106.14881).  Takes the arguments that timm
    gives to an embedding layer.
    """

    def __init__(self, img_size: int, patch_size: int, in_chans: int, embed_dim: int, **_: Any) -> None:
        super().__init__()
        if patch_size != 4:
            raise ValueError(f"the stem reduces by 4, got patches of {patch_size}")
        self.grid_size = (img_size // 4, img_size // 4)
        self.num_patches = self.grid_size[0] * self.grid_size[1]
        first, second = embed_dim // 4, embed_dim // 2
        self.body = nn.Sequential(
            nn.Conv2d(in_chans, first, 3, 1, 1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            ResidualBlock(first, second, 2),
            ResidualBlock(second, embed_dim, 2),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``x`` float ``[N, C, S, S]`` -> tokens float ``[N, (S / 4) ** 2, dim]``."""
        return self.body(x).flatten(2).transpose(1, 2)


class MergePatches(nn.Module):
    """Each two by two patches become one token (Liu et al., arXiv:2103.14030): before training, their mean.

    Args:
        side: patches a side, even.
        dim: numbers a token.
    """

    def __init__(self, side: int, dim: int) -> None:
        super().__init__()
        self.side = side
        self.project = nn.Linear(4 * dim, dim, bias=False)
        with torch.no_grad():
            self.project.weight.copy_(torch.eye(dim).repeat(1, 4) / 4)

    def _fours(self, x: Tensor) -> Tensor:
        half = self.side // 2
        parts = x.reshape(-1, half, 2, half, 2, x.shape[-1]).transpose(2, 3)
        return parts.reshape(-1, half * half, 4, x.shape[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Tokens float ``[N, side ** 2, dim]`` -> float ``[N, side ** 2 / 4, dim]``."""
        return self.project(self._fours(x).flatten(2))

    def pull_back(self, share: Tensor) -> Tensor:
        """Each merged token's share in a sum, float ``[N, side ** 2 / 4]``, split evenly among its four patches."""
        half = self.side // 2
        parts = share.reshape(-1, half, 1, half, 1).expand(-1, half, 2, half, 2)
        return parts.reshape(-1, self.side**2) / 4


class ViT(nn.Module):
    """Crops -> class logits."""

    def __init__(self, config: ViTConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ViTConfig()
        self.net = VisionTransformer(
            img_size=config.image_side,
            patch_size=config.patch_side,
            in_chans=CROP_PLANES,
            num_classes=config.outputs,
            embed_dim=config.dim,
            depth=config.depth,
            num_heads=config.heads,
            mlp_ratio=config.mlp_ratio,
            global_pool="avg",
            class_token=False,
            drop_path_rate=config.drop_path,
            embed_layer=ConvStem,
        )
        for name, weight in self.net.named_parameters():
            if name.endswith(("attn.proj.weight", "mlp.fc2.weight")):  # blocks change nothing before training
                nn.init.zeros_(weight)
        # Attention as products and a softmax: fused attention is exported with its scale computed from shapes, and in
        # bfloat16 on a CPU it takes a third of a training step.
        for block in self.net.blocks:
            block.attn.fused_attn = False  # type: ignore[union-attr]
        side = config.image_side // config.patch_side
        self.net.blocks.insert(config.merge_after, MergePatches(side, config.dim))

    def forward(self, x: Tensor) -> Tensor:
        """``x`` float ``[N, 3, 32, 32]``, 0 paper to 1 ink -> logits float ``[N, 13]``."""
        return self.net(x)

    def look(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What :meth:`forward` gives and what it rests on, in evaluation mode.

        The evidence is attention rollout (Abnar and Zuidema, arXiv:2005.00928): how much of each patch reaches the
        pooled output, if half of every token passes by each block's attention on the residual path.

        Args:
            x: as :meth:`forward` takes it.

        Returns:
            Logits float ``[N, 13]``, pooled features float ``[N, dim]`` and evidence float ``[N, h, w]`` from 0.
        """
        tokens = self.net.norm_pre(self.net._pos_embed(self.net.patch_embed(x)))
        attended: list[Tensor | None] = []
        for block in self.net.blocks:
            merges = isinstance(block, MergePatches)
            attended.append(None if merges else attention_weights(block.attn, block.norm1(tokens)))  # type: ignore[arg-type, operator]
            tokens = block(tokens)
        features = self.net.forward_head(self.net.norm(tokens), pre_logits=True)
        share = torch.full_like(tokens[..., 0], 1 / tokens.shape[1])
        for block, weights in zip(reversed(list(self.net.blocks)), reversed(attended), strict=True):
            if isinstance(block, MergePatches):
                share = block.pull_back(share)
            elif weights is not None:
                share = (share + (share[:, None] @ weights)[:, 0]) / 2
        side = self.config.image_side // self.config.patch_side
        return self.net.head(features), features, share.reshape(-1, side, side)


def attention_weights(attention: nn.Module, tokens: Tensor) -> Tensor:
    """How much each token takes of each, the mean of all heads, float ``[N, T, T]``; a row sums to one."""
    count, length, _ = tokens.shape
    parts = attention.qkv(tokens).reshape(count, length, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)  # type: ignore[operator]
    query, key = attention.q_norm(parts[0]), attention.k_norm(parts[1])  # type: ignore[operator]
    return (query * attention.scale @ key.transpose(-2, -1)).softmax(-1).mean(1)
