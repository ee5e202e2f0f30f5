"""A small Vision Transformer for single crops, from timm."""

from __future__ import annotations

from dataclasses import dataclass

from timm.models.vision_transformer import VisionTransformer
from torch import Tensor, nn


@dataclass(frozen=True)
class ViTConfig:
    """Shape of the network (Dosovitskiy et al., arXiv:2010.11929)."""

    image_side: int = 32
    patch_side: int = 4  # 64 patches: fine enough that a closed loop and an open one differ in one of them
    dim: int = 128
    depth: int = 8
    heads: int = 4
    mlp_ratio: float = 3.0
    num_classes: int = 12
    drop_path: float = 0.05  # share of blocks skipped at random in training, rising with depth


class ViT(nn.Module):
    """Crops -> class logits."""

    def __init__(self, config: ViTConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ViTConfig()
        self.net = VisionTransformer(
            img_size=config.image_side,
            patch_size=config.patch_side,
            in_chans=1,
            num_classes=config.num_classes,
            embed_dim=config.dim,
            depth=config.depth,
            num_heads=config.heads,
            mlp_ratio=config.mlp_ratio,
            global_pool="avg",
            class_token=False,
            drop_path_rate=config.drop_path,
        )

    def forward(self, x: Tensor) -> Tensor:
        """``x`` float ``[N, 1, 32, 32]``, 0 paper to 1 ink -> logits float ``[N, 12]``."""
        return self.net(x)
