"""Networks as they are served: folded, and exported to ONNX."""

from __future__ import annotations

import torch
from torch import nn

from models.classes import CROP_PLANES
from models.yolov3 import Served, YOLOv3
from training.runs.save import Serving


def detector_serving(net: YOLOv3) -> Serving:
    """A detector as it is served: its maps."""
    return Serving(Served(net.eval()), torch.zeros(1, 1, 192, 192), ("large", "middling", "small"))


def plain_attention(net: nn.Module) -> nn.Module:
    """The same network with attention as products and a softmax, where it has any.

    PyTorch's fused attention is exported with its scale computed from shapes, and in bfloat16 on a CPU it takes a third
    of a training step.
    """
    for module in net.modules():
        if hasattr(module, "fused_attn"):
            module.fused_attn = False  # type: ignore[assignment]
    return net


def classifier_serving(net: nn.Module) -> Serving:
    """A classifier as it is served: its logits."""
    return Serving(plain_attention(net).eval(), torch.zeros(2, CROP_PLANES, 32, 32), ("logits",))
